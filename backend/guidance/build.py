"""Guidances by what a job asks for. A new guidance is one file, one line here and one config class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from backend.config import JobConfig
from backend.data.spread import spread_out
from backend.data.transforms_json import Dataset
from backend.errors import ConfigError, ModelError
from backend.pretrained import ModelChoice, load_image_text, local_folder, resolve
from backend.pretrained.eye import load_eye

from .consistency import Consistency
from .diffusion.eyes import RgbaEye
from .diffusion.load import Source, load_diffusion
from .diffusion.precision import embedded_precision
from .dream_fields import DreamFields
from .guidance import Guidance
from .photometric import Photometric
from .score_distillation import ScoreDistillation, texts_of
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
    choices = [resolve(name) for name in text_models(config)]
    if config.reads_words and config.words.images and all(choice.kind != "image_text" for choice in choices):
        raise ConfigError(
            "A picture of what is wanted needs an image-text model: choose one as the job's model or beside it, "
            "for example embedded-guide."
        )
    for choice in choices:
        _check_reads_words(choice)
    guidances = [TEXT_GUIDANCES[choice.kind](choice, config, device, generator, log) for choice in choices]
    return guidances if dataset is None else guidances + _picture_guidances(config, dataset, device, generator, log)


def _picture_guidances(
    config: JobConfig, dataset: Dataset, device: torch.device, generator: torch.Generator, log: Log
) -> list[Guidance]:
    """Pixels of the photographs, and the likeness of unseen views to them where it has a weight."""
    pictures = spread_out(dataset.train, config.photometric.pictures)
    guidances: list[Guidance] = [Photometric(pictures, config, device, generator)]
    if config.consistency.weight > 0:
        eye = load_eye(config.consistency.model, device, config.allow_download)
        guidances.append(Consistency(eye, pictures, config, generator, log))
    return guidances


def _check_reads_words(choice: ModelChoice) -> None:
    """
    Raises:
        ModelError: the model only steers another one.
    """
    if choice.kind not in TEXT_GUIDANCES:
        raise ModelError(
            f"The model '{choice.name}' reads no words by itself: name it as score_distillation.depth_control, "
            "beside a diffusion model."
        )


def text_models(config: JobConfig) -> list[str]:
    """The job's own model and those beside it, each once; none where words are not read."""
    if not config.reads_words:
        return []
    names = [config.model, config.dream_fields.model, config.score_distillation.model]
    return list(dict.fromkeys(name for name in names if name))


def _view_diffusion(
    choice: ModelChoice, config: JobConfig, device: torch.device, generator: torch.Generator, log: Log
) -> ScoreDistillation:
    settings = config.score_distillation
    if settings.depth_control or settings.space != "auto":
        log(
            f"The model {choice.name} works on pixels and reads no depth: 'space' and 'depth_control' do nothing there."
        )
    model = ViewDiffusion.load(
        choice.folder or Path(), device, embedded_precision(settings.precision), settings.camera_conditioning
    )
    eye = RgbaEye(settings.render_size or model.size, model.size)
    return ScoreDistillation(model, eye, config, generator, [choice.card], log)


def _diffusion(
    choice: ModelChoice, config: JobConfig, device: torch.device, generator: torch.Generator, log: Log
) -> ScoreDistillation:
    check_latents_alone(config)
    path = local_folder(choice, config.allow_download, log)
    control, cards = _depth_control(config, log)
    source = Source(choice.name, path, config.score_distillation, device, config.allow_download, control)
    model, eye = load_diffusion(source, texts_of(config))
    return ScoreDistillation(model, eye, config, generator, [choice.card, *cards], log)


def _depth_control(config: JobConfig, log: Log) -> tuple[Path | None, list[dict[str, str]]]:
    name = config.score_distillation.depth_control
    if not name:
        return None, []
    choice = resolve(name)
    if choice.repository is not None:
        choice = replace(choice, kind="controlnet")  # an unknown repository is taken for a whole pipeline
    return local_folder(choice, config.allow_download, log), [choice.card]


def check_latents_alone(config: JobConfig) -> None:
    """
    Raises:
        ConfigError: the field's colours are to be latents, and others pull on it who see colours.
    """
    others = config.reads_pictures or len(text_models(config)) > 1
    if config.score_distillation.space == "latents_first" and others:
        raise ConfigError(
            "Latents are optimised first ('latents_first') only where one diffusion model pulls alone: set 'space' to "
            "'encode', or take the pictures and the other models away."
        )


def _image_text(
    choice: ModelChoice, config: JobConfig, device: torch.device, generator: torch.Generator, log: Log
) -> DreamFields:
    return DreamFields(load_image_text(choice, device, config.allow_download, log), config, generator, log)


TEXT_GUIDANCES = {"view_diffusion": _view_diffusion, "diffusion": _diffusion, "image_text": _image_text}
