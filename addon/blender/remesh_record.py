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

from ..core import renamed_properties as old
from ..core.remesh_config import RemeshConfig

GROUP = "dreamwright_remesh"
"""The sliders on the object; the note on the mesh has the same name."""

_muted = 0


@dataclass(frozen=True)
class MeshRecord:
    """How a mesh was made: of which job's grid, with what wishes, and the threshold that was found by itself."""

    job: str
    settings: RemeshConfig
    default_threshold: float


def remesh_settings_of(result: bpy.types.Object) -> RemeshConfig:
    """Returns what its sliders say."""
    return _read_config(getattr(result, GROUP))


def in_single_precision(settings: RemeshConfig) -> RemeshConfig:
    """The wishes as sliders keep them: numbers in single precision."""
    return _read_config(settings)


def set_remesh_settings(result: bpy.types.Object, settings: RemeshConfig) -> None:
    """Set its sliders without their doing anything."""
    group = getattr(result, GROUP)
    with muted():
        for name, value in asdict(settings).items():
            setattr(group, name, value.upper() if isinstance(value, str) else value)


@contextlib.contextmanager
def muted() -> Iterator[None]:
    """Inside, sliders that are set make no mesh."""
    global _muted
    _muted += 1
    try:
        yield
    finally:
        _muted -= 1


def is_muted() -> bool:
    return _muted > 0


def write_mesh_record(mesh: bpy.types.Mesh, made: MeshRecord) -> None:
    mesh[GROUP] = json.dumps(asdict(made))


def read_mesh_record(mesh: bpy.types.Mesh) -> MeshRecord | None:
    """Returns how the mesh was made; None for one of an older version, of the user, or of a job that has just ended."""
    try:
        kept = old.current(json.loads(mesh.get(GROUP, "")), old.MESH_RECORD)
        return MeshRecord(
            str(kept["job"]), RemeshConfig(**old.current_remesh(kept["settings"])), float(kept["default_threshold"])
        )
    except (AttributeError, ValueError, TypeError, KeyError):
        return None


def is_outdated(result: bpy.types.Object) -> bool:
    """Tells whether its mesh was made with other wishes than its sliders say now; a mesh of another job is let be."""
    made = read_mesh_record(result.data) or MeshRecord(result.get("dreamwright_job", ""), RemeshConfig(), 0.0)
    return made.job == result.get("dreamwright_job") and made.settings != remesh_settings_of(result)


def _read_config(values: Any) -> RemeshConfig:
    return RemeshConfig(**{spec.name: _to_config_value(getattr(values, spec.name)) for spec in fields(RemeshConfig)})


def _to_config_value(value: Any) -> Any:
    """Returns a property as the config has it: choices in small letters, and 0.1 where Blender's single precision says
    0.10000000149."""
    if isinstance(value, float):
        return float(str(np.float32(value)))
    return value.lower() if isinstance(value, str) else value
