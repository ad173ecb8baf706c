"""A result as a volume: an .vdb file with a Volume object, and a mesh of it by Geometry Nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np

from ..blender import grid_mesh, paths, results, volume
from ..blender.geometry_nodes import add_volume_mesh
from ..blender.volume_material import mesh_material, volume_material
from ..core.calls import GridData
from ..core.errors import SceneError
from .flow import STUDIO, Flow, awaited
from .placing import still_there

NOT_SAVED = "The .blend was never saved, so the volume lies in the cache folder: save the .blend and make it again."


@dataclass
class Voluminous:
    """What was made, and what a person should know of it."""

    object: bpy.types.Object
    file: Path
    warnings: list[str] = field(default_factory=list)


def make_volume(context: bpy.types.Context, look: str) -> Flow[Voluminous]:
    """The chosen result as a Volume object with a material of this look (volume_material.LOOKS)."""
    with STUDIO.occupied("making a volume"):
        name, grid, file, to_mesh = yield from _written(context)
        material = volume_material(look, volume.depth_of(grid))
        result = still_there(name)
        made = volume.add_volume(context.scene, file, result.matrix_world, to_mesh, material)
        _in_place_of(result, made)
        return Voluminous(made, file, _warnings())


def make_volume_mesh(context: bpy.types.Context, look: str) -> Flow[Voluminous]:
    """The chosen result as a volume that Geometry Nodes mesh, with the threshold as an input."""
    with STUDIO.occupied("making a volume"):
        name, grid, file, to_mesh = yield from _written(context)
        result = still_there(name)
        threshold = results.recalled(result).threshold or grid.threshold
        holder = volume.add_volume(context.scene, file, result.matrix_world, to_mesh)
        made = add_volume_mesh(context.scene, holder, threshold, mesh_material(look))
        _in_place_of(result, made)
        return Voluminous(made, file, _warnings())


def _written(context: bpy.types.Context) -> Flow[tuple[str, GridData, Path, np.ndarray]]:
    """The name of the chosen result, its grid, the file that was written of it, and what brings that to its mesh."""
    result = results.chosen_result(context)
    if result is None:
        raise SceneError("No result of Dreamwright is selected: select the object to make a volume of.")
    origin, name, cache = results.recalled(result), result.name, paths.cache_folder()
    folder = _folder(cache)
    known = tuple(result.data.get(grid_mesh.ORIGIN, ()))  # numpy cannot read Blender's own array on every Python
    grid = yield from awaited(lambda: STUDIO.kept_grid(origin.job, cache))
    file = yield from awaited(lambda: volume.write_volume(grid, folder, name))
    start = known or (yield from awaited(lambda: _origin(grid, origin)))
    return name, grid, file, volume.to_mesh(grid, start)


def _in_place_of(result: bpy.types.Object, made: bpy.types.Object) -> None:
    """Show what was made, and hide the mesh that stands in the same place: nothing would be seen inside it."""
    results.select_only(bpy.context, made)
    result.hide_render = True
    if result.name in bpy.context.view_layer.objects:
        result.hide_set(True)


def _folder(cache: Path) -> Path:
    """Beside the .blend; in the cache where that was never saved."""
    return Path(bpy.path.abspath("//")) if bpy.data.filepath else cache / "volumes"


def _origin(grid: GridData, origin: results.Origin) -> tuple[float, float, float]:
    """What a mesh counts from that does not know it itself: one of an older version."""
    surface = grid_mesh.surface_of(grid, origin.threshold or grid.threshold)
    return grid_mesh.about(surface, np.array(origin.place), origin.seated).origin


def _warnings() -> list[str]:
    return [] if bpy.data.filepath else [NOT_SAVED]
