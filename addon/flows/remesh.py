"""Another mesh out of the grid that was kept, without optimizing again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..blender import grid_mesh, parts, paths, remesh_record, remeshing, results
from ..blender.triangles import decimated
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


def remesh(context: bpy.types.Context, **changes: Any) -> Flow[bpy.types.Object]:
    """Give the chosen result another mesh out of the grid that was kept, without optimizing again.

    `changes` are settings of ShapeConfig; the others stay as this result has them. A finer `resolution` than the grid's
    is asked of the backend where it is running.

    Raises:
        SceneError: no result is chosen, or nothing is dense enough. ConfigError: a change is out of bounds.
    """
    result = results.active_result(context)
    if result is None:
        raise SceneError("No result of Dreamwright is selected: select the object to mesh again.")
    asked = config.read_group(RemeshConfig, asdict(remesh_record.remesh_settings_of(result)) | changes, "remesh.")
    wanted = remesh_record.in_single_precision(asked)
    with APP.busy("meshing"):
        job, name, cache = results.read_provenance(result).job, result.name, paths.cache_folder()
        yield from run_in_thread(lambda: _ensure_resolution(job, wanted.resolution, cache))
        cut = yield from run_in_thread(lambda: extract_surface(job, wanted, cache))
        result = require_result(name)
        remesh_record.set_remesh_settings(result, wanted)
        apply_surface(result, cut)
        return result


def extract_surface(job: str, wanted: RemeshConfig, cache: Path) -> ExtractedSurface:
    """The surface of a job's kept grid, in a thread."""
    grid = APP.cached_grid(job, cache)
    return ExtractedSurface(remeshing.extract_surface(grid, wanted), wanted, grid.threshold, grid.step)


def apply_surface(result: bpy.types.Object, cut: ExtractedSurface, in_a_hurry: bool = False) -> None:
    """Give a result the surface as its mesh, on the main thread; in a hurry it keeps more triangles than wanted.

    Raises:
        SceneError: it is being edited.
    """
    provenance = results.read_provenance(result)
    surface = cut.surface
    if remeshing.decimates(surface, cut.wanted) and not in_a_hurry:
        surface = decimated(surface, cut.wanted.max_faces)
    surface = grid_mesh.relative_to(surface, np.array(provenance.location), provenance.on_floor)
    mesh = grid_mesh.mesh_from(surface, result.name)
    remesh_record.write_mesh_record(mesh, remesh_record.MeshRecord(provenance.job, cut.wanted, cut.default_threshold))
    results.replace_mesh(result, mesh)
    parts.label_parts(result, surface.parts)
    results.write_provenance(result, results.with_changes(provenance, threshold=cut.threshold, step=cut.step))


def _ensure_resolution(job: str, resolution: int, cache: Path) -> GridData:
    """The grid that was kept; a finer one comes from the backend where it is running, and is kept instead."""
    kept = APP.cached_grid(job, cache)
    if resolution > max(kept.density.shape) and APP.connection is not None and APP.connection.alive:
        kept = calls.fetch_grid(APP.connection.client, job, resolution)
        APP.cache_grid(job, kept, cache)
    return kept
