"""A kept grid and the wishes for its shape become a surface; all but `finish` may run in a thread."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

import numpy as np

from ..core.calls import GridData
from ..core.remesh_config import ADAPTIVE_BOUND, RemeshConfig
from . import grid_mesh, islands
from .adaptive_mesh import Aside, T, adapt
from .crossings import crossing_faces, tree_of
from .sharp_edges import sharpened
from .thin_parts import thickened
from .triangles import decimated, triangulated

MIN_RESOLUTION = 8
"""Voxels along the longest side below which no budget is met."""
MENDING_ROUNDS = 4
"""Tries to have edges hard without crossings; after them they are left as smooth as they were."""
_RESOLUTION_STEP = 0.97
"""Factor of each further try, so that few are needed."""


def extract_surface(grid: GridData, wanted: RemeshConfig) -> grid_mesh.Surface:
    """The surface of `grid` as it is wanted, in the scene's meters; what `finish` does is not done yet.

    Raises:
        EmptyMeshError: the density crosses the threshold nowhere.
    """
    threshold = wanted.threshold or grid.threshold
    resolution = wanted.resolution or max(grid.density.shape)
    points, faces, lattice = _extract_quads(grid, resolution, threshold, wanted)
    while _too_many_quads(faces, wanted) and resolution > MIN_RESOLUTION:
        resolution = _reduced_resolution(resolution, wanted.max_faces / len(faces))
        points, faces, lattice = _extract_quads(grid, resolution, threshold, wanted)
    smooth = grid_mesh.smoothed_in_cells(points, faces, wanted.smooth)
    if wanted.faces == "adaptive" and wanted.smooth:
        smooth = _sharpened(smooth, points, faces)
    if wanted.faces != "quads":
        faces = triangulated(smooth, faces)
    return grid_mesh.with_colors(smooth, faces, lattice, grid)


def finished(surface: grid_mesh.Surface, wanted: RemeshConfig) -> grid_mesh.Surface:
    """The surface with as few triangles as are wanted, at once: on the main thread, which stands still meanwhile."""
    return _run_to_end(finish(surface, wanted, _at_once))


def finish(
    surface: grid_mesh.Surface, wanted: RemeshConfig, aside: Aside[Any]
) -> Generator[None, None, grid_mesh.Surface]:
    """The surface with as few triangles as are wanted, which only Blender itself can do: on the main thread, in turns
    of some hundredths of a second; what needs no Blender is done `aside`. What is as wanted already stays as it is.

    Blender computes in single precision, which far from the origin has steps as large as voxels: all is done near it.
    """
    fewer = wanted.faces == "triangles" and 0 < wanted.max_faces < len(surface.faces)
    if not fewer and (wanted.faces != "adaptive" or surface.is_adaptive):
        return surface
    middle = np.asarray(surface.points, np.float64).mean(axis=0)
    near = grid_mesh.relative_to(surface, middle, False)
    if fewer:
        done = decimated(near, wanted.max_faces)
    else:
        done = yield from adapt(near, ADAPTIVE_BOUND * surface.voxel, aside, wanted.max_faces)
    return replace(done, points=done.points.astype(np.float64) + middle, origin=surface.origin)


def _at_once(work: Callable[[], T]) -> Generator[None, None, T]:
    return work()
    yield


def _run_to_end(steps: Generator[None, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def _sharpened(smooth: np.ndarray, points: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """The points with edges hard, but where sheets would cross: there they stay as `smooth` has them."""
    sharp = grid_mesh.within_cells(sharpened(smooth, quads), points)
    for _ in range(MENDING_ROUNDS):
        triangles = triangulated(sharp, quads)
        crossing = crossing_faces(tree_of(sharp, triangles))
        if not len(crossing):
            return sharp
        touched = np.isin(quads, triangles[crossing]).any(axis=1)
        at = np.unique(quads[touched])
        sharp[at] = smooth[at]
    return smooth


def _extract_quads(
    grid: GridData, resolution: int, threshold: float, wanted: RemeshConfig
) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Points in index space, the quads that stay, and the shape of the lattice that they count in."""
    density = grid_mesh.resampled(grid.density, resolution)
    if wanted.thicken:
        density = _thickened(np.nan_to_num(np.asarray(density, np.float32)), threshold, wanted.thicken)
    points, quads = grid_mesh.quads_of(density, threshold)
    stays = islands.select_faces(points, quads, wanted)
    if not stays.all():
        points, quads = islands.without_loose_points(points, quads[stays])
    return points, quads, density.shape


def _thickened(density: np.ndarray, threshold: float, voxels: int) -> np.ndarray:
    """Thickened where something is dense enough to matter, which is a small part of most grids."""
    solid = density >= threshold
    if not solid.any():
        return density
    spans = [np.flatnonzero(solid.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    reach = 3 * voxels + 1  # an opening looks as far as twice its size, and its rest is spread once more
    part = tuple(slice(max(span[0] - reach, 0), span[-1] + reach + 1) for span in spans)
    density[part] = thickened(density[part], voxels)
    return density


def _too_many_quads(faces: np.ndarray, wanted: RemeshConfig) -> bool:
    return wanted.faces == "quads" and 0 < wanted.max_faces < len(faces)


def _reduced_resolution(resolution: int, part: float) -> int:
    """Faces grow with the square of the resolution, so this has about that `part` of them."""
    return max(MIN_RESOLUTION, min(resolution - 1, int(resolution * part**0.5 * _RESOLUTION_STEP)))
