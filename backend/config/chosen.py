"""What a job's settings were chosen by, and which, in a sentence for its log: a default may mean "by the model"."""

from __future__ import annotations

from .job import JobConfig
from .known_models import find_known
from .model_family import ModelFamily, model_family

_ABOUT = {
    ModelFamily.LATENT: "a latent diffusion model (Stable Diffusion), whose renders pass through its encoder",
    ModelFamily.PIXEL: "a pixel diffusion model (DeepFloyd IF)",
    ModelFamily.IMAGE_TEXT: "an image-text model",
}
_RECIPES = {ModelFamily.LATENT: "dreamfusion-sd", ModelFamily.PIXEL: "dreamfusion-if"}
NARROW = 5.0
"""Guidance below which a model of thousands of things hardly listens to words (published: 20 to 100)."""


def settings_sentence(config: JobConfig) -> list[str]:
    """Sentences on what was chosen for the job's model; none for the embedded one, or where no words are read."""
    family = model_family(config.model)
    if not config.uses_text or not config.optimize.steps or family is ModelFamily.EMBEDDED:
        return []
    begun = f"the recipe {config.recipe}" if config.recipe else f"quality {config.quality}"
    about = _ABOUT[family]
    if family is ModelFamily.LATENT and config.score_distillation.space == "latents_first":
        about = "a latent diffusion model (Stable Diffusion), whose latents the field holds first"
    said = [f"{config.model} is {about}: {_numbers(config, family)} ({begun})."]
    return said + _misfit(config, family) + _limits(config)


def _numbers(config: JobConfig, family: ModelFamily) -> str:
    settings, optimize = config.score_distillation, config.optimize
    if family is ModelFamily.IMAGE_TEXT:
        size = config.dream_fields.render_size
        renders = f"renders of {size} px, " if size else ""
        return f"{optimize.steps} steps, {renders}{config.dream_fields.crops} crops a step"
    words = "words of the view" if config.prompt_options.view_dependent else "no words of the view"
    levels = f"{settings.timestep_low:g} to {1 - settings.timestep_low:g}"
    if settings.timestep_schedule == "annealed":
        levels = f"from {settings.timestep_start:g} down to {settings.timestep_end:g}"
    renders = f"renders of {settings.render_size} px, " if settings.render_size else ""
    return (
        f"guidance scale {settings.guidance_scale:g}, {optimize.steps} steps, weighting {settings.weighting}, noise "
        f"levels {levels}, {words}, {renders}{config.orbit.views} view{'s' * (config.orbit.views > 1)} a step"
    )


def _misfit(config: JobConfig, family: ModelFamily) -> list[str]:
    """Settings of the embedded model under another: a job that was begun with one and changed to the other."""
    scale = config.score_distillation.guidance_scale
    if family not in _RECIPES or scale >= NARROW:
        return []
    return [
        f"A guidance scale of {scale:g} suits the embedded model, not {config.model}: begin from the recipe "
        f"{_RECIPES[family]}, or from a quality with this model chosen."
    ]


def _limits(config: JobConfig) -> list[str]:
    known = find_known(config.model)
    return [f"{known.name} {known.cannot}."] if known and known.cannot else []
