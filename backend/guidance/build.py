"""Guidances by what a job asks for. A new guidance is one file, one line here and one config class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from backend.config import JobConfig
from backend.data.dataset import Dataset
from backend.data.view_selection import farthest_point_subset
from backend.errors import ConfigError, ModelError
from backend.pretrained import ModelRef, load_image_text, local_folder, resolve
from backend.pretrained.image_encoder import load_image_encoder

from ..pretrained.precision import embedded_precision
from .consistency import Consistency
from .diffusion.load import Source, load_diffusion
from .diffusion.render_adapter import RgbaAdapter
from .dream_fields import DreamFields
from .guidance import Guidance
from .photometric import Photometric
from .score_distillation import ScoreDistillation, all_texts
from .view_diffusion import ViewDiffusion

Log = Callable[[str], None]


def build_guidances(
    config: JobConfig, dataset: Dataset | None, device: torch.device, generator: torch.Generator, log: Log
) -> list[Guidance]:
    """All that pull on the field: each model that words are read by, then the pictures.

    Raises:
        ModelError: a model is unknown, broken or out of reach.
        ConfigError: a picture of what is wanted cannot be read, or none of the models looks at pictures.
    """
    if not config.optimize.steps:
        return []  # nothing would ever pull: no model need be read
    model_refs = [resolve(name) for name in text_models(config)]
    if (
        config.uses_text
        and config.prompt_options.image_prompts
        and all(model_ref.kind != "image_text" for model_ref in model_refs)
    ):
        raise ConfigError(
            "A picture of what is wanted needs an image-text model: choose one as the job's model or beside it, "
            "for example embedded-clip."
        )
    for model_ref in model_refs:
        _check_reads_words(model_ref)
    guidances: list[Guidance] = [
        TEXT_GUIDANCES[model_ref.kind](model_ref, config, device, generator, log) for model_ref in model_refs
    ]
    return guidances if dataset is None else guidances + _picture_guidances(config, dataset, device, generator, log)


def _picture_guidances(
    config: JobConfig, dataset: Dataset, device: torch.device, generator: torch.Generator, log: Log
) -> list[Guidance]:
    """Pixels of the photographs, and the likeness of unseen views to them where it has a weight."""
    pictures = farthest_point_subset(dataset.train, config.photometric.pictures)
    guidances: list[Guidance] = [Photometric(pictures, config, device, generator)]
    if config.consistency.weight > 0:
        image_encoder = load_image_encoder(config.consistency.model, device, config.allow_download)
        guidances.append(Consistency(image_encoder, pictures, config, generator, log))
    return guidances


def _check_reads_words(model_ref: ModelRef) -> None:
    """Refuses a model that cannot guide from words by itself.

    Raises:
        ModelError: the model only steers another one.
    """
    if model_ref.kind == "shape":
        raise ModelError(
            f"The model '{model_ref.name}' makes a shape at once and guides nothing: name it as prior.model, beside a "
            "diffusion model."
        )
    if model_ref.kind not in TEXT_GUIDANCES:
        raise ModelError(
            f"The model '{model_ref.name}' reads no words by itself: name it as score_distillation.depth_control, "
            "beside a diffusion model."
        )


def text_models(config: JobConfig) -> list[str]:
    """The job's own model and those beside it, each once; none where words are not read."""
    if not config.uses_text:
        return []
    names = [config.model, config.dream_fields.model, config.score_distillation.model]
    return list(dict.fromkeys(name for name in names if name))


def _view_diffusion(
    model_ref: ModelRef, config: JobConfig, device: torch.device, generator: torch.Generator, log: Log
) -> ScoreDistillation:
    settings = config.score_distillation
    if settings.depth_control or settings.space != "auto":
        log(
            f"The model {model_ref.name} works on pixels and reads no depth: 'space' and 'depth_control' do nothing "
            "there."
        )
    model = ViewDiffusion.load(
        model_ref.folder or Path(), device, embedded_precision(settings.precision), settings.camera_conditioning
    )
    adapter = RgbaAdapter(settings.render_size or model.size, model.size)
    return ScoreDistillation(model, adapter, config, generator, [model_ref.card], log)


def _diffusion(
    model_ref: ModelRef, config: JobConfig, device: torch.device, generator: torch.Generator, log: Log
) -> ScoreDistillation:
    check_latents_alone(config)
    path = local_folder(model_ref, config.allow_download, log)
    control, cards = _depth_control(config, log)
    source = Source(model_ref.name, path, config.score_distillation, device, config.allow_download, control, log)
    model, adapter = load_diffusion(source, all_texts(config))
    return ScoreDistillation(model, adapter, config, generator, [model_ref.card, *cards], log)


def _depth_control(config: JobConfig, log: Log) -> tuple[Path | None, list[dict[str, str]]]:
    name = config.score_distillation.depth_control
    if not name:
        return None, []
    model_ref = resolve(name)
    if model_ref.repository is not None:
        model_ref = replace(model_ref, kind="controlnet")  # an unknown repository is taken for a whole pipeline
    return local_folder(model_ref, config.allow_download, log), [model_ref.card]


def check_latents_alone(config: JobConfig) -> None:
    """Refuses latents first beside other guidances.

    Raises:
        ConfigError: the field's colors are to be latents, and others pull on it who see colors.
    """
    others = config.uses_photos or len(text_models(config)) > 1
    if config.score_distillation.space == "latents_first" and others:
        raise ConfigError(
            "Latents are optimized first ('latents_first') only where one diffusion model pulls alone: set 'space' to "
            "'encode', or take the pictures and the other models away."
        )


def _image_text(
    model_ref: ModelRef, config: JobConfig, device: torch.device, generator: torch.Generator, log: Log
) -> DreamFields:
    return DreamFields(load_image_text(model_ref, device, config.allow_download, log), config, generator, log)


TEXT_GUIDANCES: dict[str, Callable[..., Guidance]] = {
    "view_diffusion": _view_diffusion,
    "diffusion": _diffusion,
    "image_text": _image_text,
}
