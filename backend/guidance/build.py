"""Guidances by what a job asks for. A new guidance is one file, one line here and one config class."""

from __future__ import annotations

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


def build_text_guidance(config: JobConfig, device: torch.device, generator: torch.Generator) -> Guidance:
    """The guidance that the chosen model can give.

    Raises:
        ModelError: the model is unknown, broken or out of reach.
    """
    choice = resolve(config.model)
    return TEXT_GUIDANCES[choice.kind](choice, config, device, generator)


def build_photometric(
    config: JobConfig, dataset: Dataset, device: torch.device, generator: torch.Generator
) -> Photometric:
    """Compare with the training pictures of a dataset."""
    return Photometric(dataset.train, config, device, generator)


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
