"""A short sketch of many points, by which it is seen later whether all of them were moved alike.

The n points p are kept as R p, where R (m, n) has random signs (Alon, Matias and Szegedy 1996, "The space complexity of
approximating the frequency moments"). An affine map p' = A p + t makes R p' = (R p) A^T + (R 1) t^T of it. So what a
person applied to a whole mesh (a scale, another origin) is found by least squares, and what was done to a part of it
leaves a rest.
"""

from __future__ import annotations

import numpy as np

ROWS = 16
"""An affine map has four unknowns in each coordinate: the other rows tell whether it is one."""
SLACK = 16.0
"""How many times the rounding of single precision a rest may be, of all the points together."""
IDENTITY_TOLERANCE = 1e-6
"""Below it a map moves nothing that single precision tells apart."""
_EPSILON = float(np.finfo(np.float32).eps)


def sketch_of(points: np.ndarray) -> np.ndarray:
    """The sketch (ROWS, 4) of points (n, 3): R p, and R 1 in the last column; in double precision."""
    bits = _hashed(len(points))
    with_ones = np.concatenate([points.astype(np.float64), np.ones((len(points), 1))], axis=1)
    rows = [with_ones.sum(axis=0)]  # the first has no signs: it tells where the middle is
    rows += [np.where(bits >> np.uint32(row) & np.uint32(1), 1.0, -1.0) @ with_ones for row in range(1, ROWS)]
    return np.stack(rows)


def affine_between(before: np.ndarray, now: np.ndarray, count: int, reach: float) -> np.ndarray | None:
    """The 4x4 that took `count` points with the sketch `before` to those with the sketch `now`; None where none did.

    Args:
        reach: the largest coordinate now (meters), which says how coarsely single precision holds the points.
    """
    if not np.isfinite(now).all():  # a point that is nowhere (NaN) was moved by nobody's map
        return None
    found = np.linalg.lstsq(before, now[:, :3], rcond=None)[0]
    rest = float(np.abs(before @ found - now[:, :3]).max())
    matrix = np.eye(4)
    matrix[:3] = found.T
    if rest > SLACK * _EPSILON * max(reach, 1e-30) * count**0.5 or abs(np.linalg.det(matrix)) < 1e-18:
        return None
    return matrix


def is_identity(matrix: np.ndarray) -> bool:
    """Tells whether a map leaves every point where it is."""
    return bool(np.abs(matrix - np.eye(4)).max() < IDENTITY_TOLERANCE)


def _hashed(count: int) -> np.ndarray:
    """32 random bits for each index, always the same ones (the finalizer of MurmurHash3)."""
    bits = np.arange(1, count + 1, dtype=np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        bits = (bits ^ (bits >> np.uint32(shift))) * np.uint32(factor)
    return bits ^ (bits >> np.uint32(16))
