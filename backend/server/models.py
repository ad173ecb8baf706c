"""The models that a person can choose from, for those who draw them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.pretrained.inventory import ModelStatus, model_statuses

_KINDS = {"view_diffusion": "diffusion", "diffusion": "diffusion", "image_text": "clip", "controlnet": "controlnet"}
"""What it is for: `score_distillation.model` takes a diffusion model, `dream_fields.model` and the judge a guide."""


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


def list_known_models() -> list[ModelInfo]:
    """Those that came with this copy first."""
    return [_to_model_info(model) for model in model_statuses() if model.kind in _KINDS]


def _to_model_info(model: ModelStatus) -> ModelInfo:
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
    )
