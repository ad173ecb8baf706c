"""Flat where the field is flat, hard where it has an edge: what voxels and smoothing rounded off.

Normals are averaged among faces that look nearly the same way, so that a plane becomes one and an edge stays between
two (bilateral normal filtering, Zheng et al. 2011); points then move until faces have these normals (Sun et al. 2007,
"Fast and effective feature-preserving mesh denoising", eq. 8). numpy only, so it may run in a thread.
"""

from __future__ import annotations

import numpy as np

NORMAL_PASSES, POINT_PASSES = 12, 12
SAME_DIRECTION = 0.35
"""Standard deviation of the difference of two normals: those at a right angle hardly know of each other."""
MAX_SHIFT = 0.5
"""Voxels along each axis that a point moves at most."""


def sharpened(points: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """The points (n, 3), in voxels, of a closed surface of quads (m, 4) with its flat faces flat and its edges hard."""
    normals, areas = _normals(points, quads)
    across = _faces_across(quads, len(points))
    for _ in range(NORMAL_PASSES):
        normals = _filtered(normals, areas, across)
    moved, counts = points, np.bincount(quads.ravel(), minlength=len(points))[:, None]
    for _ in range(POINT_PASSES):
        shifted = moved + _pulls(moved, quads, normals) / counts
        moved = np.clip(shifted, points - MAX_SHIFT, points + MAX_SHIFT)
    return moved.astype(np.float32)


def _normals(points: np.ndarray, quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit normals and areas of quads, by their diagonals."""
    a, b, c, d = (points[quads[:, i]] for i in range(4))
    normals = np.cross(c - a, d - b)
    lengths = np.linalg.norm(normals, axis=1)
    return normals / np.maximum(lengths, 1e-12)[:, None], lengths / 2


def _faces_across(quads: np.ndarray, count: int) -> np.ndarray:
    """The face on the other side of each edge (m, 4); on a closed surface there is one."""
    first, second = quads.ravel().astype(np.int64), np.roll(quads, -1, axis=1).ravel().astype(np.int64)
    walked, back = first * count + second, second * count + first
    order = np.argsort(walked)
    return (order[np.searchsorted(walked, back, sorter=order)] // 4).reshape(-1, 4)


def _filtered(normals: np.ndarray, areas: np.ndarray, across: np.ndarray) -> np.ndarray:
    others = normals[across]
    differences = np.square(others - normals[:, None]).sum(-1)
    weights = areas[across] * np.exp(-differences / (2 * SAME_DIRECTION**2))
    total = areas[:, None] * normals + (weights[..., None] * others).sum(1)
    return total / np.maximum(np.linalg.norm(total, axis=1), 1e-12)[:, None]


def _pulls(points: np.ndarray, quads: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """The sum over a point's faces of what brings it onto the plane of each, through the face's middle."""
    middles, total = points[quads].mean(axis=1), np.zeros_like(points)
    for corner in range(4):
        at = quads[:, corner]
        pull = ((middles - points[at]) * normals).sum(axis=1, keepdims=True) * normals
        total += np.stack([np.bincount(at, pull[:, axis], len(points)) for axis in range(3)], axis=1)
    return total
