"""A kept grid as a Volume object: density and color in an OpenVDB file, where its mesh is.

Blender links such files and cannot hold a volume in memory. The file is in the field's own coordinates and the object
brings it to where the result stands, so that densities (per unit of the field) mean the same however large it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ..core.calls import GridData
from ..core.new_file import write_new
from . import grid_mesh
from .results import collection_of
from .thin_parts import dilated

MARK = "dreamwright_volume"
"""Custom property of what a result was converted to."""

DENSITY, COLOR = "density", "color"
"""Names of the two grids; "color" is what Blender and others expect."""

MIN_DENSITY_FRACTION = 1e-3
"""Densities below this part of the surface's are left out: no eye sees them, and most of the box is empty."""

PADDING = 2
"""Voxels around what is there that have its color as well: between voxels colors are mixed, and black must not be."""

VALUES_AT_CORNERS = bpy.app.version < (5, 0, 0)
"""Whether this Blender takes a voxel's value for the middle of the cell that BEGINS at its index; OpenVDB itself and
later Blenders take it for the value AT the index."""


def write_volume(grid: GridData, folder: Path, name: str) -> Path:
    """Write density and linear color into a new file, in the coordinates of the field.

    Runs in a thread. Raises:
        DiskError: the folder cannot be written.
    """
    density = np.pad(np.nan_to_num(np.asarray(grid.density, np.float32)), PADDING)
    there = density > grid.threshold * MIN_DENSITY_FRACTION
    color = np.pad(_linear(grid.color), [(PADDING, PADDING)] * 3 + [(0, 0)], mode="edge")
    color = np.where((dilated(there.astype(np.float32), PADDING) > 0)[..., None], color, np.float32(0))
    vdb = grid_mesh.openvdb()
    grids = [_filled_grid(vdb.FloatGrid(0.0), DENSITY, np.where(there, density, np.float32(0)))]
    grids.append(_filled_grid(vdb.Vec3SGrid((0.0, 0.0, 0.0)), COLOR, color))
    for each in grids:
        each.transform = vdb.createLinearTransform(_rows(_to_field(grid)))
    return write_new(folder, name, ".vdb", lambda path: _write(vdb, path, grids))


def to_mesh(grid: GridData, origin: tuple[float, float, float]) -> np.ndarray:
    """Maps the field's coordinates to those of a mesh that counts from `origin` in the scene (4, 4)."""
    away = np.eye(4)
    away[:3, 3] = -np.asarray(origin, np.float64)
    return away @ np.asarray(grid.transform, np.float64)


def depth_of(grid: GridData) -> float:
    """The optical depth of the body along the z axis: the median over the lines that meet its surface."""
    size = (grid.bounds_high[2] - grid.bounds_low[2]) / grid.density.shape[2]
    density = np.nan_to_num(np.asarray(grid.density, np.float32))
    depths = density.sum(axis=2)[density.max(axis=2) >= grid.threshold] * size
    return float(np.median(depths)) if len(depths) else 0.0


def add_volume(
    scene: bpy.types.Scene,
    file: Path,
    stands: Matrix,
    brought: np.ndarray,
    material: bpy.types.Material | None = None,
) -> bpy.types.Object:
    """A new Volume object that shows the file: `brought` from the field to a mesh (`to_mesh`), which `stands` so.

    The path is relative where the .blend is saved.
    """
    volume = bpy.data.volumes.new(file.stem)
    volume.filepath = bpy.path.relpath(str(file)) if bpy.data.filepath else str(file)
    if material:
        volume.materials.append(material)
    made = bpy.data.objects.new(file.stem, volume)
    made.matrix_world = stands @ Matrix(brought.tolist())
    made[MARK] = True
    collection_of(scene).objects.link(made)
    return made


def _filled_grid(grid: Any, name: str, values: np.ndarray) -> Any:
    grid.copyFromArray(np.ascontiguousarray(values), ijk=(-PADDING,) * 3)  # which passes over strides
    grid.name, grid.saveFloatAsHalf = name, True
    return grid


def _write(vdb: Any, path: Path, grids: list[Any]) -> None:
    try:
        vdb.write(str(path), grids=grids)
    except RuntimeError as cause:  # OpenVDB's own, whatever the disk said
        raise OSError(None, str(cause)) from cause


def _to_field(grid: GridData) -> np.ndarray:
    """Maps indices to the coordinates of the field (4, 4)."""
    low, high = np.asarray(grid.bounds_low, np.float64), np.asarray(grid.bounds_high, np.float64)
    cell = (high - low) / np.array(grid.density.shape)
    matrix = np.diag([*cell, 1.0])
    matrix[:3, 3] = low + cell * (0.0 if VALUES_AT_CORNERS else 0.5)
    return matrix


def _rows(matrix: np.ndarray) -> list[list[float]]:
    """Returns a matrix as OpenVDB wants it: vectors are rows, so the translation is the last one."""
    return matrix.T.tolist()


def _linear(color: np.ndarray) -> np.ndarray:
    """sRGB bytes to linear (IEC 61966-2-1)."""
    steps = np.arange(256) / 255
    table = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return table[color]
