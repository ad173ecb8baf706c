"""An object as the points that it fills, in a frame of its own, and as it stands among others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from numpy import ndarray

CELL = 0.036
"""Side of the cells that bodies are compared in; an object that is not scaled is about 1.9 wide."""


@dataclass(frozen=True)
class Body:
    """`points` are centers of the voxels that an object fills, in its own frame [-1, 1]^3."""

    points: Float[ndarray, "n 3"]

    @property
    def low(self) -> Float[ndarray, " 3"]:
        low: ndarray = self.points.min(axis=0)
        return low

    @property
    def high(self) -> Float[ndarray, " 3"]:
        high: ndarray = self.points.max(axis=0)
        return high


@dataclass(frozen=True)
class PosedBody:
    """A body where it stands: p = position + scale q for q in its own frame."""

    body: Body
    scale: float
    position: Float[ndarray, " 3"]

    @property
    def points(self) -> Float[ndarray, "n 3"]:
        return self.position + self.scale * self.body.points

    @cached_property
    def cells(self) -> ndarray:
        """The cells that it fills (k, 3), each once."""
        cells: ndarray = np.unique(np.floor(self.points / CELL).astype(int), axis=0)
        return cells

    @cached_property
    def low(self) -> Float[ndarray, " 3"]:
        return self.position + self.scale * self.body.low

    @cached_property
    def high(self) -> Float[ndarray, " 3"]:
        return self.position + self.scale * self.body.high

    @property
    def middle(self) -> Float[ndarray, " 3"]:
        middle: ndarray = (self.low + self.high) / 2
        return middle

    @property
    def size(self) -> Float[ndarray, " 3"]:
        size: ndarray = self.high - self.low
        return size

    def moved(self, by: ndarray) -> PosedBody:
        return PosedBody(self.body, self.scale, self.position + by)

    def scaled(self, by: float) -> PosedBody:
        """Smaller or larger about where it is."""
        return PosedBody(self.body, self.scale * by, self.position)


@dataclass(frozen=True)
class Relief:
    """The lowest or highest point over each cell of the ground: `heights[i, j]` over cell `first` + (i, j), NaN where
    there is nothing."""

    first: ndarray
    heights: Float[ndarray, "x y"]

    @staticmethod
    def tops(points: Float[ndarray, "n 3"]) -> Relief:
        return Relief._of(points, np.maximum, -np.inf)

    @staticmethod
    def bottoms(points: Float[ndarray, "n 3"]) -> Relief:
        return Relief._of(points, np.minimum, np.inf)

    @staticmethod
    def _of(points: ndarray, pick: np.ufunc, start: float) -> Relief:
        cells = np.floor(points[:, :2] / CELL).astype(int)
        first = cells.min(axis=0)
        heights = np.full(cells.max(axis=0) - first + 1, start)
        pick.at(heights, tuple((cells - first).T), points[:, 2])
        return Relief(first, np.where(np.isfinite(heights), heights, np.nan))

    @property
    def cells(self) -> ndarray:
        """Those over which something is (k, 2)."""
        return np.argwhere(np.isfinite(self.heights)) + self.first

    def at(self, cells: ndarray) -> ndarray:
        """Heights over these cells."""
        index = cells - self.first
        known = ((index >= 0) & (index < self.heights.shape)).all(axis=1)
        found = np.full(len(cells), np.nan)
        found[known] = self.heights[tuple(index[known].T)]
        return found
