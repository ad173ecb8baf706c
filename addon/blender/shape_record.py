"""What shape is wanted of a result (its sliders), and with what shape its mesh was made (noted on the mesh).

The two differ while a mesh is on its way, and after an undo that took back one of them only.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

import bpy
import numpy as np

from ..core.shape_config import ShapeConfig

GROUP = "dreamwright_shape"
"""The sliders on the object; the note on the mesh has the same name."""

_silent = 0


@dataclass(frozen=True)
class Made:
    """How a mesh was made: of which job's grid, with what wishes, and the threshold that was found by itself."""

    job: str
    wanted: ShapeConfig
    found: float


def wanted_of(result: bpy.types.Object) -> ShapeConfig:
    """What its sliders say."""
    return _read(getattr(result, GROUP))


def as_kept(wanted: ShapeConfig) -> ShapeConfig:
    """The wishes as sliders keep them: numbers in single precision."""
    return _read(wanted)


def set_wanted(result: bpy.types.Object, wanted: ShapeConfig) -> None:
    """Set its sliders without their doing anything."""
    group = getattr(result, GROUP)
    with silence():
        for name, value in asdict(wanted).items():
            setattr(group, name, value.upper() if isinstance(value, str) else value)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Inside, sliders that are set make no mesh."""
    global _silent  # noqa: PLW0603 - Blender calls the sliders' update with nothing of ours in hand
    _silent += 1
    try:
        yield
    finally:
        _silent -= 1


def is_silent() -> bool:
    return _silent > 0


def note_on(mesh: bpy.types.Mesh, made: Made) -> None:
    mesh[GROUP] = json.dumps(asdict(made))


def made_with(mesh: bpy.types.Mesh) -> Made | None:
    """How the mesh was made; None for one of an older version, of the user, or of a job that has just ended."""
    try:
        kept = json.loads(mesh.get(GROUP, ""))
        return Made(str(kept["job"]), ShapeConfig(**kept["wanted"]), float(kept["found"]))
    except (ValueError, TypeError, KeyError):
        return None


def differs(result: bpy.types.Object) -> bool:
    """Whether its mesh was made with other wishes than its sliders say now; a mesh of another job is let be."""
    made = made_with(result.data) or Made(result.get("dreamwright_job", ""), ShapeConfig(), 0.0)
    return made.job == result.get("dreamwright_job") and made.wanted != wanted_of(result)


def _read(values: Any) -> ShapeConfig:
    return ShapeConfig(**{spec.name: _plain(getattr(values, spec.name)) for spec in fields(ShapeConfig)})


def _plain(value: Any) -> Any:
    """As the config has it: choices in small letters, and 0.1 where Blender's single precision says 0.10000000149."""
    if isinstance(value, float):
        return float(str(np.float32(value)))
    return value.lower() if isinstance(value, str) else value
