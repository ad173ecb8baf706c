"""What the models of a job take, and how large the views are that they look at, as far as files and settings tell.

What a diffusion model takes at work is counted from its configuration (backend/pretrained/counting.py), or stands in
the list of known models where it is not here yet: so a job that will not fit is refused before anything is fetched.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from backend.config import EMBEDDED_PRIOR, CountedCost, JobConfig, find_known, prior_of
from backend.errors import DreamwrightError
from backend.guidance.build import text_models
from backend.guidance.dream_fields.crops import plan_renders
from backend.pretrained import ModelRef, resolve
from backend.pretrained.counting import cost_of_folder
from backend.pretrained.download import find_here
from backend.pretrained.memory import needed_bytes
from backend.pretrained.precision import choose_precision
from backend.priors.start import starts_from_prior

IMAGE_TEXT_SIZE, DIFFUSION_SIZE = 224, 64
"""Pixels of what models are shown where their files do not say: a render of a latent model is enlarged afterwards."""
_SIZES = {
    "view_diffusion": ("transformer/config.json", ("sample_size",), 1),
    "image_text": ("open_clip_config.json", ("model_cfg", "vision_cfg", "image_size"), 1),
    "diffusion": ("unet/config.json", ("sample_size",), 1),
}
"""Where the size stands, and how many pixels one of its numbers has across."""
SINGLE_FILES = {False: "stable-diffusion-1.5", True: "stable-diffusion-xl"}
"""Whose shapes a single file is taken to have, by whether it is larger than any but an XL."""
_XL_BYTES = 5_500_000_000
_UNREADABLE = (DreamwrightError, OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError)
"""What is raised by files that are none of a model's: whoever loads it says what is wrong with them."""


@dataclass(frozen=True)
class ModelBytes:
    """What stays on the device while a job runs, and what a step adds beside its rendering."""

    held: int = 0
    step: int = 0

    def __add__(self, other: ModelBytes) -> ModelBytes:
        """Both stay; they work one after another."""
        return ModelBytes(self.held + other.held, max(self.step, other.step))


def model_bytes(config: JobConfig, device: torch.device) -> ModelBytes:
    """Estimates every model of a job, also of one that is known and not here yet."""
    names = text_models(config) if config.optimize.steps else []
    names += [config.consistency.model] if _unseen(config) else []
    names += [config.early_stopping.model] if config.early_stopping.model else []
    names += ["embedded-clip"] if config.uses_text else []  # it measures the result
    return sum((_bytes_of(name, config, device) for name in dict.fromkeys(names)), ModelBytes())


def start_bytes(config: JobConfig, device: torch.device) -> int:
    """Estimates what a prior of shapes takes before the first step, each of its parts alone; 0 of ours, which is
    small."""
    if not starts_from_prior(config) or prior_of(config) == EMBEDDED_PRIOR:
        return 0
    name = prior_of(config)
    place, known = _model_path(name), find_known(name)
    cost = None
    if place is not None and place.is_dir():
        with suppress(*_UNREADABLE):
            cost = cost_of_folder(place, choose_precision("auto", device))
    if cost is None and known is not None and known.cost is not None:
        halves = 1 if device.type == "cuda" else 2
        cost = replace(
            known.cost, unet=halves * known.cost.unet, words=halves * known.cost.words, ask=halves * known.cost.ask
        )
    return cost.largest_part if cost is not None else 0


def _bytes_of(name: str, config: JobConfig, device: torch.device) -> ModelBytes:
    place, cost = _model_path(name), _cost(name, config, device)
    if cost is None:
        return ModelBytes() if place is None else ModelBytes(needed_bytes(place, device))
    settings = config.score_distillation
    stays = cost.unet + (0 if settings.offload else cost.vae)
    views = config.orbit.views if cost.words else config.dream_fields.crops
    asking = cost.ask + (views - 1) * cost.ask_more
    encoding = cost.view * (views if settings.keep_activations and not settings.offload else 1)
    return ModelBytes(stays, max(asking, encoding + (cost.vae if settings.offload else 0)))


def _cost(name: str, config: JobConfig, device: torch.device) -> CountedCost | None:
    """None of what is small, or cannot be told; text encoders go elsewhere where they do not fit."""
    model_ref, place = _resolved(name), _model_path(name)
    if model_ref is None or model_ref.kind not in ("diffusion", "image_text") or model_ref.embedded:
        return None
    precision = choose_precision(config.score_distillation.precision, device)
    if model_ref.kind == "diffusion" and place is not None and place.is_dir():
        try:
            return cost_of_folder(place, precision)
        except _UNREADABLE:
            return None  # whoever loads the model says what is wrong with it
    known = find_known(name)
    if known is None and model_ref.kind == "diffusion" and place is not None:
        known = find_known(SINGLE_FILES[place.stat().st_size > _XL_BYTES])
    return _widened(known.cost, device) if known is not None else None


def _widened(cost: CountedCost | None, device: torch.device) -> CountedCost | None:
    """The list has what a card takes, in half precision; elsewhere models compute in single."""
    if cost is None or device.type == "cuda":
        return cost
    names = ("unet", "vae", "words", "view", "ask", "ask_more")
    return replace(cost, precision="float32", **{name: 2 * getattr(cost, name) for name in names})


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
        return find_here(model_ref.repository, model_ref.kind)
    place = Path(model_ref.checkpoint) if model_ref.checkpoint else model_ref.folder
    return place if place is not None and place.exists() else None
