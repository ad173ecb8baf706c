"""Another mesh out of the grid that was kept, without optimizing again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..blender import grid_mesh, identity, mesh_edits, paths, remesh_record, remeshing, results
from ..core import calls
from ..core.calls import GridData
from ..core.errors import SceneError
from ..core.remesh_config import RemeshConfig
from ..core.wire import config
from .flow import APP, Flow, run_in_thread
from .result_object import require_result


@dataclass(frozen=True)
class ExtractedSurface:
    """A surface out of a grid, and what it was cut with."""

    surface: grid_mesh.Surface
    wanted: RemeshConfig
    default_threshold: float
    """The threshold that was found when the grid was made."""
    step: int

    @property
    def threshold(self) -> float:
        return self.wanted.threshold or self.default_threshold


def remesh(
    context: bpy.types.Context, replace_edits: bool = False, result: bpy.types.Object | None = None, **changes: Any
) -> Flow[bpy.types.Object]:
    """Give a result (the chosen one) another mesh out of the grid that was kept, without optimizing again.

    `changes` are settings of RemeshConfig; the others stay as this result has them. A finer `resolution` than the
    grid's is asked of the backend where it is running. What was edited by hand goes only with `replace_edits`.

    Raises:
        SceneError: no result is chosen, it was edited or may not be changed, or nothing is dense enough.
        ConfigError: a change is out of bounds.
    """
    result = result or results.active_result(context)
    if result is None:
        raise SceneError("No result of Dreamwright is selected: select the object to mesh again.")
    check_replaceable(result, replace_edits)
    asked = config.read_group(RemeshConfig, asdict(remesh_record.remesh_settings_of(result)) | changes, "remesh.")
    wanted = remesh_record.in_single_precision(asked)
    with APP.busy("meshing"):
        job, name, cache = results.read_provenance(result).job, result.name, paths.cache_folder()
        uid = identity.uid_of(result)
        yield from run_in_thread(lambda: _ensure_resolution(job, wanted.resolution, cache))
        cut = yield from run_in_thread(lambda: extract_surface(job, wanted, cache))
        cut = replace(cut, surface=(yield from remeshing.finish(cut.surface, wanted, run_in_thread)))
        result = require_result(uid, name)
        apply_surface(result, cut, replace_edits=replace_edits)
        remesh_record.set_remesh_settings(result, wanted)
        return result


def extract_surface(job: str, wanted: RemeshConfig, cache: Path) -> ExtractedSurface:
    """The surface of a job's kept grid, in a thread."""
    grid = APP.cached_grid(job, cache)
    return ExtractedSurface(remeshing.extract_surface(grid, wanted), wanted, grid.threshold, grid.step)


def why_edited(result: bpy.types.Object) -> str:
    """The sentence that says what another mesh would lose of a person's work; empty where it would lose nothing."""
    edits = mesh_edits.edits_of(result)
    if not edits:
        return ""
    return (
        f"'{result.name}' was edited by hand ({', '.join(edits)}), which another mesh would lose: "
        "press Remesh to replace it, or duplicate it first."
    )


def check_replaceable(result: bpy.types.Object, replace_edits: bool = False) -> None:
    """Raises SceneError where a result may not be given another mesh, or was edited by hand and nobody was asked."""
    reason = identity.why_not_changeable(result)
    if reason:
        raise SceneError(f"'{result.name}' {reason}.")
    results.check_not_edited(result)
    sentence = "" if replace_edits else why_edited(result)
    if sentence:
        raise SceneError(sentence)


def apply_surface(
    result: bpy.types.Object, cut: ExtractedSurface, in_a_hurry: bool = False, replace_edits: bool = False
) -> None:
    """Give a result the surface as its mesh, on the main thread; in a hurry it keeps more triangles than wanted.

    What a person applied to the old one (a scale, another origin) is applied to it as well, and linked duplicates get
    it too.

    Raises:
        SceneError: as `check_replaceable`.
    """
    check_replaceable(result, replace_edits)
    mesh, sharing = _mesh_like(result, cut, in_a_hurry), _linked_duplicates(result)
    results.replace_mesh(result, mesh, *sharing)
    for obj in (result, *sharing):
        provenance = results.read_provenance(obj)
        results.write_provenance(obj, results.with_changes(provenance, threshold=cut.threshold, step=cut.step))
    for obj in sharing:
        remesh_record.set_remesh_settings(obj, cut.wanted)


def _mesh_like(result: bpy.types.Object, cut: ExtractedSurface, in_a_hurry: bool) -> bpy.types.Mesh:
    """A new mesh of the surface, where the one of `result` is in its own coordinates, and shaded alike."""
    provenance, applied = results.read_provenance(result), mesh_edits.applied_transform(result.data)
    surface = cut.surface if in_a_hurry else remeshing.finished(cut.surface, cut.wanted)
    surface = grid_mesh.relative_to(surface, np.array(provenance.location), False)
    surface = grid_mesh.relative_to(surface, np.zeros(3), provenance.on_floor)  # what was decimated stands as well
    mesh = grid_mesh.mesh_from(grid_mesh.transformed(surface, applied), result.name)
    mesh_edits.write_applied(mesh, applied)
    if grid_mesh.is_flat(result.data):
        mesh.shade_flat()
    record = remesh_record.MeshRecord(provenance.job, cut.wanted, cut.default_threshold)
    remesh_record.write_mesh_record(mesh, record)
    return mesh


def _linked_duplicates(result: bpy.types.Object) -> list[bpy.types.Object]:
    """The other objects that show this take with the same mesh, which a person means to stay the same."""
    if result.data.users < 2:
        return []
    job, sharing = result.get("dreamwright_job"), (obj for obj in bpy.data.objects if obj.data == result.data)
    among = (obj for obj in sharing if obj != result and obj.get("dreamwright_job") == job)
    return [obj for obj in among if not identity.why_not_changeable(obj)]


def _ensure_resolution(job: str, resolution: int, cache: Path) -> GridData:
    """The grid that was kept; a finer one comes from the backend where it is running, and is kept instead."""
    kept = APP.cached_grid(job, cache)
    if resolution > max(kept.density.shape) and APP.connection is not None and APP.connection.alive:
        kept = calls.fetch_grid(APP.connection.client, job, resolution)
        APP.cache_grid(job, kept, cache)
    return kept
