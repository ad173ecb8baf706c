"""What a person may change while a job runs: its words, and the weights of what pulls on the field."""

from __future__ import annotations

from typing import Any

from backend.config import WEIGHTS
from backend.config.renamed import WEIGHTS as RENAMED
from backend.errors import ConfigError


def edit_changes(
    prompt: str | None, weights: dict[str, float] | None, prompt_options: dict[str, Any] | None
) -> dict[str, Any]:
    """The edit as `config.with_changes` takes it.

    Raises:
        ConfigError: no such weight.
    """
    changes: dict[str, Any] = {} if prompt is None else {"prompt": prompt}
    if prompt_options:
        changes["prompt_options"] = dict(prompt_options)
    for given, value in (weights or {}).items():
        name = RENAMED.get(given, given)
        if name not in WEIGHTS:
            raise ConfigError(f"There is no weight '{name}': known are {', '.join(sorted(WEIGHTS))}.")
        _set_path(changes, WEIGHTS[name], value)
    return changes


def _set_path(changes: dict[str, Any], path: tuple[str, ...], value: float) -> None:
    *groups, name = path
    for group in groups:
        changes = changes.setdefault(group, {})
    changes[name] = value
