"""What came of a job becomes an object in the scene."""

from __future__ import annotations

import json
from typing import Any

import bpy
import numpy as np

from ..blender import bounds, grid_mesh, results, shape_record
from ..core.errors import SceneError
from ..core.shape_config import ShapeConfig
from ..core.take_record import portable
from ..core.wire import config


def placed(
    scene: bpy.types.Scene, surface: grid_mesh.Surface, wanted: config.JobConfig, origin: results.Origin
) -> bpy.types.Object:
    """Put the surface into the scene as an object, and select it."""
    name = wanted.prompt or "Reconstruction"
    mesh = grid_mesh.mesh_from(grid_mesh.about(surface, np.array(origin.place), origin.seated), name)
    made = results.add_result(scene, mesh, origin, name)
    bounds.turn_with(wanted.bounds, made)
    results.select_only(bpy.context, made)
    return _shaped_as(wanted, made)


def origin_of(
    surface: grid_mesh.Surface, wanted: config.JobConfig, record: Any, threshold: float, step: int
) -> results.Origin:
    """Words stand on the bottom of the box that the user gave, a reconstruction stays where the scene is."""
    seated = wanted.method == config.Method.TEXT
    return results.Origin(
        prompt=record.prompt,
        seed=wanted.seed,
        job=record.job,
        threshold=threshold,
        step=step,
        models=json.dumps(portable(record.models)),
        licence=", ".join(sorted({str(model.get("licence", "")) for model in record.models})),
        seated=seated,
        place=results.place_of(_bottom_of(wanted.bounds) if seated else grid_mesh.bottom_of(surface)),
    )


def still_there(name: str) -> bpy.types.Object:
    """The result by its name, since an undo in the meantime makes references stale."""
    result = bpy.data.objects.get(name)
    if not results.is_result(result):
        raise SceneError(f"The object '{name}' is gone or was renamed: select it and mesh it again.")
    return result


def _shaped_as(wanted: config.JobConfig, result: bpy.types.Object) -> bpy.types.Object:
    """Its sliders say how it was meshed, and its mesh knows it."""
    shape_record.set_wanted(result, ShapeConfig(threshold=wanted.export.threshold))
    origin, shape = results.recalled(result), shape_record.wanted_of(result)
    shape_record.note_on(result.data, shape_record.Made(origin.job, shape, origin.threshold))
    return result


def _bottom_of(box: config.BoundsConfig) -> np.ndarray:
    x, y, z = box.centre
    return np.array([x, y, z - box.size[2] / 2])
