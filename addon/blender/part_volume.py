"""Which part of an object is where: the grid's numbers of parts, asked at positions in the scene. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..core.calls import GridData


@dataclass(frozen=True)
class PartVolume:
    """`index` uint8 (x, y, z) at cell centers of the box from `low` to `high`; `transform` leads from there to the
    scene's meters."""

    index: np.ndarray
    names: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray
    transform: np.ndarray

    def at(self, positions: np.ndarray) -> np.ndarray:
        """Returns the number of the part at positions (n, 3) in the scene: that of the nearest cell."""
        back = np.linalg.inv(np.asarray(self.transform, np.float64))
        field = np.asarray(positions, np.float64) @ back[:3, :3].T + back[:3, 3]
        cells = (field - self.low) / (self.high - self.low) * self.index.shape
        x, y, z = np.clip(np.floor(cells).astype(np.int64), 0, np.array(self.index.shape) - 1).T
        return self.index[x, y, z]


def part_volume(grid: GridData) -> PartVolume | None:
    """The parts of a grid; None where it knows none, or has but one."""
    if grid.parts is None or len(grid.part_names) < 2:
        return None
    low, high = np.asarray(grid.bounds_low, np.float64), np.asarray(grid.bounds_high, np.float64)
    return PartVolume(grid.parts, grid.part_names, low, high, grid.transform)


def colors_of_nearest_part(grid: GridData, points: np.ndarray) -> np.ndarray:
    """Colors (n, 3), 0 to 255, at points in index space: trilinear between the cells around that belong to the part of
    the nearest one, so that a red hat leaves no pink rim on a white head."""
    limit = np.array(grid.color.shape[:3]) - 1
    at = np.clip(points, 0, limit)
    low = np.minimum(at.astype(np.int64), np.maximum(limit - 1, 0))
    fraction = (at - low).astype(np.float32)
    nearest = _cells(grid.parts, np.rint(at).astype(np.int64))
    total, weights = np.zeros((len(at), 3), np.float32), np.full((len(at), 1), 1e-6, np.float32)
    for corner in np.ndindex(2, 2, 2):
        index = np.minimum(low + corner, limit)
        share = np.prod(np.where(corner, fraction, 1 - fraction), axis=1) * (_cells(grid.parts, index) == nearest)
        total += share[:, None] * _cells(grid.color, index)
        weights += share[:, None]
    return total / weights


def _cells(values: np.ndarray, index: np.ndarray) -> np.ndarray:
    return values[index[:, 0], index[:, 1], index[:, 2]]
