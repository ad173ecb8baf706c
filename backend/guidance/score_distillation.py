"""Score distillation: pictures that are optimised instead of sampled (DreamFusion, arXiv 2209.14988, eq. 3; SJC).

    x = what the model sees of the rendered views (diffusion/eyes.py);  z = sqrt(abar) x + sqrt(1 - abar) noise
    d loss / d x = w(t) (noise_hat(z; words, camera, t) - noise)

noise_hat comes from the words of each view under classifier-free guidance (diffusion/guided.py), w(t) and t from the
settings (diffusion/weighting.py, timesteps.py); the method "sjc" averages scores of perturbed views (diffusion/sjc.py).

The gradient is handed over as it is: the loss that leaves here is <gradient, x> / views with the gradient held fixed,
whose slope in x is the gradient. Its value means nothing, and there is no function that it is the loss of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.cameras.orbit import OrbitView, frame_of, orbit_view, sample_orbit, views_rays
from backend.config import JobConfig
from backend.render.renderer import Rendering
from backend.render.shading import Shading

from .diffusion.denoiser import NOTHING, Denoiser
from .diffusion.depth_control import nearness
from .diffusion.emptiness import emptiness, emptiness_weight, opaqueness
from .diffusion.eyes import Eye
from .diffusion.guided import counted, guided
from .diffusion.light import draw_shading
from .diffusion.other_views import wording_across_views
from .diffusion.prediction import Prediction, Views, noised
from .diffusion.sjc import noise_ratio, perturb_and_average, sjc_gradient
from .diffusion.timesteps import draw_levels, timesteps
from .diffusion.weighting import sds_gradient
from .guidance import Judgement, Proposal, Stateless
from .wording import Wording, wording

Log = Callable[[str], None]
Depth = Float[Tensor, "b 1 h w"]
Affine = tuple[Float[Tensor, "c 3"], Float[Tensor, " 3"]]


def quiet(line: str) -> None:
    pass


class ScoreDistillation(Stateless):
    """Pulls random views of the field towards what a diffusion model would draw there."""

    def __init__(
        self,
        model: Denoiser,
        eye: Eye,
        config: JobConfig,
        generator: torch.Generator,
        models: list[dict[str, str]],
        log: Log = quiet,
    ) -> None:
        """`log` is told what of a prompt the model does not read, now and after each edit."""
        self.model, self.eye, self.generator, self.models, self.log = model, eye, generator, models, log
        self.edit(config)

    def edit(self, config: JobConfig) -> None:
        """Other words or weights. Texts that were read before are not encoded again."""
        for sentence in [*self.model.read(texts_of(config)), *_without_effect(config)]:
            self.log(sentence)
        self.job, self.config, self.orbit = config, config.score_distillation, config.orbit
        self.steps, self.frame = config.optimise.steps, frame_of(config)

    @property
    def colour_channels(self) -> int:
        """How many channels the field's colour begins with: more than 3 where they are latents."""
        return self.eye.colour_channels

    @property
    def latent_colours(self) -> Affine | None:
        """Latents to sRGB, for those who look at a field of latents; None where there are none."""
        map_ = getattr(self.eye, "map", None)
        return None if map_ is None else map_.to_colours

    def colours_due(self, step: int) -> Affine | None:
        """The map by which latents become colours, from the step on at which they should be."""
        return self.latent_colours if step >= round(self.config.latents_until * self.steps) else None

    def propose(self, step: int) -> Proposal:
        """A few views on the orbit, of the size that the model wants."""
        views = sample_orbit(self.orbit, self.eye.size, self.orbit.views, self.generator, self.frame)
        return Proposal(views_rays(views, self.model.device), views, self._shading(views, step))

    def judge(self, proposal: Proposal, rendering: Rendering, step: int) -> Judgement:
        """The gradient as a surrogate: d/dx of <gradient, x> is the gradient."""
        count = len(proposal.notes)
        views = self.eye.look(rendering, count, self.generator)
        depth = self._depth(proposal, rendering) if self.model.reads_depth else None
        gradient = self.gradient(views.detach(), proposal.notes, step, depth)
        loss = self.config.weight * (gradient * views).sum() / count
        terms = {"score_distillation": float(gradient.square().mean().sqrt())}
        for name, weight, term in self._empty_space(rendering, step):
            loss, terms[name] = loss + weight * term, float(term.detach())
        return Judgement(loss, terms)

    def _empty_space(self, rendering: Rendering, step: int) -> Iterable[tuple[str, float, Float[Tensor, ""]]]:
        """The terms that have a weight."""
        if self.config.emptiness_weight > 0:
            yield "emptiness", emptiness_weight(self.config, step, self.steps), emptiness(rendering.weights)
        if self.config.opacity_weight > 0:
            yield "opaqueness", self.config.opacity_weight, opaqueness(rendering.opacity)

    def gradient(self, views: Views, cameras: list[OrbitView], step: int, depth: Depth | None = None) -> Views:
        """What the model says should be taken from the views, at a random noise level for each."""
        levels = draw_levels(self.config, len(views), self._done(step), self.generator)
        timestep, times = timesteps(levels, self.model.signal), self.config.averages
        noises = torch.randn(times, *views.shape, generator=self.generator).to(views)
        ask = self._question(timestep, cameras, depth)
        signal = self.model.signal[timestep].view(-1, 1, 1, 1)
        if self.config.method == "sjc":
            score = perturb_and_average(lambda y, _: ask(signal.sqrt() * y).clean(), views, noise_ratio(signal), noises)
            return sjc_gradient(self.config.weighting, score, signal)
        gradients = [
            sds_gradient(self.config.weighting, ask(noised(views, noise, signal)), noise, views, self.eye.limit)
            for noise in noises
        ]
        return gradients[0] if times == 1 else torch.stack(gradients).mean(0)

    def _question(
        self, timestep: Int[Tensor, " b"], cameras: list[OrbitView], depth: Depth | None
    ) -> Callable[[Views], Prediction]:
        """Noisy views of these cameras to what is predicted for them."""
        config = self.config
        wordings = [self._wording(camera) for camera in cameras]
        angles = torch.tensor([[c.azimuth, c.elevation, c.radius] for c in cameras], device=timestep.device)
        signal = self.model.signal[timestep].view(-1, 1, 1, 1)

        def ask(noisy: Views) -> Prediction:
            value = guided(
                self.model, noisy, timestep, wordings, angles, config.guidance_scale,
                perp_neg=config.perp_neg, depth=depth,
            )  # fmt: skip
            return Prediction(value, self.model.kind, noisy, signal)

        return ask

    def _wording(self, view: OrbitView) -> Wording:
        return asked_wording(self.job, view)

    def _done(self, step: int) -> float:
        return min(1.0, step / max(1, self.steps - 1))

    def _shading(self, views: list[OrbitView], step: int) -> Shading | None:
        """Never while colours are latents: light has no meaning there."""
        latent = self.colour_channels != 3 and self.colours_due(step) is None
        if latent or step < self.config.shading_after * self.steps:
            return None
        return draw_shading(self.config, views, self.frame, self.generator)

    def _depth(self, proposal: Proposal, rendering: Rendering) -> Depth:
        return nearness(rendering, proposal.rays, proposal.notes, self.frame)


def asked_wording(config: JobConfig, view: OrbitView) -> Wording:
    """What a view is asked for, and with Perp-Neg and words of views also what it is not; never nothing at all."""
    said = _said(config, view)
    return counted(said) if said.wanted else replace(said, wanted=((NOTHING, 1.0),))


def _said(config: JobConfig, view: OrbitView) -> Wording:
    across = config.score_distillation.perp_neg and config.words.view_dependent
    return wording_across_views(config, view) if across else wording(config, view)


def texts_of(config: JobConfig) -> list[str]:
    """The texts that views may be asked for, so that they are read at once: from all around, above and each camera.

    A view that says yet another has it read when it comes.
    """
    around = [(math.radians(azimuth), 0.0) for azimuth in range(0, 360, 30)]
    cameras = [(math.radians(c.azimuth_degrees), math.radians(c.elevation_degrees)) for c in config.words.cameras]
    places = [*around, (0.0, math.pi / 2), *cameras]
    asked = [_said(config, orbit_view(azimuth, elevation, 1.0, 1.0, 1)) for azimuth, elevation in places]
    texts = [text for said in asked for text, _ in (*said.wanted, *said.unwanted)]
    return list(dict.fromkeys([*texts, *_nothing(config)]))


def _nothing(config: JobConfig) -> Iterable[str]:
    settings = config.score_distillation
    return [NOTHING] if settings.guidance_scale != 1 or settings.perp_neg else []


def _without_effect(config: JobConfig) -> list[str]:
    """A setting that a person made and that does nothing is told to them."""
    settings, negative = config.score_distillation, config.words.negative.strip()
    if not negative or settings.guidance_scale != 1 or settings.perp_neg:
        return []
    return [f"The words against, '{negative}', pull nowhere at a guidance scale of 1: raise it, or turn perp_neg on."]
