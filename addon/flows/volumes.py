"""A result as a volume: an .vdb file with a Volume object, and a mesh of it by Geometry Nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np

from ..blender import grid_mesh, identity, mesh_edits, paths, results, take_visibility, volume
from ..blender.geometry_nodes import add_volume_mesh
from ..blender.standing import world_matrix
from ..blender.volume_material import mesh_material, volume_material
from ..core.calls import GridData
from ..core.errors import SceneError
from .flow import APP, Flow, run_in_thread
from .result_object import require_result

NOT_SAVED = "The .blend was never saved, so the volume lies in the cache folder: save the .blend and make it again."


@dataclass
class VolumeResult:
    """What was made, and what a person should know of it."""

    object: bpy.types.Object
    file: Path
    warnings: list[str] = field(default_factory=list)


def convert_to_volume(context: bpy.types.Context, style: str) -> Flow[VolumeResult]:
    """The chosen result as a Volume object with a material of this look (volume_material.LOOKS)."""
    with APP.busy("making a volume"):
        source, grid, file, to_mesh = yield from _write_volume(context)
        material = volume_material(style, volume.depth_of(grid))
        result = require_result(*source)
        made = volume.add_volume(context.scene, file, world_matrix(result), _with_applied(result, to_mesh), material)
        _show_instead_of(result, made)
        return VolumeResult(made, file, _warnings())


def convert_to_geometry_nodes(context: bpy.types.Context, style: str) -> Flow[VolumeResult]:
    """The chosen result as a volume that Geometry Nodes mesh, with the threshold as an input."""
    with APP.busy("making a volume"):
        source, grid, file, to_mesh = yield from _write_volume(context)
        result = require_result(*source)
        threshold = results.read_provenance(result).threshold or grid.threshold
        holder = volume.add_volume(context.scene, file, world_matrix(result), _with_applied(result, to_mesh))
        made = add_volume_mesh(context.scene, holder, threshold, mesh_material(style))
        _show_instead_of(result, made)
        return VolumeResult(made, file, _warnings())


def _write_volume(context: bpy.types.Context) -> Flow[tuple[tuple[int, str], GridData, Path, np.ndarray]]:
    """Number and name of the chosen result, its grid, the file that was written of it, what brings that to its mesh."""
    result = results.active_result(context)
    if result is None:
        raise SceneError("No result of Dreamwright is selected: select the object to make a volume of.")
    origin, name, cache = results.read_provenance(result), result.name, paths.cache_folder()
    uid = identity.uid_of(result)
    folder = _folder(cache)
    known = tuple(result.data.get(grid_mesh.ORIGIN, ()))  # numpy cannot read Blender's own array on every Python
    grid = yield from run_in_thread(lambda: APP.cached_grid(origin.job, cache))
    file = yield from run_in_thread(lambda: volume.write_volume(grid, folder, name))
    start = known or (yield from run_in_thread(lambda: _mesh_origin(grid, origin)))
    return (uid, name), grid, file, volume.to_mesh(grid, start)


def _show_instead_of(result: bpy.types.Object, made: bpy.types.Object) -> None:
    """Show what was made, and hide the mesh that stands in the same place: nothing would be seen inside it."""
    made[volume.MARK] = results.read_provenance(result).job
    results.select_only(bpy.context, made)
    if identity.is_in_layer(bpy.context.view_layer, result):  # not so while its collection is excluded
        result.hide_set(True)
    take_visibility.hide_object(result)


def _with_applied(result: bpy.types.Object, to_mesh: np.ndarray) -> np.ndarray:
    """Returns what brings the field to the mesh, where somebody applied a transform to it or gave it another origin."""
    return mesh_edits.applied_transform(result.data) @ to_mesh


def _folder(cache: Path) -> Path:
    """Beside the .blend; in the cache where that was never saved."""
    return Path(bpy.path.abspath("//")) if bpy.data.filepath else cache / "volumes"


def _mesh_origin(grid: GridData, origin: results.Provenance) -> tuple[float, float, float]:
    """Finds what a mesh counts from that does not know it itself: one of an older version."""
    surface = grid_mesh.surface_of(grid, origin.threshold or grid.threshold)
    return grid_mesh.relative_to(surface, np.array(origin.location), origin.on_floor).origin


def _warnings() -> list[str]:
    return [] if bpy.data.filepath else [NOT_SAVED]
