"""A mesh as cells of a box, as a region holds it: those that lie inside, and those that the surface passes through.

So a sheet, and what is thinner than a cell, are there too: a region may be anything that has faces, while what a job
starts from has to enclose something (`solid`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .nearest import nearest_surface
from .winding import inside

CELLS = 64
"""Along the longest side of what is made into cells."""
ON_SURFACE = 0.5 + 1e-3
"""Cells from the surface up to which a cell's center counts as on it: a plane leaves no gap then, however it lies."""

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class MeshCells:
    """Cells, which are cubes, of a box along the axes.

    Args:
        center, size: of the box, in the units of the mesh.
        filled: bool (x, y, z).
    """

    center: Vector
    size: Vector
    filled: np.ndarray

    @property
    def packed(self) -> tuple[tuple[int, int, int], bytes]:
        """Returns how many cells there are along each axis, and a bit for each, z running fastest."""
        x, y, z = self.filled.shape
        return (x, y, z), np.packbits(self.filled).tobytes()


def cells_of_mesh(
    points: np.ndarray, triangles: np.ndarray, low: np.ndarray, high: np.ndarray, margin: float = 0.0
) -> MeshCells | None:
    """The cells of a mesh and of everything that is `margin` away from it; None where nothing of it is in the box.

    Args:
        points, triangles: (n, 3) and (m, 3).
        low, high: (3,), of the box along the axes beyond which all is left out.
        margin: in the units of the points.
    """
    if not len(triangles):
        return None
    low = np.maximum(points.min(axis=0) - margin, low)
    high = np.minimum(points.max(axis=0) + margin, high)
    side = (high - low).max()
    if (high < low).any() or side <= 0:
        return None
    cell = side / CELLS
    shape = np.maximum(np.ceil((high - low) / cell - 1e-6), 1).astype(int)
    filled = dilated(filled_cells((points - low) / cell, triangles, shape), margin / cell)
    size = shape * cell
    return MeshCells(_vector(low + size / 2), _vector(size), filled) if filled.any() else None


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z


def filled_cells(points: np.ndarray, triangles: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """bool (x, y, z): the cells of a mesh whose points are in units of cells, from the corner of the first."""
    faces = points[triangles] - 0.5  # there the center of a cell lies at its number
    x, y, z = (int(count) for count in shape)
    distance, _ = nearest_surface(faces, np.zeros_like(faces), (x, y, z), ON_SURFACE)
    filled: np.ndarray = inside(faces, (x, y, z)) | (distance < ON_SURFACE)
    return filled


def dilated(cells: np.ndarray, by: float) -> np.ndarray:
    """The cells and what is within `by` cells of them, in steps along the axes and along all diagonals in turn."""
    for step in range(round(by)):
        padded = np.pad(cells, 1)
        parts = [padded[_shifted(cells.shape, shift)] for shift in _SHIFTS if step % 2 or np.abs(shift).sum() < 2]
        cells = np.logical_or.reduce(parts)
    return cells


_SHIFTS = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij"), -1).reshape(-1, 3)


def _shifted(shape: tuple[int, ...], shift: np.ndarray) -> tuple[slice, ...]:
    return tuple(slice(1 + by, 1 + by + count) for by, count in zip(shift, shape, strict=True))
