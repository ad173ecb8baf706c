"""Another mesh out of the grid that was kept, without optimising again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..blender import grid_mesh, paths, results, shape_record, shaping
from ..blender.triangles import decimated
from ..core import calls
from ..core.calls import GridData
from ..core.errors import SceneError
from ..core.shape_config import ShapeConfig
from ..core.wire import config
from .flow import STUDIO, Flow, awaited
from .placing import still_there


@dataclass(frozen=True)
class Cut:
    """A surface out of a grid, and what it was cut with."""

    surface: grid_mesh.Surface
    wanted: ShapeConfig
    found: float
    """The threshold that was found when the grid was made."""
    step: int

    @property
    def threshold(self) -> float:
        return self.wanted.threshold or self.found


def remesh(context: bpy.types.Context, **changes: Any) -> Flow[bpy.types.Object]:
    """Give the chosen result another mesh out of the grid that was kept, without optimising again.

    `changes` are settings of ShapeConfig; the others stay as this result has them. A finer `resolution` than the grid's
    is asked of the backend where it is running.

    Raises:
        SceneError: no result is chosen, or nothing is dense enough. ConfigError: a change is out of bounds.
    """
    result = results.chosen_result(context)
    if result is None:
        raise SceneError("No result of Dreamwright is selected: select the object to mesh again.")
    asked = config.read_group(ShapeConfig, asdict(shape_record.wanted_of(result)) | changes, "shape.")
    wanted = shape_record.as_kept(asked)
    with STUDIO.occupied("meshing"):
        job, name, cache = results.recalled(result).job, result.name, paths.cache_folder()
        yield from awaited(lambda: _refined(job, wanted.resolution, cache))
        cut = yield from awaited(lambda: cut_of(job, wanted, cache))
        result = still_there(name)
        shape_record.set_wanted(result, wanted)
        put(result, cut)
        return result


def cut_of(job: str, wanted: ShapeConfig, cache: Path) -> Cut:
    """The surface of a job's kept grid, in a thread."""
    grid = STUDIO.kept_grid(job, cache)
    return Cut(shaping.shaped(grid, wanted), wanted, grid.threshold, grid.step)


def put(result: bpy.types.Object, cut: Cut, in_a_hurry: bool = False) -> None:
    """Give a result the surface as its mesh, on the main thread; in a hurry it keeps more triangles than wanted.

    Raises:
        SceneError: it is being edited.
    """
    origin = results.recalled(result)
    surface = cut.surface
    if shaping.decimates(surface, cut.wanted) and not in_a_hurry:
        surface = decimated(surface, cut.wanted.budget)
    surface = grid_mesh.about(surface, np.array(origin.place), origin.seated)
    mesh = grid_mesh.mesh_from(surface, result.name)
    shape_record.note_on(mesh, shape_record.Made(origin.job, cut.wanted, cut.found))
    results.replace_mesh(result, mesh)
    results.remember(result, results.changed(origin, threshold=cut.threshold, step=cut.step))


def _refined(job: str, resolution: int, cache: Path) -> GridData:
    """The grid that was kept; a finer one comes from the backend where it is running, and is kept instead."""
    kept = STUDIO.kept_grid(job, cache)
    if resolution > max(kept.density.shape) and STUDIO.link is not None and STUDIO.link.alive:
        kept = calls.fetch_grid(STUDIO.link.client, job, resolution)
        STUDIO.keep_grid(job, kept, cache)
    return kept
