"""A mesh as cells of a box: what a region that is no box is to the backend. Numpy only.

A cell is filled where along two of the three axes an odd number of faces lies before its center: of a closed mesh all
three agree, and a mesh with a hole, or a sheet, is still right to all but what lies in line with the hole. Cells that
the surface passes through are filled as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .box import Box, corners
from .wire import config

CELLS = 64
"""Along the longest side of what is made into cells."""
PAIRS = 1 << 21
"""Of a face and a column of cells below it, looked at together: 200 MB."""
OFF_CENTER = (0.0137, 0.0071)
"""In cells: columns stand beside the middles, where no edge of a mesh that was modeled on a grid runs."""


def region_of_mesh(
    kind: str, points: np.ndarray, triangles: np.ndarray, within: Box, margin: float = 0.0
) -> config.RegionConfig | None:
    """The region of a mesh, with everything that is `margin` away from it; None where it is not in the box.

    Args:
        points, triangles: (n, 3) in the scene and (m, 3).
        within: what lies outside of the axes' box around this one is left out.
        margin: meters.
    """
    around = corners(within)
    low = np.maximum(points.min(axis=0) - margin, around.min(axis=0))
    high = np.minimum(points.max(axis=0) + margin, around.max(axis=0))
    side = (high - low).max()
    if not len(triangles) or (high < low).any() or side <= 0:
        return None
    cell = side / CELLS
    shape = np.maximum(np.ceil((high - low) / cell - 1e-6), 1).astype(int)
    filled = dilated(filled_cells((points - low) / cell, triangles, shape), margin / cell)
    if not filled.any():
        return None
    size = shape * cell
    x, y, z = (int(count) for count in shape)
    cells = config.cells_text((x, y, z), np.packbits(filled).tobytes())
    return config.RegionConfig(kind, tuple((low + size / 2).tolist()), tuple(size.tolist()), cells=cells)


def filled_cells(points: np.ndarray, triangles: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """The cells (x, y, z) of a mesh whose points are in units of cells, from the corner of the first."""
    votes, surface = np.zeros(shape, np.uint8), np.zeros(shape, bool)
    for axis in range(3):
        order = [axis, *(each for each in range(3) if each != axis)]
        inside, passed = _along_first(points[:, order], triangles, shape[order])
        back = np.argsort(order)
        votes += inside.transpose(back)
        surface |= passed.transpose(back)
    return (votes >= 2) | surface


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


def _along_first(points: np.ndarray, triangles: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tells which cells lie behind an odd number of faces along the first axis, and which a face passes there."""
    count = int(shape[0])
    crossings, surface = np.zeros((count + 1, shape[1], shape[2]), np.int32), np.zeros(shape, bool)
    for height, across, up in _crossings(points[triangles], shape):
        first = np.clip(np.ceil(height - 0.5), 0, count).astype(int)  # the first cell whose middle lies behind
        np.add.at(crossings, (first, across, up), 1)
        at = np.floor(height).astype(int)
        there = (at >= 0) & (at < count)
        surface[at[there], across[there], up[there]] = True
    return (crossings.cumsum(axis=0)[:count] % 2).astype(np.uint8), surface


def _crossings(corners: np.ndarray, shape: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Finds where columns along the first axis meet triangles (m, 3, 3): how far along, and a column's two numbers."""
    flat = corners[:, :, 1:] - np.array(OFF_CENTER) - 0.5
    first = np.maximum(np.ceil(flat.min(axis=1)), 0).astype(int)
    last = np.minimum(np.floor(flat.max(axis=1)), shape[1:] - 1).astype(int)
    spans = np.maximum(last - first + 1, 0)
    for some in _portions(spans.prod(axis=1)):
        yield _met(corners[some], flat[some], first[some], spans[some])


def _portions(counts: np.ndarray) -> Iterator[slice]:
    """Triangles in runs that have no more than so many columns below them, or are one triangle."""
    begin, ends = 0, counts.cumsum()
    while begin < len(counts):
        done = ends[begin - 1] if begin else 0
        end = max(int(np.searchsorted(ends, done + PAIRS, side="right")), begin + 1)
        yield slice(begin, end)
        begin = end


def _met(
    corners: np.ndarray, flat: np.ndarray, first: np.ndarray, spans: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each triangle against each column of the rectangle around it."""
    counts = spans.prod(axis=1)
    which = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(which)) - np.repeat(counts.cumsum() - counts, counts)
    columns = first[which] + np.stack([number // spans[which, 1], number % spans[which, 1]], axis=-1)
    a, b, c = (flat[which, corner] - columns for corner in range(3))
    areas = np.stack([_cross(b, c), _cross(c, a), _cross(a, b)], axis=-1)  # of the parts opposite to each corner
    whole = areas.sum(axis=-1)
    hit = ((areas >= 0).all(axis=-1) | (areas <= 0).all(axis=-1)) & (whole != 0)
    which, columns, shares = which[hit], columns[hit], areas[hit] / whole[hit, None]
    return (corners[which, :, 0] * shares).sum(axis=-1), columns[:, 0], columns[:, 1]


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product: np.ndarray = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product
