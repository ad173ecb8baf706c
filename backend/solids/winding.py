"""Which points of a lattice lie inside of a mesh: winding numbers, by the crossings of rays along the axes.

    w(p) = 1/(4 pi) integral of n_p(d) over directions d      n_p(d): signed crossings of the ray from p along d

is the generalized winding number (Jacobson, Kavan and Sorkine-Hornung 2013, "Robust inside-outside segmentation using
generalized winding numbers"): 1 inside of a closed mesh, and near to that inside of one that has holes. Here the mean
of six directions stands for the integral; rays along the axes cost a whole column of the lattice one sum. Beside that
the six vote by odd and even (Nooruddin and Turk 2003), so that faces that look the wrong way open nothing.

Coordinates are those of the lattice: the center of cell i of an axis lies at i.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

CHUNK = 1 << 21
"""Pairs of a triangle and a column that are looked at at once."""
JITTER = (1.7320508e-5, 2.2360680e-5)
"""Cells by which rays are moved aside: an edge or a point of a mesh often lies right on a lattice."""


def inside_union(corners: np.ndarray, objects: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """bool (x, y, z): whether each cell's center is inside of one of the objects.

    Args:
        corners: (m, 3, 3), triangles in lattice coordinates.
        objects: (m,), which object each is of.
    """
    found = np.zeros(shape, bool)
    for number in np.unique(objects):
        found |= inside(corners[objects == number], shape)
    return found


def inside(corners: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """bool (x, y, z): where the winding number is nearer to 1 (or -1, of a mesh turned inside out) than to 0."""
    winding, odd = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for axis in range(3):
        order = (axis, (axis + 1) % 3, (axis + 2) % 3)  # cyclic, so that orientations stay
        back = tuple(np.argsort(order))
        signed, count = _crossings(corners[:, :, order], tuple(shape[i] for i in order))
        for rays in _both_ways(signed):
            winding += rays.transpose(back)
        for rays in _both_ways(count):
            odd += (rays & 1).transpose(back)
    return (np.abs(winding) > 3) | (odd > 3)


def _both_ways(bins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums for each cell over the bins of crossings above it, and below it, with the sign that a ray down gives."""
    below = np.cumsum(bins, axis=0)
    return below[-1] - below[:-1], -below[:-1]


def _crossings(corners: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """int32 (n + 1, u, v): crossings of each column along the first axis, +1 where it leaves the solid and -1 where
    it enters; and how many. Bin k is for those between the centers k - 1 and k."""
    signed = np.zeros((shape[0] + 1, *shape[1:]), np.int32)
    count = np.zeros_like(signed)
    for some, u, v in _columns(corners[:, :, 1:], shape):
        triangles = corners[some]
        sign = _covers(triangles[:, :, 1:], u + JITTER[0], v + JITTER[1])
        hit = sign != 0
        height = _height(triangles[hit], u[hit] + JITTER[0], v[hit] + JITTER[1])
        bins = np.clip(np.ceil(height), 0, shape[0]).astype(np.int64)
        np.add.at(signed, (bins, u[hit], v[hit]), sign[hit])
        np.add.at(count, (bins, u[hit], v[hit]), 1)
    return signed, count


def _columns(flat: np.ndarray, shape: tuple[int, ...]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pairs of a triangle's number and a column in the rectangle around it, so many at a time."""
    limit = np.array(shape[1:]) - 1
    low = np.clip(np.ceil(flat.min(axis=1) - max(JITTER)), 0, limit + 1).astype(np.int64)
    high = np.clip(np.floor(flat.max(axis=1)), -1, limit).astype(np.int64)
    sides = np.maximum(high - low + 1, 0)
    for some, offset in pairs_in_chunks(sides.prod(axis=1), CHUNK):
        width = sides[some, 1]
        yield some, low[some, 0] + offset // width, low[some, 1] + offset % width


def pairs_in_chunks(counts: np.ndarray, chunk: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Numbers i, each `counts[i]` times, with 0, 1, ... beside each; in pieces of about `chunk` pairs."""
    numbers = np.flatnonzero(counts)
    ends = np.cumsum(counts[numbers])
    pieces = np.split(numbers, np.searchsorted(ends, np.arange(chunk, int(ends[-1]) if len(ends) else 0, chunk)))
    for piece in pieces:
        lengths = counts[piece]
        firsts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        yield np.repeat(piece, lengths), np.arange(int(lengths.sum())) - firsts


def _covers(flat: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """int32: +1 where a triangle (n, 3, 2) runs counter-clockwise around its column, -1 clockwise, 0 where beside it.

    Two triangles ask about the edge that they share in the same order of its ends, so their answers are the same bits,
    and no column falls between them or counts twice.
    """
    left = [_is_left(flat[:, i], flat[:, (i + 1) % 3], u, v) for i in range(3)]
    return np.where(left[0] & left[1] & left[2], 1, np.where(left[0] | left[1] | left[2], 0, -1)).astype(np.int32)


def _is_left(start: np.ndarray, end: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    swapped = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    first, second = np.where(swapped[:, None], end, start), np.where(swapped[:, None], start, end)
    along = second - first
    is_left: np.ndarray = (along[:, 0] * (v - first[:, 1]) - along[:, 1] * (u - first[:, 0]) >= 0) ^ swapped
    return is_left


def _height(corners: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Returns where columns cross their triangles, along the first axis; one on edge is crossed in its middle."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    normal = np.cross(b - a, c - a)
    steep = np.abs(normal[:, 0]) > 1e-12
    slope = normal[:, 1] * (u - a[:, 1]) + normal[:, 2] * (v - a[:, 2])
    height = a[:, 0] - slope / np.where(steep, normal[:, 0], 1.0)
    low, high = corners[:, :, 0].min(axis=1), corners[:, :, 0].max(axis=1)
    clipped: np.ndarray = np.clip(np.where(steep, height, (low + high) / 2), low, high)
    return clipped


def lattice_coordinates(
    points: np.ndarray, low: tuple[float, float, float], high: tuple[float, float, float], shape: tuple[int, int, int]
) -> np.ndarray:
    """Positions in a box as coordinates of a lattice over it, in double precision; cells need not be cubes."""
    sides = np.array(high, np.float64) - np.array(low, np.float64)
    if not all(math.isfinite(side) and side > 0 for side in sides):
        raise ValueError(f"The box from {low} to {high} holds no space.")
    coordinates: np.ndarray = (points.astype(np.float64) - np.array(low)) / sides * np.array(shape) - 0.5
    return coordinates
