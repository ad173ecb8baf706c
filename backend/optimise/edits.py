"""What a person may change while a job runs: its words, and the weights of what pulls on the field."""

from __future__ import annotations

import dataclasses
from typing import Any

from backend.config import RegulariserConfig, TermConfig
from backend.errors import ConfigError

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


def edit_changes(prompt: str | None, weights: dict[str, float] | None, words: dict[str, Any] | None) -> dict[str, Any]:
    """The edit as `config.with_changes` takes it.

    Raises:
        ConfigError: no such weight.
    """
    changes: dict[str, Any] = {} if prompt is None else {"prompt": prompt}
    if words:
        changes["words"] = dict(words)
    for name, value in (weights or {}).items():
        if name not in WEIGHTS:
            raise ConfigError(f"There is no weight '{name}': known are {', '.join(sorted(WEIGHTS))}.")
        _put(changes, WEIGHTS[name], value)
    return changes


def _put(changes: dict[str, Any], path: tuple[str, ...], value: float) -> None:
    *groups, name = path
    for group in groups:
        changes = changes.setdefault(group, {})
    changes[name] = value
