"""A kept grid seen from anywhere, without the backend: rays marched front to back; numpy only.

    light_i  = exp(-sum_{j<i} density_j length_j)        what reaches sample i (Max 1995, "Optical models")
    weight_i = light_i (1 - exp(-density_i length_i))
    color, alpha, normal = sum_i weight_i (color_i, 1, -slope of density)

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

from .calls import EMPTY_DEPTH, GridData
from .camera_view import CameraView

STEP_CELLS = 0.5
"""Of a cell, between two samples of a ray."""
EARLY_STOP_TRANSMITTANCE = 0.005
MIN_NORMAL_WEIGHT = 0.001
"""Of a ray's light: a sample that shows less is not asked for its slope."""
DEPTH_FRACTIONS = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of a ray's light whose loss is noted with its place."""
TIMING_DIVISOR = 8
"""The picture that is timed has this fraction of the width and height."""
TIME_FRACTION = 0.7
"""Of the time that is left after it."""
EMPTY_OPACITY = 1e-3
"""A cell is empty where the whole box filled with it would stop less light than this."""


@dataclass(frozen=True)
class RenderedImage:
    """A picture: `color` (h, w, 3) linear and premultiplied, `alpha` and `depth` (h, w), `normal` (h, w, 3) unit.

    `depth` is along the camera's axis, NOTHING where nothing is; the first row is the top one.
    """

    color: np.ndarray
    alpha: np.ndarray
    depth: np.ndarray
    normal: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        return self.alpha.shape


@dataclass(frozen=True)
class GridLattice:
    """A grid as it is marched through: padded by a cell on each side, so that no corner is ever missing."""

    values: np.ndarray
    """(n, 4) float32: density and linear color of each cell, flat."""
    occupied: np.ndarray
    """(n,) bool: whether a cell or one of its neighbors is more than empty."""
    shape: np.ndarray
    to_cells: np.ndarray
    """4x4: scene meters to index space of the padded cells."""
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


def render_within(
    seconds: float,
    lattice: GridLattice,
    camera_view: CameraView,
    clock: Callable[[], float] = time.monotonic,
    *,
    normals: bool = True,
) -> RenderedImage:
    """A picture in bounded time: the size falls first, and is what the answer has."""
    if math.isinf(seconds):
        return render(lattice, camera_view, normals)
    began = clock()
    small = render(lattice, camera_view.scaled(1 / TIMING_DIVISOR), normals)
    spent = max(clock() - began, 1e-9)
    scale = min(1.0, math.sqrt(TIME_FRACTION * max(0.0, seconds - spent) / spent) / TIMING_DIVISOR)
    return small if scale <= 1 / TIMING_DIVISOR else render(lattice, camera_view.scaled(scale), normals)


def render(lattice: GridLattice, camera_view: CameraView, normals: bool = True) -> RenderedImage:
    """Renders what `camera_view`, in the grid's scene meters, shows of it; normals are 0 where they are not wanted."""
    origins, directions = (part.reshape(-1, 3) for part in camera_view.rays())
    start, along = _transform_points(lattice.to_cells, origins), directions @ lattice.to_cells[:3, :3].T
    near, far = _intersect_box(start, along, lattice, camera_view.near, camera_view.far)
    march = _RayMarch(lattice, start, along, np.linalg.norm(directions, axis=1), normals)
    march.march(near, far)
    return march.image(camera_view.height, camera_view.width)


def build_lattice(grid: GridData) -> GridLattice:
    """A grid made ready: worth keeping as long as the grid is."""
    density = np.pad(np.nan_to_num(np.asarray(grid.density, np.float32)).clip(0), 1, mode="edge")
    color = np.pad(_SRGB_TABLE[grid.color], ((1, 1), (1, 1), (1, 1), (0, 0)), mode="edge")
    values = np.concatenate([density[..., None], color], axis=-1).reshape(-1, 4)
    to_cells = _to_cells(grid)
    cell = np.linalg.norm(np.linalg.inv(to_cells[:3, :3]), axis=0).min()
    occupied = _dilated(density > EMPTY_OPACITY / (cell * max(density.shape)))
    shape = np.array(density.shape)
    low, high = _occupied_span(occupied, shape)
    return GridLattice(values, occupied.reshape(-1), shape, to_cells, low, high)


def lowest_surface_height(grid: GridData, threshold: float) -> float:
    """The height, in scene meters, where a column of cells first comes to `threshold` (linear between centers)."""
    density = np.pad(np.nan_to_num(np.asarray(grid.density, np.float32)), ((0, 0), (0, 0), (1, 0)))
    solid = np.flatnonzero((density >= threshold).any(axis=(0, 1)))
    if not len(solid):
        return float(grid.bounds_low[2])
    top = solid[0]  # the lowest layer that has come to it; the one below has not
    below, above = density[..., top - 1], density[..., top]
    met = above >= threshold
    share = np.max((above[met] - threshold) / (above[met] - below[met]))
    center = np.linalg.inv(_to_cells(grid)) @ [0.0, 0.0, top - share, 1.0]
    return float(center[2])


def _to_cells(grid: GridData) -> np.ndarray:
    low, high = np.asarray(grid.bounds_low, np.float64), np.asarray(grid.bounds_high, np.float64)
    index = np.eye(4)
    index[:3, :3] = np.diag(np.array(grid.density.shape) / (high - low))
    index[:3, 3] = -low * np.diag(index)[:3] + 0.5  # center i lies at i + 0.5, and the padding moves it by one
    return index @ np.linalg.inv(np.asarray(grid.transform, np.float64))


def _dilated(solid: np.ndarray) -> np.ndarray:
    """Each true cell and its 26 neighbors, one axis after the other."""
    for axis in range(3):
        wide = solid.copy()
        first, last = [slice(None)] * 3, [slice(None)] * 3
        first[axis], last[axis] = slice(None, -1), slice(1, None)
        wide[tuple(first)] |= solid[tuple(last)]
        wide[tuple(last)] |= solid[tuple(first)]
        solid = wide
    return solid


def _occupied_span(occupied: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The box around what is occupied, never beyond the grid's own, which ends half a cell outside its last centers."""
    spans = [np.flatnonzero(occupied.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    if not len(spans[0]):
        return np.full(3, 0.5), np.full(3, 0.5)
    low, high = (np.array([span[end] for span in spans], np.float64) for end in (0, -1))
    return np.maximum(low - 0.5, 0.5), np.minimum(high + 0.5, shape - 1.5)


def _intersect_box(
    start: np.ndarray, along: np.ndarray, lattice: GridLattice, least: float, most: float
) -> tuple[np.ndarray, np.ndarray]:
    """Returns where rays enter and leave, as t (Kay and Kajiya 1986); near >= far where they miss."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(lattice.low - start) / along, (lattice.high - start) / along])
    near, far = np.nanmin(ends, axis=0).max(axis=1), np.nanmax(ends, axis=0).min(axis=1)
    return np.maximum(near, least), np.minimum(far, most)


class _RayMarch:
    """Rays on their way, all of them a step further at a time."""

    def __init__(
        self, lattice: GridLattice, start: np.ndarray, along: np.ndarray, meters: np.ndarray, normals: bool
    ) -> None:
        count = len(start)
        self._lattice, self._start, self._along, self._normals = lattice, start, along, normals
        self._step = STEP_CELLS / np.linalg.norm(along, axis=1)
        self._length = (self._step * meters).astype(np.float32)
        self._transmittance = np.ones(count, np.float32)
        self._color, self._normal = np.zeros((count, 3), np.float32), np.zeros((count, 3), np.float32)
        self._alpha, self._mean = np.zeros(count, np.float32), np.zeros(count, np.float32)
        self._depth_marks = np.zeros((count, len(DEPTH_FRACTIONS)), np.float32)

    def march(self, near: np.ndarray, far: np.ndarray) -> None:
        lattice, ray = self._lattice, np.flatnonzero(near < far)
        t = near + self._step / 2
        while len(ray):
            points = (self._start[ray] + t[ray, None] * self._along[ray]).astype(np.float32)
            found = lattice.occupied[np.rint(points).astype(np.int64) @ lattice.strides]
            self._accumulate(ray[found], points[found], t[ray[found]].astype(np.float32))
            t[ray] += self._step[ray]
            ray = ray[(t[ray] < far[ray]) & (self._transmittance[ray] > EARLY_STOP_TRANSMITTANCE)]

    def image(self, height: int, width: int) -> RenderedImage:
        """A ray that was ended early is taken to have lost all its light in what it met."""
        dark = np.flatnonzero(self._transmittance <= EARLY_STOP_TRANSMITTANCE)
        self._color[dark] /= self._alpha[dark, None]
        depth = np.where(self._alpha > 1e-4, self._depth(), np.float32(EMPTY_DEPTH))
        self._alpha[dark] = 1.0
        normal = self._normal @ self._lattice.to_cells[:3, :3].astype(np.float32)  # a slope goes by the transpose
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-20)
        size = (height, width)
        return RenderedImage(
            self._color.reshape(*size, 3), self._alpha.reshape(size), depth.reshape(size), normal.reshape(*size, 3)
        )

    def _accumulate(self, ray: np.ndarray, points: np.ndarray, t: np.ndarray) -> None:
        """Adds what rays meet at these points, a step long."""
        if not len(ray):
            return
        there = _sample_trilinear(self._lattice, self._lattice.values, points)
        stopped = -np.expm1(-there[:, 0] * self._length[ray])
        weight = self._transmittance[ray] * stopped
        self._color[ray] += weight[:, None] * there[:, 1:]
        self._mean[ray] += weight * t
        self._mark_depths(ray, self._alpha[ray], weight, t)
        self._alpha[ray] += weight
        self._transmittance[ray] *= 1 - stopped
        if self._normals:
            shows = weight > MIN_NORMAL_WEIGHT
            slope = _sample_trilinear(self._lattice, self._lattice.slopes, points[shows])
            unit = slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-20)
            self._normal[ray[shows]] -= weight[shows, None] * unit

    def _mark_depths(self, ray: np.ndarray, before: np.ndarray, weight: np.ndarray, t: np.ndarray) -> None:
        """Marks where a ray has lost so much of its light: linear within the step."""
        for column, mark in enumerate(DEPTH_FRACTIONS):
            passed = (before < mark) & (before + weight >= mark)
            share = (mark - before[passed]) / weight[passed] - 0.5
            self._depth_marks[ray[passed], column] = t[passed] + share * self._step[ray[passed]]

    def _depth(self) -> np.ndarray:
        """Returns the depth at half of the alpha, between the marks; the mean where hardly anything is seen."""
        half = self._alpha / 2
        depth = self._mean / np.maximum(self._alpha, 1e-20)
        for first, (low, high) in enumerate(zip(DEPTH_FRACTIONS, DEPTH_FRACTIONS[1:], strict=False)):
            between = (half >= low) & (half <= high) & (self._alpha >= high)
            share = (half[between] - low) / (high - low)
            ends = self._depth_marks[between]
            depth[between] = ends[:, first] + share * (ends[:, first + 1] - ends[:, first])
        return depth


def _sample_trilinear(lattice: GridLattice, values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(n, channels) of the cells' `values` by trilinear interpolation at index coordinates."""
    low = np.clip(np.floor(points).astype(np.int64), 0, lattice.shape - 2)
    part = points - low.astype(np.float32)
    first = low @ lattice.strides
    result = np.zeros((len(points), values.shape[1]), np.float32)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, part, 1 - part), axis=1, dtype=np.float32)
        result += weight[:, None] * values[first + int(np.dot(corner, lattice.strides))]
    return result


def _transform_points(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    moved: np.ndarray = points @ matrix[:3, :3].T + matrix[:3, 3]
    return moved


def _srgb_to_linear(encoded: np.ndarray) -> np.ndarray:
    """sRGB decoded (IEC 61966-2-1)."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


_SRGB_TABLE = _srgb_to_linear(np.arange(256) / 255).astype(np.float32)
