"""What came of a job becomes an object in the scene."""

from __future__ import annotations

import json
from typing import Any

import bpy
import numpy as np

from ..blender import bounds, grid_mesh, identity, remesh_record, results
from ..core.errors import SceneError
from ..core.remesh_config import RemeshConfig
from ..core.take_record import without_absolute_paths
from ..core.wire import config


def add_to_scene(
    scene: bpy.types.Scene,
    surface: grid_mesh.Surface,
    wanted: config.JobConfig,
    provenance: results.Provenance,
    shape: RemeshConfig,
) -> bpy.types.Object:
    """Put the surface into the scene as an object, and select it."""
    name = wanted.prompt or "Reconstruction"
    mesh = grid_mesh.mesh_from(grid_mesh.relative_to(surface, np.array(provenance.location), provenance.on_floor), name)
    made = results.add_result(scene, mesh, provenance, name)
    bounds.apply_box_rotation(wanted.bounds, made)
    results.note_transform(made)
    results.select_only(bpy.context, made)
    return _with_remesh_settings(shape, made)


def provenance_of(
    surface: grid_mesh.Surface, wanted: config.JobConfig, record: Any, threshold: float, step: int
) -> results.Provenance:
    """Words stand on the bottom of the box that the user gave, a reconstruction stays where the scene is."""
    on_floor = stands_on_floor(wanted)
    return results.Provenance(
        prompt=record.prompt,
        seed=wanted.seed,
        job=record.job,
        threshold=threshold,
        step=step,
        models=json.dumps(without_absolute_paths(record.models)),
        license=", ".join(sorted({str(model.get("license", "")) for model in record.models})),
        on_floor=on_floor,
        location=results.to_location(box_bottom(wanted.bounds) if on_floor else grid_mesh.bottom_center(surface)),
    )


def stands_on_floor(wanted: config.JobConfig) -> bool:
    """Tells whether a result is set down on the floor of its box: not one that began as a mesh of the scene, which
    stays where that stands."""
    stays = wanted.starts_from_mesh and not wanted.start.edits
    return wanted.method == config.Method.TEXT and not stays


def require_result(uid: int, name: str) -> bpy.types.Object:
    """The result by its number, since an undo in the meantime makes references stale; `name` is what it was called.

    Raises:
        SceneError: it is gone, or shows no result any more.
    """
    result = identity.find_object(uid)
    if result is None or not results.is_result(result):
        raise SceneError(f"The object '{name}' is gone: select a result and try again.")
    return result


def _with_remesh_settings(wanted: RemeshConfig, result: bpy.types.Object) -> bpy.types.Object:
    """Its sliders say how it was meshed, and its mesh knows it."""
    remesh_record.set_remesh_settings(result, wanted)
    provenance, shape = results.read_provenance(result), remesh_record.remesh_settings_of(result)
    remesh_record.write_mesh_record(result.data, remesh_record.MeshRecord(provenance.job, shape, provenance.threshold))
    return result


def box_bottom(box: config.BoundsConfig) -> np.ndarray:
    """The middle of the lower side of a box that is not turned."""
    x, y, z = box.center
    return np.array([x, y, z - box.size[2] / 2])
