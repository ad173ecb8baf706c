"""The models that a person can choose from, for those who draw them."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from backend.pretrained.inventory import ModelStatus, model_statuses
from backend.pretrained.pace import estimate_seconds, fits

CPU = torch.device("cpu")

_KINDS = {
    "view_diffusion": "diffusion", "diffusion": "diffusion", "image_text": "clip", "controlnet": "controlnet",
    "shape": "shape",
}  # fmt: skip
"""What it is for: `score_distillation.model` takes a diffusion model, `dream_fields.model` an image-text model,
`prior.model` one of shapes."""


@dataclass(frozen=True)
class ModelInfo:
    """One of them."""

    name: str
    kind: str
    about: str
    size_mb: int
    memory_mb: int | None
    speed: str
    license: str
    is_local: bool
    source: str
    recommended: bool = False
    """The one to begin with, of its kind."""
    cannot: str = ""
    """What it cannot do, or does badly; the rest of a sentence that begins with its name."""
    fits: bool | None = None
    """Whether the memory of this device holds it at work; None where nobody can tell."""
    seconds: float | None = None
    """About how long a job of normal quality takes here; None where nobody can tell."""


def list_known_models(device: torch.device = CPU) -> list[ModelInfo]:
    """Those that came with this copy first, with what they would take on this device."""
    return [_to_model_info(model, device) for model in model_statuses() if model.kind in _KINDS]


def _to_model_info(model: ModelStatus, device: torch.device) -> ModelInfo:
    return ModelInfo(
        name=model.name,
        kind=_KINDS[model.kind],
        about=model.about,
        size_mb=model.megabytes,
        memory_mb=model.memory_mb,
        speed=model.speed,
        license=model.license,
        is_local=model.is_here,
        source=model.source,
        recommended=model.recommended,
        cannot=model.cannot,
        fits=fits(model.memory_mb, model.cost, device),
        seconds=None if model.cost is None else estimate_seconds(model.name, model.cost, device),
    )
