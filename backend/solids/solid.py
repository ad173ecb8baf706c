"""A mesh as a solid on a lattice: how far inside or outside each cell's center is, and the color of the surface there.

    signed = -distance inside, distance outside, at most BAND cells either way

Cells that lie near no change from inside to outside are as far as can be, also where faces run through the inside of
objects that overlap: the union's surface alone counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import DatasetError
from .mesh import SolidMesh
from .nearest import nearest_surface
from .winding import inside_union, lattice_coordinates

BAND = 1.5
"""Cells from the surface up to which distances are told."""
COLOR_PASSES = 8
"""Cells from the surface up to which its color goes; farther off all have the mean."""

Vector = tuple[float, float, float]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Solid:
    """Values at the centers of the cells of a lattice over a box, in cells of which the sides are the same.

    Args:
        signed: float32 (x, y, z), in cells, negative inside.
        color: float32 (x, y, z, 3) in [0, 1], sRGB-encoded.
    """

    signed: np.ndarray
    color: np.ndarray

    @property
    def inside(self) -> np.ndarray:
        """bool (x, y, z)."""
        held: np.ndarray = self.signed < 0
        return held


def solid_of(mesh: SolidMesh, low: Vector, high: Vector, shape: Shape) -> Solid:
    """The union of a mesh's objects, on a lattice of `shape` over the box from `low` to `high`; what lies outside of
    the box is cut off.

    Raises:
        DatasetError: it encloses nothing there.
    """
    corners = lattice_coordinates(mesh.points, low, high, shape)[mesh.triangles]
    held = inside_union(corners, mesh.objects, shape)
    if not held.any():
        raise DatasetError(why_empty(corners, shape))
    distance, color = nearest_surface(corners, mesh.colors.astype(np.float32) / 255, shape, BAND)
    distance[~_near_change(held)] = BAND
    return Solid(np.where(held, -distance, distance).astype(np.float32), _spread(color))


def inside_of(mesh: SolidMesh, low: Vector, high: Vector, shape: Shape) -> np.ndarray:
    """bool (x, y, z): which cells' centers of a lattice over a box lie inside of one of a mesh's objects."""
    return inside_union(lattice_coordinates(mesh.points, low, high, shape)[mesh.triangles], mesh.objects, shape)


def why_empty(corners: np.ndarray, shape: Shape) -> str:
    """Returns the sentence that says why no center of a cell lies inside: the mesh is elsewhere, thin, or open."""
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    if (high < -0.5).any() or (low > np.array(shape) - 0.5).any():
        return "The mesh to start from lies outside of the box: move it into the box, or the box around it."
    if ((high - low) < 1).any():
        return "The mesh to start from is flat, or thinner than a voxel: Solidify it, or raise the resolution."
    return "The mesh to start from encloses nothing: close its holes (Mesh > Clean Up > Fill Holes) or Solidify it."


def _near_change(held: np.ndarray) -> np.ndarray:
    """Tells which cells have another of the other kind within BAND, along every axis."""
    some, every = _grown(held, int(np.ceil(BAND))), ~_grown(~held, int(np.ceil(BAND)))
    changes: np.ndarray = some != every
    return changes


def _grown(mask: np.ndarray, radius: int) -> np.ndarray:
    """The mask with all cells within so many of it along each axis."""
    for axis in range(3):
        grown = mask.copy()
        for step in range(1, radius + 1):
            ahead, behind = [slice(None)] * 3, [slice(None)] * 3
            ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
            grown[tuple(ahead)] |= mask[tuple(behind)]
            grown[tuple(behind)] |= mask[tuple(ahead)]
        mask = grown
    return mask


def _spread(color: np.ndarray) -> np.ndarray:
    """The colors, with those that are NaN made of their neighbors, a cell farther at each pass, then of all."""
    known = ~np.isnan(color[..., 0])
    mean = color[known].mean(axis=0, dtype=np.float64)  # so that one color stays what it is
    filled = np.where(known[..., None], color, 0.0).astype(np.float32)
    for _ in range(COLOR_PASSES):
        weight, total = _sums_around(known.astype(np.float32)), _sums_around(filled)
        fresh = ~known & (weight > 0)
        filled[fresh] = total[fresh] / weight[fresh, None]
        known = known | fresh
    filled[~known] = mean
    return filled


def _sums_around(values: np.ndarray) -> np.ndarray:
    """Sums over the six neighbors of each cell."""
    total = np.zeros_like(values)
    for axis in range(3):
        ahead, behind = [slice(None)] * values.ndim, [slice(None)] * values.ndim
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        total[tuple(ahead)] += values[tuple(behind)]
        total[tuple(behind)] += values[tuple(ahead)]
    return total
