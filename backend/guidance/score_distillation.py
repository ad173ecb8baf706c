"""Score distillation: pictures that are optimized instead of sampled (DreamFusion, arXiv 2209.14988, eq. 3; SJC).

    x = what the model sees of the rendered views (diffusion/render_adapter.py)
    z = sqrt(abar) x + sqrt(1 - abar) noise
    d loss / d x = w(t) (noise_hat(z; words, camera, t) - noise)

noise_hat comes from the words of each view under classifier-free guidance (diffusion/classifier_free_guidance.py), w(t)
and t from the settings (diffusion/weighting.py, timesteps.py); the method "sjc" averages scores of perturbed views
(diffusion/sjc.py).

The gradient is divided by the number of values of x, so that a weight means the same for 4 x 32^2 values of a small
model and for 4 x 96^2 latents of a large one, and for one view a step or eight: the loss that leaves here is
<gradient, x> / values with the gradient held fixed, whose slope in x is gradient / values. Its value means nothing, and
there is no function that it is the loss of. (Published code sums over a view: threestudio by the views, SJC one view.)
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
from backend.random_numbers import normal_like
from backend.render.renderer import Rendering
from backend.render.shading import Shading

from .diffusion.classifier_free_guidance import classifier_free_guidance, drop_negligible
from .diffusion.denoiser import NULL_PROMPT, Denoiser
from .diffusion.depth_control import nearness
from .diffusion.emptiness import emptiness, emptiness_weight, opacity_loss
from .diffusion.light import sample_shading
from .diffusion.other_views import view_prompt_with_other_views
from .diffusion.prediction import Prediction, Views, add_noise
from .diffusion.render_adapter import RenderAdapter
from .diffusion.sjc import noise_ratio, perturb_and_average, sjc_gradient
from .diffusion.timesteps import sample_noise_levels, timesteps
from .diffusion.weighting import sds_gradient
from .guidance import GuidanceLoss, RayRequest, Stateless
from .view_prompt import ViewPrompt, view_prompt

Log = Callable[[str], None]
Depth = Float[Tensor, "b 1 h w"]
Affine = tuple[Float[Tensor, "c 3"], Float[Tensor, " 3"]]


def ignore(line: str) -> None:
    pass


class ScoreDistillation(Stateless):
    """Pulls random views of the field towards what a diffusion model would draw there."""

    def __init__(
        self,
        model: Denoiser,
        adapter: RenderAdapter,
        config: JobConfig,
        generator: torch.Generator,
        models: list[dict[str, str]],
        log: Log = ignore,
    ) -> None:
        """`log` is told what of a prompt the model does not read, now and after each edit."""
        self.model, self.adapter, self.generator, self.models, self.log = model, adapter, generator, models, log
        self.edit(config)

    def edit(self, config: JobConfig) -> None:
        """Other words or weights. Texts that were read before are not encoded again."""
        for sentence in [*self.model.read(all_texts(config)), *_ineffective_settings(config)]:
            self.log(sentence)
        self.job, self.config, self.orbit = config, config.score_distillation, config.orbit
        self.steps, self.frame = config.optimize.steps, frame_of(config)

    @property
    def color_channels(self) -> int:
        """Returns how many channels the field's color begins with: more than 3 where they are latents."""
        return self.adapter.color_channels

    @property
    def latent_colors(self) -> Affine | None:
        """Latents to sRGB, for those who look at a field of latents; None where there are none."""
        map_ = getattr(self.adapter, "map", None)
        return None if map_ is None else map_.to_colors

    def colors_due(self, step: int) -> Affine | None:
        """The map by which latents become colors, from the step on at which they should be."""
        return self.latent_colors if step >= round(self.config.latents_until * self.steps) else None

    def sample_views(self, step: int) -> RayRequest:
        """A few views on the orbit, of the size that the model wants."""
        views = sample_orbit(self.orbit, self.adapter.size, self.orbit.views, self.generator, self.frame)
        return RayRequest(views_rays(views, self.model.device), views, self._shading(views, step))

    def loss(self, request: RayRequest, rendering: Rendering, step: int) -> GuidanceLoss:
        """The mean over the values of x of a surrogate: d/dx of <gradient, x> is the gradient."""
        count = len(request.context)
        views = self.adapter.adapt(rendering, count, self.generator)
        depth = self._depth(request, rendering) if self.model.reads_depth else None
        gradient = self.gradient(views.detach(), request.context, step, depth)
        loss = self.config.weight * (gradient * views).mean()
        terms = {"score_distillation": float(gradient.square().mean().sqrt())}
        for name, weight, term in self._empty_space(rendering, step):
            loss, terms[name] = loss + weight * term, float(term.detach())
        return GuidanceLoss(loss, terms)

    def _empty_space(self, rendering: Rendering, step: int) -> Iterable[tuple[str, float, Float[Tensor, ""]]]:
        """The terms that have a weight."""
        if self.config.emptiness_weight > 0:
            yield "emptiness", emptiness_weight(self.config, step, self.steps), emptiness(rendering.weights)
        if self.config.opacity_weight > 0:
            yield "opacity_loss", self.config.opacity_weight, opacity_loss(rendering.opacity)

    def gradient(self, views: Views, cameras: list[OrbitView], step: int, depth: Depth | None = None) -> Views:
        """Returns what the model says should be taken from the views, at a random noise level for each."""
        levels = sample_noise_levels(self.config, len(views), self._progress(step), self.generator)
        timestep, times = timesteps(levels, self.model.alphas_cumprod), self.config.noise_samples
        noises = normal_like(views, (times, *views.shape), self.generator)
        predict = self._predictor(timestep, cameras, depth)
        alphas_cumprod = self.model.alphas_cumprod[timestep].view(-1, 1, 1, 1)
        if self.config.method == "sjc":
            score = perturb_and_average(
                lambda y, _: predict(alphas_cumprod.sqrt() * y).pred_original_sample(),
                views,
                noise_ratio(alphas_cumprod),
                noises,
            )
            return sjc_gradient(self.config.weighting, score, alphas_cumprod)
        gradients = [
            sds_gradient(
                self.config.weighting,
                predict(add_noise(views, noise, alphas_cumprod)),
                noise,
                views,
                self.adapter.limit,
            )
            for noise in noises
        ]
        return gradients[0] if times == 1 else torch.stack(gradients).mean(0)

    def _predictor(
        self, timestep: Int[Tensor, " b"], cameras: list[OrbitView], depth: Depth | None
    ) -> Callable[[Views], Prediction]:
        """Noisy views of these cameras to what is predicted for them."""
        config = self.config
        view_prompts = [self._view_prompt(camera) for camera in cameras]
        angles = torch.tensor([[c.azimuth, c.elevation, c.radius] for c in cameras], device=timestep.device)
        alphas_cumprod = self.model.alphas_cumprod[timestep].view(-1, 1, 1, 1)

        def predict(noisy: Views) -> Prediction:
            value = classifier_free_guidance(
                self.model, noisy, timestep, view_prompts, angles, config.guidance_scale,
                perp_neg=config.perp_neg, depth=depth,
            )  # fmt: skip
            return Prediction(value, self.model.prediction_type, noisy, alphas_cumprod)

        return predict

    def _view_prompt(self, view: OrbitView) -> ViewPrompt:
        return view_prompt_for(self.job, view)

    def _progress(self, step: int) -> float:
        return min(1.0, step / max(1, self.steps - 1))

    def _shading(self, views: list[OrbitView], step: int) -> Shading | None:
        """Never while colors are latents: light has no meaning there."""
        latent = self.color_channels != 3 and self.colors_due(step) is None
        if latent or step < self.config.shading_after * self.steps:
            return None
        return sample_shading(self.config, views, self.frame, self.generator)

    def _depth(self, request: RayRequest, rendering: Rendering) -> Depth:
        return nearness(rendering, request.rays, request.context, self.frame)


def view_prompt_for(config: JobConfig, view: OrbitView) -> ViewPrompt:
    """Returns what a view is asked for, with Perp-Neg and words of views also what it is not; never nothing."""
    said = _raw_view_prompt(config, view)
    return drop_negligible(said) if said.positive else replace(said, positive=((NULL_PROMPT, 1.0),))


def _raw_view_prompt(config: JobConfig, view: OrbitView) -> ViewPrompt:
    across = config.score_distillation.perp_neg and config.prompt_options.view_dependent
    return view_prompt_with_other_views(config, view) if across else view_prompt(config, view)


def all_texts(config: JobConfig) -> list[str]:
    """The texts that views may be asked for, so that they are read at once: from all around, above and each camera.

    A view that says yet another has it read when it comes.
    """
    around = [(math.radians(azimuth), 0.0) for azimuth in range(0, 360, 30)]
    cameras = [
        (math.radians(c.azimuth_degrees), math.radians(c.elevation_degrees))
        for c in config.prompt_options.camera_prompts
    ]
    places = [*around, (0.0, math.pi / 2), *cameras]
    asked = [_raw_view_prompt(config, orbit_view(azimuth, elevation, 1.0, 1.0, 1)) for azimuth, elevation in places]
    texts = [text for said in asked for text, _ in (*said.positive, *said.negative)]
    return list(dict.fromkeys([*texts, *_null_prompt(config)]))


def _null_prompt(config: JobConfig) -> Iterable[str]:
    settings = config.score_distillation
    return [NULL_PROMPT] if settings.guidance_scale != 1 or settings.perp_neg else []


def _ineffective_settings(config: JobConfig) -> list[str]:
    """A setting that a person made and that does nothing is told to them."""
    settings, negative = config.score_distillation, config.prompt_options.negative.strip()
    if not negative or settings.guidance_scale != 1 or settings.perp_neg:
        return []
    return [f"The words against, '{negative}', pull nowhere at a guidance scale of 1: raise it, or turn perp_neg on."]
