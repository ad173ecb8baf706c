"""What a take remembers of the run that it came from, as JSON in the .blend.

version 0   has no such text, only the properties dreamwright_* of the object (blender/takes.py reads those)
version 1   the names of before (renamed_properties.py)
version 2   this one
newer ones  are read as far as they can be understood, and never written again
"""

from __future__ import annotations

import functools
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from . import renamed_properties as old

VERSION = 2

SettingsTree = dict[str, Any]
_PATH_KEYS = ("dataset", "path", "model", "name", "source", "mesh")
"""What may name a file or a folder, in settings and among models: of an absolute one only the last part is kept."""


@dataclass(frozen=True)
class TakeRecord:
    """One run. What is not known is neutral."""

    job: str
    """Its job in the backend's cache; a take is known by it."""
    prompt: str = ""
    seed: int = 0
    quality: str = ""
    settings: SettingsTree = field(default_factory=dict)
    """The whole config of the job, without absolute paths."""
    score: float | None = None
    step: int = 0
    steps: int = 0
    stopped: bool = False
    """Whether it was stopped before its last step."""
    checkpoint_steps: tuple[int, ...] = ()
    """Steps that it can go back to."""
    parent: str = ""
    """The job of the take whose field it started from."""
    parent_step: int | None = None
    models: list[Any] = field(default_factory=list)
    license: str = ""
    created: float = 0.0
    """Seconds since 1970."""
    version: int = VERSION

    @property
    def is_newer(self) -> bool:
        """Tells whether a newer add-on than this one wrote it."""
        return self.version > VERSION


def to_text(record: TakeRecord) -> str:
    """The record as it is kept: JSON, never an absolute path in it."""
    return json.dumps(
        asdict(record)
        | {"settings": without_absolute_paths(record.settings), "models": without_absolute_paths(record.models)}
    )


@functools.lru_cache(maxsize=512)  # panels read them at every redraw
def from_text(text: str) -> TakeRecord | None:
    """The record that a text holds; None where it is no record, as in a take of version 0."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("job"), str):
        return None
    found = old.current(found, old.TAKE_RECORD)
    known = {spec.name: _PARSERS[spec.name](found[spec.name]) for spec in fields(TakeRecord) if spec.name in found}
    return TakeRecord(**{name: value for name, value in known.items() if value is not None})


def without_absolute_paths(value: Any) -> Any:
    """A copy of a tree of settings in which an absolute path has become its last part."""
    if isinstance(value, dict):
        return {
            name: _file_name(each) if name in _PATH_KEYS else without_absolute_paths(each)
            for name, each in value.items()
        }
    return [without_absolute_paths(each) for each in value] if isinstance(value, list | tuple) else value


def _file_name(value: Any) -> Any:
    if not isinstance(value, str):
        return without_absolute_paths(value)
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(value).is_absolute():
            return kind(value).name
    return value


def to_int(value: Any) -> int:
    """A whole number, or 0 where it is none: records come out of .blend files, which may be anybody's."""
    return int(value) if _is_number(value) else 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _number(value: Any) -> float | None:
    return float(value) if _is_number(value) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _steps(value: Any) -> tuple[int, ...]:
    return tuple(sorted({int(each) for each in value if _is_number(each)})) if isinstance(value, list) else ()


_PARSERS: dict[str, Any] = {
    "job": _text,
    "prompt": _text,
    "seed": to_int,
    "quality": _text,
    "settings": lambda value: value if isinstance(value, dict) else {},
    "score": _number,
    "step": to_int,
    "steps": to_int,
    "stopped": bool,
    "checkpoint_steps": _steps,
    "parent": _text,
    "parent_step": lambda value: int(value) if _is_number(value) else None,
    "models": lambda value: old.current_models(value) if isinstance(value, list) else [],
    "license": _text,
    "created": lambda value: _number(value) or 0.0,
    "version": to_int,
}
