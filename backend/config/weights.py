"""The weights that a person may change while a job runs: their names, and where each lies in the config."""

from __future__ import annotations

import dataclasses
from typing import Any

from .job import JobConfig
from .regions import KEEP_IN
from .regularizers import RegularizerConfig, TermConfig

_OF_GUIDANCES: dict[str, tuple[str, ...]] = {
    "score_distillation": ("score_distillation", "weight"),
    "guidance_scale": ("score_distillation", "guidance_scale"),
    "dream_fields": ("dream_fields", "weight"),
    "transmittance": ("dream_fields", "transmittance_weight"),
    "photometric": ("photometric", "weight"),
    "consistency": ("consistency", "weight"),
    "negative": ("prompt_options", "negative_weight"),
    "hold_shape": ("start", "hold_shape"),
    "hold_color": ("start", "hold_color"),
    "keep_in": ("regions", "keep_in_weight"),
}
_OF_REGULARIZERS: dict[str, tuple[str, ...]] = {
    f"regularizer.{spec.name}" if spec.name in _OF_GUIDANCES else spec.name: ("regularizer", spec.name, "weight")
    for spec in dataclasses.fields(RegularizerConfig)
    if spec.default_factory is TermConfig
}
WEIGHTS = _OF_GUIDANCES | _OF_REGULARIZERS
"""Names in an edit -> where the setting lies in the config."""
_OF_REGIONS = {"keep_in"}
_OF_PHOTOS = {"photometric", "consistency"}
_OF_MESH = {"hold_shape", "hold_color"}
_OF_TEXT = {"score_distillation", "guidance_scale", "dream_fields", "transmittance", "negative"}


def weights_of(config: JobConfig) -> dict[str, float]:
    """Those that can pull in a job of this method, with what they are now."""
    away = (set() if config.uses_text else _OF_TEXT) | (set() if config.uses_photos else _OF_PHOTOS)
    away |= set() if config.starts_from_mesh else _OF_MESH
    away |= set() if config.regions.of_kind(KEEP_IN) else _OF_REGIONS
    return {name: float(_value_at(config, path)) for name, path in WEIGHTS.items() if name not in away}


def _value_at(config: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        config = getattr(config, name)
    return config
