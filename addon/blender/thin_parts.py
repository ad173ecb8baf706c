"""Thin parts of a density grid, and how they are made thicker before they are meshed.

A part is thin where a morphological opening takes it away: what is left of the density above its opening is the white
top-hat (Serra 1982, "Image analysis and mathematical morphology", ch. 12). It is spread by some voxels and laid over
the density, so that walls, bodies and soft edges stay as they are and arms, handles and antennas grow.
"""

from __future__ import annotations

import numpy as np


def thickened(density: np.ndarray, voxels: int) -> np.ndarray:
    """`density` (x, y, z) float32 with parts thinner than 2 `voxels` + 1 grown by `voxels` on each side."""
    if voxels <= 0:
        return density
    opened = dilated(eroded(density, voxels), voxels)
    return np.maximum(density, dilated(density - opened, voxels))


def eroded(values: np.ndarray, voxels: int) -> np.ndarray:
    """The least value within `voxels` steps; beyond the grid there is nothing."""
    return -dilated(-values, voxels, outside=0.0)


def dilated(values: np.ndarray, voxels: int, outside: float = -np.inf) -> np.ndarray:
    """The greatest value within `voxels` steps along and across the axes in turn, which is nearly a ball."""
    for step in range(voxels):
        values = (_star if step % 2 == 0 else _cube)(values, outside)
    return values


def _star(values: np.ndarray, outside: float) -> np.ndarray:
    result = values
    for axis in range(3):
        result = np.maximum(result, _along(values, axis, outside))
    return result


def _cube(values: np.ndarray, outside: float) -> np.ndarray:
    for axis in range(3):
        values = _along(values, axis, outside)
    return values


def _along(values: np.ndarray, axis: int, outside: float) -> np.ndarray:
    """The greatest of each value and its two neighbors along an axis."""
    padded = np.pad(values, [(1, 1) if each == axis else (0, 0) for each in range(3)], constant_values=outside)
    moved = np.moveaxis(padded, axis, 0)
    return np.moveaxis(np.maximum(np.maximum(moved[:-2], moved[2:]), moved[1:-1]), 0, axis)
