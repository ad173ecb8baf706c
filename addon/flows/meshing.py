"""Another mesh out of the grid that was kept, without optimising again."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np

from ..blender import grid_mesh, paths, results
from ..core import calls
from ..core.calls import GridData
from ..core.errors import SceneError
from .flow import STUDIO, Flow, awaited
from .making import SMOOTH_PASSES
from .placing import still_there


def remesh(context: bpy.types.Context, threshold: float = 0.0, resolution: int = 0) -> Flow[bpy.types.Object]:
    """Give a result another mesh out of the grid that was kept, without optimising again; 0 chooses."""
    result = results.chosen_result(context)
    if result is None:
        raise SceneError("No result of Dreamwright is selected: select the object to mesh again.")
    with STUDIO.occupied("meshing"):
        origin, name, cache = results.recalled(result), result.name, paths.cache_folder()
        grid = yield from awaited(lambda: _grid_of(origin.job, resolution, cache))
        threshold = threshold or grid.threshold
        surface = yield from awaited(lambda: grid_mesh.surface_of(grid, threshold, SMOOTH_PASSES))
        surface = grid_mesh.about(surface, np.array(origin.place), origin.seated)
        result = still_there(name)
        results.replace_mesh(result, grid_mesh.mesh_from(surface, result.name))
        results.remember(result, results.changed(origin, threshold=threshold, step=grid.step))
        return result


def _grid_of(job: str, resolution: int, cache: Path) -> GridData:
    """The grid that was kept, coarser if that is asked; a finer one comes from the backend where it is running."""
    finer = STUDIO.link is not None and STUDIO.link.alive and resolution > 0
    kept = STUDIO.kept_grid(job, cache)
    if finer and resolution > max(kept.density.shape):
        kept = calls.fetch_grid(STUDIO.link.client, job, resolution)
        STUDIO.keep_grid(job, kept, cache)
    return grid_mesh.resampled(kept, resolution) if resolution else kept
