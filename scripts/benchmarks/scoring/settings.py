"""Settings from the command line, `GROUP.NAME=VALUE`, as backend.config.with_changes takes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from backend.config import merged
from backend.errors import ConfigError


def read_settings(given: Iterable[str]) -> dict[str, Any]:
    """Nested groups of what was given; the last word on a setting counts.

    Raises:
        ConfigError: one is not NAME=VALUE.
    """
    changes: dict[str, Any] = {}
    for text in given:
        changes = merged(changes, _nested(text))
    return changes


def _nested(text: str) -> dict[str, Any]:
    path, equals, value = text.partition("=")
    if not equals or not all(path.split(".")):
        raise ConfigError(f"The setting '{text}' is not NAME=VALUE: write, for example, optimize.steps=200.")
    found: Any = _value(value)
    for name in reversed(path.split(".")):
        found = {name: found}
    changes: dict[str, Any] = found
    return changes


def _value(text: str) -> Any:
    """JSON where it is JSON, as 200, 0.5, true or [0.2, 0.5]; else the text itself."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
