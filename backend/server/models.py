"""The models that a person can choose from, for those who draw them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.pretrained.shelf import Shown, shown_models

_KINDS = {"view_diffusion": "diffusion", "diffusion": "diffusion", "image_text": "guide", "controlnet": "controlnet"}
"""What it is for: `score_distillation.model` takes a diffusion model, `dream_fields.model` and the judge a guide."""


@dataclass(frozen=True)
class ModelShown:
    """One of them."""

    name: str
    kind: str
    about: str
    size_mb: int
    memory_mb: int | None
    speed: str
    licence: str
    here: bool
    source: str


def known_models() -> list[ModelShown]:
    """Those that came with this copy first."""
    return [_shown(model) for model in shown_models() if model.kind in _KINDS]


def _shown(model: Shown) -> ModelShown:
    return ModelShown(
        name=model.name,
        kind=_KINDS[model.kind],
        about=model.about,
        size_mb=model.megabytes,
        memory_mb=model.memory_mb,
        speed=model.speed,
        licence=model.licence,
        here=model.is_here,
        source=model.source,
    )
