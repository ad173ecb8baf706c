"""What the models of a job take, and how large the views are that they look at, as far as files and settings tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from backend.config import JobConfig
from backend.guidance.build import text_models
from backend.guidance.dream_fields.crops import plan_renders
from backend.pretrained import ModelRef, resolve
from backend.pretrained.hub_cache import find_local
from backend.pretrained.memory import needed_bytes

IMAGE_TEXT_SIZE, DIFFUSION_SIZE = 224, 512
"""Pixels that models read where their files do not say."""
_SIZES = {
    "view_diffusion": ("transformer/config.json", ("sample_size",), 1),
    "image_text": ("open_clip_config.json", ("model_cfg", "vision_cfg", "image_size"), 1),
    "diffusion": ("unet/config.json", ("sample_size",), 8),
}
"""Where the size stands, and how many pixels one of its numbers has across."""


def model_bytes(config: JobConfig, device: torch.device) -> int:
    """Weights, and what comes with them, of every model that is here; one that is not is asked for when it is read."""
    names = text_models(config)
    names += [config.consistency.model] if _unseen(config) else []
    names += [config.early_stopping.model] if config.early_stopping.model else []
    names += ["embedded-clip"] if config.uses_text else []  # it measures the result
    places = [place for name in dict.fromkeys(names) if (place := _model_path(name)) is not None]
    return sum(needed_bytes(place, device) for place in places)


def view_rays(config: JobConfig) -> int:
    """The most rays that a guidance by a model has rendered in one step."""
    counts = [views * size**2 for size, views in (_views(name, config) for name in text_models(config))]
    return max([*counts, (config.consistency.render_size or IMAGE_TEXT_SIZE) ** 2 if _unseen(config) else 0])


def _unseen(config: JobConfig) -> bool:
    return config.uses_photos and config.consistency.weight > 0


def _views(name: str, config: JobConfig) -> tuple[int, int]:
    """Width of the views, and how many."""
    model_ref = _resolved(name)
    size = _size(model_ref)
    if model_ref is not None and model_ref.kind == "image_text":
        return plan_renders(config, size)
    return config.score_distillation.render_size or size, config.orbit.views


def _size(model_ref: ModelRef | None) -> int:
    kind = "diffusion" if model_ref is None else model_ref.kind
    default = IMAGE_TEXT_SIZE if kind == "image_text" else DIFFUSION_SIZE
    if model_ref is None or kind not in _SIZES or model_ref.folder is None:
        return default
    file, keys, pixels = _SIZES[kind]
    found = _number(model_ref.folder / file, keys)
    if kind == "diffusion" and not (model_ref.folder / "vae").is_dir():
        pixels = 1
    return default if found is None else found * pixels


def _number(file: Path, keys: tuple[str, ...]) -> int | None:
    try:
        value: Any = json.loads(file.read_text(encoding="utf-8"))
        for key in keys:
            value = value[key]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # whoever loads the model says what is wrong with it
    return value if isinstance(value, int) and 0 < value <= 4096 else None


def _resolved(name: str) -> ModelRef | None:
    """None for what is no model's name: the one who loads it says so."""
    try:
        return resolve(name)
    except Exception:
        return None


def _model_path(name: str) -> Path | None:
    model_ref = _resolved(name)
    if model_ref is None:
        return None
    if model_ref.repository is not None:
        return find_local(model_ref.repository, model_ref.kind)
    place = Path(model_ref.checkpoint) if model_ref.checkpoint else model_ref.folder
    return place if place is not None and place.exists() else None
