"""Score distillation under a pixel diffusion model (DreamFusion, arXiv 2209.14988, eq. 3).

    z = sqrt(abar) x + sqrt(1 - abar) noise          x: the rendered views, t: a random noise level
    d loss / d x = w(t) (noise_hat(z; prompt, camera, t) - noise)

With v-prediction  noise_hat - noise = sqrt(abar) / sqrt(1 - abar) (x - x_hat): the gradient pulls each view towards the
model's clean guess x_hat. w(t) = sqrt(1 - abar) / sqrt(abar) leaves exactly x - x_hat, whose size does not depend on t.
The gradient is handed over as it is; it is not the slope of any loss that could be shown.
"""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.cameras.camera import Rays
from backend.cameras.orbit import OrbitView, sample_orbit
from backend.colour import srgb_encoded
from backend.config import JobConfig
from backend.render.renderer import Rendering

from .guidance import Judgement, Proposal
from .view_diffusion import ViewDiffusion, Views

Noise = Float[Tensor, "b 4 h w"]


class ScoreDistillation:
    """Pulls random views of the field towards what the diffusion model would draw there."""

    def __init__(
        self,
        model: ViewDiffusion,
        config: JobConfig,
        generator: torch.Generator,
        models: list[dict[str, str]],
    ) -> None:
        self.model, self.generator, self.models = model, generator, models
        self.edit(config)

    def edit(self, config: JobConfig) -> None:
        self.config, self.orbit, self.steps = config.score_distillation, config.orbit, config.optimise.steps
        self.tokens = self.model.tokens(config.prompt)

    def propose(self, step: int) -> Proposal:
        """A few views on the orbit, of the size that the model knows."""
        views = sample_orbit(self.orbit, self.model.size, self.orbit.views, self.generator)
        return Proposal(_rays(views, self.model.device), views)

    def judge(self, proposal: Proposal, rendering: Rendering, step: int) -> Judgement:
        """The gradient as a surrogate: d/dx of <gradient, x> is the gradient."""
        views = network_views(rendering, len(proposal.notes), self.model.size)
        gradient = self.gradient(views.detach(), proposal.notes, step)
        loss = self.config.weight * (gradient * views).sum() / len(views)
        return Judgement(loss, {"score_distillation": float(gradient.square().mean().sqrt())})

    def gradient(self, views: Views, cameras: list[OrbitView], step: int) -> Views:
        """x - x_hat at a random noise level for each view."""
        timestep = self._timesteps(len(views), step)
        noise = torch.randn(views.shape, generator=self.generator).to(views)
        signal = self.model.signal[timestep].view(-1, 1, 1, 1)
        camera = torch.tensor([[c.azimuth, c.elevation, c.radius] for c in cameras], device=views.device)
        noisy = signal.sqrt() * views + (1 - signal).sqrt() * noise
        velocity = self.model.velocity(noisy, timestep, self.tokens, camera, self.config.guidance_scale)
        return views - clean_guess(noisy, velocity, signal).clamp(-1, 1)

    def _timesteps(self, count: int, step: int) -> Int[Tensor, " b"]:
        """A noise level that falls over the run, with a little spread: shape first, detail later."""
        config = self.config
        done = min(1.0, step / max(1, self.steps - 1))
        spread = config.time_spread * (2 * torch.rand(count, generator=self.generator) - 1)
        level = config.time_start + (config.time_end - config.time_start) * done + spread
        last = len(self.model.signal) - 1
        return (level.clamp(config.time_low, 1 - config.time_low) * last).round().long().to(self.model.device)


def clean_guess(noisy: Views, velocity: Views, signal: Float[Tensor, "b 1 1 1"]) -> Views:
    """x_hat = sqrt(abar) z - sqrt(1 - abar) v."""
    return signal.sqrt() * noisy - (1 - signal).sqrt() * velocity


def network_views(rendering: Rendering, count: int, size: int) -> Views:
    """2 [srgb(premultiplied colour), opacity] - 1, as the model was trained."""
    encoded = torch.cat([srgb_encoded(rendering.colour), rendering.opacity[..., None]], dim=-1)
    return 2 * encoded.reshape(count, size, size, 4).permute(0, 3, 1, 2) - 1


def _rays(views: list[OrbitView], device: torch.device) -> Rays:
    rays = [view.camera.rays().flat() for view in views]
    origins, directions = torch.cat([r.origins for r in rays]), torch.cat([r.directions for r in rays])
    return Rays(origins.to(device), directions.to(device))
