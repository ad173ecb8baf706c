"""The weights that a person may change while a job runs: their names, and where each lies in the config."""

from __future__ import annotations

import dataclasses
from typing import Any

from .job import JobConfig
from .regularisers import RegulariserConfig, TermConfig

_OF_GUIDANCES: dict[str, tuple[str, ...]] = {
    "score_distillation": ("score_distillation", "weight"),
    "guidance_scale": ("score_distillation", "guidance_scale"),
    "dream_fields": ("dream_fields", "weight"),
    "transmittance": ("dream_fields", "transmittance_weight"),
    "photometric": ("photometric", "weight"),
    "consistency": ("consistency", "weight"),
    "negative": ("words", "negative_weight"),
}
_OF_REGULARISERS: dict[str, tuple[str, ...]] = {
    f"regulariser.{spec.name}" if spec.name in _OF_GUIDANCES else spec.name: ("regulariser", spec.name, "weight")
    for spec in dataclasses.fields(RegulariserConfig)
    if spec.default_factory is TermConfig
}
WEIGHTS = _OF_GUIDANCES | _OF_REGULARISERS
"""Names in an edit -> where the setting lies in the config."""
_OF_PICTURES = {"photometric", "consistency"}
_OF_WORDS = {"score_distillation", "guidance_scale", "dream_fields", "transmittance", "negative"}


def weights_of(config: JobConfig) -> dict[str, float]:
    """Those that can pull in a job of this method, with what they are now."""
    away = (set() if config.reads_words else _OF_WORDS) | (set() if config.reads_pictures else _OF_PICTURES)
    return {name: float(_at(config, path)) for name, path in WEIGHTS.items() if name not in away}


def _at(config: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        config = getattr(config, name)
    return config
