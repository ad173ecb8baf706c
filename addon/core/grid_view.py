"""A kept grid seen from anywhere, without the backend: rays marched front to back; numpy only.

    light_i  = exp(-sum_{j<i} density_j length_j)        what reaches sample i (Max 1995, "Optical models")
    weight_i = light_i (1 - exp(-density_i length_i))
    colour, alpha, normal = sum_i weight_i (colour_i, 1, -slope of density)

Depth is where half of the light that is stopped has been stopped. The plain and slow twin of what backend/render does:
both are asked for the same picture in the tests. Steps are half a cell long. Empty cells cost a look into a table of
bits, and a ray ends where hardly any light is left.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .calls import NOTHING, GridData
from .sight import Sight

STEP = 0.5
"""Of a cell, between two samples of a ray."""
LEAST_LIGHT = 0.005
LEAST_SHOWN = 0.001
"""Of a ray's light: a sample that shows less is not asked for its slope."""
MARKS = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of a ray's light whose loss is noted with its place."""
FIRST = 8
"""The picture that is timed has this fraction of the width and height."""
AIM = 0.7
"""Of the time that is left after it."""
EMPTY = 1e-3
"""A cell is empty where the whole box filled with it would stop less light than this."""


@dataclass(frozen=True)
class Seen:
    """A picture: `colour` (h, w, 3) linear and premultiplied, `alpha` and `depth` (h, w), `normal` (h, w, 3) unit.

    `depth` is along the camera's axis, NOTHING where nothing is; the first row is the top one.
    """

    colour: np.ndarray
    alpha: np.ndarray
    depth: np.ndarray
    normal: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        return self.alpha.shape


@dataclass(frozen=True)
class Lattice:
    """A grid as it is marched through: padded by a cell on each side, so that no corner is ever missing."""

    values: np.ndarray
    """(n, 4) float32: density and linear colour of each cell, flat."""
    busy: np.ndarray
    """(n,) bool: whether a cell or one of its neighbours is more than empty."""
    shape: np.ndarray
    to_cells: np.ndarray
    """4x4: scene metres to index space of the padded cells."""
    low: np.ndarray
    high: np.ndarray
    """Between which index coordinates anything can be met."""

    @property
    def strides(self) -> np.ndarray:
        return np.array([self.shape[1] * self.shape[2], self.shape[2], 1])

    @cached_property
    def slopes(self) -> np.ndarray:
        """(n, 3) float32: central differences of density at the cells; made when normals are first wanted."""
        density = self.values[:, 0].reshape(self.shape)
        return np.stack(np.gradient(density), axis=-1).reshape(-1, 3)


def seen_within(
    seconds: float,
    lattice: Lattice,
    sight: Sight,
    clock: Callable[[], float] = time.monotonic,
    *,
    normals: bool = True,
) -> Seen:
    """A picture in bounded time: the size falls first, and is what the answer has."""
    if math.isinf(seconds):
        return seen(lattice, sight, normals)
    began = clock()
    small = seen(lattice, sight.scaled(1 / FIRST), normals)
    spent = max(clock() - began, 1e-9)
    scale = min(1.0, math.sqrt(AIM * max(0.0, seconds - spent) / spent) / FIRST)
    return small if scale <= 1 / FIRST else seen(lattice, sight.scaled(scale), normals)


def seen(lattice: Lattice, sight: Sight, normals: bool = True) -> Seen:
    """What `sight`, in the grid's scene metres, shows of it; normals are 0 where they are not wanted."""
    origins, directions = (part.reshape(-1, 3) for part in sight.rays())
    start, along = _moved(lattice.to_cells, origins), directions @ lattice.to_cells[:3, :3].T
    near, far = _through_box(start, along, lattice, sight.near, sight.far)
    march = _March(lattice, start, along, np.linalg.norm(directions, axis=1), normals)
    march.go(near, far)
    return march.picture(sight.height, sight.width)


def lattice_of(grid: GridData) -> Lattice:
    """A grid made ready: worth keeping as long as the grid is."""
    density = np.pad(np.nan_to_num(np.asarray(grid.density, np.float32)).clip(0), 1, mode="edge")
    colour = np.pad(_LINEAR[grid.colour], ((1, 1), (1, 1), (1, 1), (0, 0)), mode="edge")
    values = np.concatenate([density[..., None], colour], axis=-1).reshape(-1, 4)
    to_cells = _to_cells(grid)
    cell = np.linalg.norm(np.linalg.inv(to_cells[:3, :3]), axis=0).min()
    busy = _grown(density > EMPTY / (cell * max(density.shape)))
    shape = np.array(density.shape)
    low, high = _span(busy, shape)
    return Lattice(values, busy.reshape(-1), shape, to_cells, low, high)


def lowest(grid: GridData, threshold: float) -> float:
    """The height, in scene metres, where a column of cells first comes to `threshold` (linear between centres)."""
    density = np.pad(np.nan_to_num(np.asarray(grid.density, np.float32)), ((0, 0), (0, 0), (1, 0)))
    solid = np.flatnonzero((density >= threshold).any(axis=(0, 1)))
    if not len(solid):
        return float(grid.bounds_low[2])
    top = solid[0]  # the lowest layer that has come to it; the one below has not
    below, above = density[..., top - 1], density[..., top]
    met = above >= threshold
    share = np.max((above[met] - threshold) / (above[met] - below[met]))
    centre = np.linalg.inv(_to_cells(grid)) @ [0.0, 0.0, top - share, 1.0]
    return float(centre[2])


def _to_cells(grid: GridData) -> np.ndarray:
    low, high = np.asarray(grid.bounds_low, np.float64), np.asarray(grid.bounds_high, np.float64)
    index = np.eye(4)
    index[:3, :3] = np.diag(np.array(grid.density.shape) / (high - low))
    index[:3, 3] = -low * np.diag(index)[:3] + 0.5  # centre i lies at i + 0.5, and the padding moves it by one
    return index @ np.linalg.inv(np.asarray(grid.transform, np.float64))


def _grown(solid: np.ndarray) -> np.ndarray:
    """Each true cell and its 26 neighbours, one axis after the other."""
    for axis in range(3):
        wide = solid.copy()
        first, last = [slice(None)] * 3, [slice(None)] * 3
        first[axis], last[axis] = slice(None, -1), slice(1, None)
        wide[tuple(first)] |= solid[tuple(last)]
        wide[tuple(last)] |= solid[tuple(first)]
        solid = wide
    return solid


def _span(busy: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The box around what is busy, never beyond the grid's own, which ends half a cell outside its last centres."""
    spans = [np.flatnonzero(busy.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    if not len(spans[0]):
        return np.full(3, 0.5), np.full(3, 0.5)
    low, high = (np.array([span[end] for span in spans], np.float64) for end in (0, -1))
    return np.maximum(low - 0.5, 0.5), np.minimum(high + 0.5, shape - 1.5)


def _through_box(
    start: np.ndarray, along: np.ndarray, lattice: Lattice, least: float, most: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where rays enter and leave, as t (Kay and Kajiya 1986); near >= far where they miss."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(lattice.low - start) / along, (lattice.high - start) / along])
    near, far = np.nanmin(ends, axis=0).max(axis=1), np.nanmax(ends, axis=0).min(axis=1)
    return np.maximum(near, least), np.minimum(far, most)


class _March:
    """Rays on their way, all of them a step further at a time."""

    def __init__(
        self, lattice: Lattice, start: np.ndarray, along: np.ndarray, metres: np.ndarray, normals: bool
    ) -> None:
        count = len(start)
        self._lattice, self._start, self._along, self._normals = lattice, start, along, normals
        self._step = STEP / np.linalg.norm(along, axis=1)
        self._length = (self._step * metres).astype(np.float32)
        self._light = np.ones(count, np.float32)
        self._colour, self._normal = np.zeros((count, 3), np.float32), np.zeros((count, 3), np.float32)
        self._alpha, self._mean = np.zeros(count, np.float32), np.zeros(count, np.float32)
        self._marks = np.zeros((count, len(MARKS)), np.float32)

    def go(self, near: np.ndarray, far: np.ndarray) -> None:
        lattice, ray = self._lattice, np.flatnonzero(near < far)
        t = near + self._step / 2
        while len(ray):
            points = (self._start[ray] + t[ray, None] * self._along[ray]).astype(np.float32)
            found = lattice.busy[np.rint(points).astype(np.int64) @ lattice.strides]
            self._meet(ray[found], points[found], t[ray[found]].astype(np.float32))
            t[ray] += self._step[ray]
            ray = ray[(t[ray] < far[ray]) & (self._light[ray] > LEAST_LIGHT)]

    def picture(self, height: int, width: int) -> Seen:
        """A ray that was ended early is taken to have lost all its light in what it met."""
        dark = np.flatnonzero(self._light <= LEAST_LIGHT)
        self._colour[dark] /= self._alpha[dark, None]
        depth = np.where(self._alpha > 1e-4, self._depth(), np.float32(NOTHING))
        self._alpha[dark] = 1.0
        normal = self._normal @ self._lattice.to_cells[:3, :3].astype(np.float32)  # a slope goes by the transpose
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-20)
        size = (height, width)
        return Seen(
            self._colour.reshape(*size, 3), self._alpha.reshape(size), depth.reshape(size), normal.reshape(*size, 3)
        )

    def _meet(self, ray: np.ndarray, points: np.ndarray, t: np.ndarray) -> None:
        """What rays meet at these points, a step long."""
        if not len(ray):
            return
        there = _at(self._lattice, self._lattice.values, points)
        stopped = -np.expm1(-there[:, 0] * self._length[ray])
        weight = self._light[ray] * stopped
        self._colour[ray] += weight[:, None] * there[:, 1:]
        self._mean[ray] += weight * t
        self._mark(ray, self._alpha[ray], weight, t)
        self._alpha[ray] += weight
        self._light[ray] *= 1 - stopped
        if self._normals:
            shows = weight > LEAST_SHOWN
            slope = _at(self._lattice, self._lattice.slopes, points[shows])
            unit = slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-20)
            self._normal[ray[shows]] -= weight[shows, None] * unit

    def _mark(self, ray: np.ndarray, before: np.ndarray, weight: np.ndarray, t: np.ndarray) -> None:
        """Where a ray has lost so much of its light: linear within the step."""
        for column, mark in enumerate(MARKS):
            passed = (before < mark) & (before + weight >= mark)
            share = (mark - before[passed]) / weight[passed] - 0.5
            self._marks[ray[passed], column] = t[passed] + share * self._step[ray[passed]]

    def _depth(self) -> np.ndarray:
        """At half of the alpha, between the marks; the mean where hardly anything is seen."""
        half = self._alpha / 2
        depth = self._mean / np.maximum(self._alpha, 1e-20)
        for first, (low, high) in enumerate(zip(MARKS, MARKS[1:], strict=False)):
            between = (half >= low) & (half <= high) & (self._alpha >= high)
            share = (half[between] - low) / (high - low)
            ends = self._marks[between]
            depth[between] = ends[:, first] + share * (ends[:, first + 1] - ends[:, first])
        return depth


def _at(lattice: Lattice, values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(n, channels) of the cells' `values` by trilinear interpolation at index coordinates."""
    low = np.clip(np.floor(points).astype(np.int64), 0, lattice.shape - 2)
    part = points - low.astype(np.float32)
    first = low @ lattice.strides
    result = np.zeros((len(points), values.shape[1]), np.float32)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, part, 1 - part), axis=1, dtype=np.float32)
        result += weight[:, None] * values[first + int(np.dot(corner, lattice.strides))]
    return result


def _moved(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def _linear(encoded: np.ndarray) -> np.ndarray:
    """sRGB decoded (IEC 61966-2-1)."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


_LINEAR = _linear(np.arange(256) / 255).astype(np.float32)
