"""What a person changed against the preset, and nothing else: settings of backend/config by their dotted path.

They are kept as JSON text, nested as `JobConfig` is: the same that the operators take as `settings`. What this version
does not know, or would refuse, is left out when it is read, so a file of another version does no harm. The text comes
out of a .blend, which may be anybody's: only what the panel's Advanced Settings show is read, so that no file chooses a
model, a path or a device, or allows a download.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from .wire import ConfigError, config

FLOAT_DIGITS = 7
"""Of a number that a person sees: Blender keeps single precision, where 0.1 is 0.10000000149."""

ELSEWHERE = ("bounds.", "prompt_options.negative.", "start.edits.")
"""What the tab has a place of its own for."""
PLACES = ("model", "depth_control", "path", "dataset", "mesh")
"""What names a model or a file: a person's own word in the panel or in a script, never a file's."""


@functools.lru_cache(maxsize=16)
def parse(text: str) -> dict[str, Any]:
    """The changed settings by their dotted path of now, whichever version wrote the text."""
    try:
        found = config.renamed(json.loads(text or "{}"))
    except (ValueError, RecursionError):
        return {}
    return {path: value for path, value in _flatten(found).items() if path in _known_paths() and _is_valid(path, value)}


def to_text(changed: dict[str, Any]) -> str:
    """Returns JSON text, which `parse` understands; empty where nothing is changed."""
    return json.dumps(to_nested(changed)) if changed else ""


def to_nested(changed: dict[str, Any]) -> dict[str, Any]:
    """Returns nested groups, which `config.with_changes` takes."""
    groups: dict[str, Any] = {}
    for path, value in changed.items():
        *above, name = path.split(".")
        group = functools.reduce(lambda inside, part: inside.setdefault(part, {}), above, groups)
        group[name] = value
    return groups


def with_value(text: str, base: config.JobConfig, path: str, value: Any) -> str:
    """`text` with one more setting changed; a value that `base` has anyway is no change.

    Raises:
        ConfigError: the value is out of bounds.
    """
    value = round_to_single(value)
    config.with_changes(base, to_nested({path: value}))
    changed = {other: kept for other, kept in parse(text).items() if other != path}
    return to_text(changed if value == round_to_single(value_at(base, path)) else changed | {path: value})


def without_setting(text: str, path: str = "") -> str:
    """`text` without one setting, or a group of them; without any where no path is given."""
    inside = f"{path}."
    kept = {other: value for other, value in parse(text).items() if path and not (f"{other}.").startswith(inside)}
    return to_text(kept)


def value_at(wanted: Any, path: str) -> Any:
    """The setting at a dotted path."""
    return functools.reduce(getattr, path.split("."), wanted)


def round_to_single(value: Any) -> Any:
    """A number as a person wrote it, out of single precision."""
    if isinstance(value, float):
        return float(f"{value:.{FLOAT_DIGITS}g}")
    return [round_to_single(each) for each in value] if isinstance(value, list | tuple) else value


def is_advanced(path: str, spec: Any) -> bool:
    """Tells whether a setting is one of the Advanced Settings: in a group, a value or numbers, and no file."""
    group, _, name = path.rpartition(".")
    return bool(group) and not spec.metadata["item"] and name not in PLACES and not f"{path}.".startswith(ELSEWHERE)


@functools.cache
def _known_paths() -> frozenset[str]:
    return frozenset(path for path, spec in config.leaves(config.JobConfig) if is_advanced(path, spec))


def _is_valid(path: str, value: Any) -> bool:
    try:
        config.from_json(to_nested({path: value}))
    except (ConfigError, OverflowError, RecursionError):
        return False
    return True


def _flatten(groups: Any, above: str = "") -> dict[str, Any]:
    if not isinstance(groups, dict):
        return {}
    found: dict[str, Any] = {}
    for name, value in groups.items():
        found |= _flatten(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return found
