"""Guidances by what a job asks for. A new guidance is one file, one line here and one config class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from backend.config import JobConfig
from backend.data.transforms_json import Dataset
from backend.pretrained import ModelChoice, load_image_text, resolve

from .dream_fields import DreamFields
from .guidance import Guidance
from .photometric import Photometric
from .score_distillation import ScoreDistillation
from .view_diffusion import ViewDiffusion

Log = Callable[[str], None]


def build_guidances(
    config: JobConfig, dataset: Dataset | None, device: torch.device, generator: torch.Generator, log: Log
) -> list[Guidance]:
    """All that pull on the field: each model that words are read by, then the pictures.

    Raises:
        ModelError: a model is unknown, broken or out of reach.
    """
    guidances = [_text_guidance(name, config, device, generator) for name in text_models(config)]
    if dataset is not None:
        guidances.append(Photometric(dataset.train, config, device, generator))
    return guidances


def text_models(config: JobConfig) -> list[str]:
    """The job's own model and those beside it, each once; none where words are not read."""
    if not config.reads_words:
        return []
    names = [config.model, config.dream_fields.model, config.score_distillation.model]
    return list(dict.fromkeys(name for name in names if name))


def _text_guidance(name: str, config: JobConfig, device: torch.device, generator: torch.Generator) -> Guidance:
    choice = resolve(name)
    return TEXT_GUIDANCES[choice.kind](choice, config, device, generator)


def _view_diffusion(
    choice: ModelChoice, config: JobConfig, device: torch.device, generator: torch.Generator
) -> ScoreDistillation:
    model = ViewDiffusion.load(choice.folder or Path(), device)
    return ScoreDistillation(model, config, generator, [choice.card])


def _image_text(
    choice: ModelChoice, config: JobConfig, device: torch.device, generator: torch.Generator
) -> DreamFields:
    return DreamFields(load_image_text(choice, device, config.allow_download), config, generator)


TEXT_GUIDANCES = {"view_diffusion": _view_diffusion, "image_text": _image_text}
