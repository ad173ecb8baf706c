"""How often each part's surface winds round a point: 1 and more inside, 0 outside, also where closed shells overlap.

A ray from the point upwards leaves the part where it meets a face from within (+1) and enters it where it meets one
from without (-1); for one closed shell the sum is the ray's parity. Parts are joined from several shells that overlap:
parity alone would call what two of them share empty. Points are sorted into a lattice of columns, so that a face is
only held against those below it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numba import njit
from numpy import ndarray
from trimesh import Trimesh

COLUMNS = 64
ASIDE = (1.37e-6, 2.11e-6)  # no ray goes through an edge or a corner


def windings(meshes: Sequence[Trimesh], points: Float[ndarray, "n 3"]) -> Int[ndarray, "n k"]:
    """Of each point and mesh."""
    at = points.astype(np.float64) + (*ASIDE, 0.0)
    low, high = at[:, :2].min(0), at[:, :2].max(0) + 1e-9
    cells = np.minimum(((at[:, :2] - low) / (high - low) * COLUMNS).astype(np.int64), COLUMNS - 1)
    cell = cells[:, 0] * COLUMNS + cells[:, 1]
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(COLUMNS**2 + 1))
    triangles = np.concatenate([mesh.triangles for mesh in meshes]).astype(np.float64)
    part = np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes])
    counted = np.zeros((len(at), len(meshes)), np.int16)
    _count(triangles, part, at[order], starts, low, COLUMNS / (high - low), counted)
    found = np.empty_like(counted)
    found[order] = counted
    return found


@njit(cache=True)
def _count(
    triangles: ndarray, part: ndarray, points: ndarray, starts: ndarray, low: ndarray, per: ndarray, counted: ndarray
) -> None:
    for f in range(len(triangles)):
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = triangles[f]
        doubled = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if doubled == 0.0:
            continue
        sign = 1 if doubled > 0 else -1
        first_x = max(0, int((min(ax, bx, cx) - low[0]) * per[0]) - 1)
        last_x = min(COLUMNS - 1, int((max(ax, bx, cx) - low[0]) * per[0]) + 1)
        first_y = max(0, int((min(ay, by, cy) - low[1]) * per[1]) - 1)
        last_y = min(COLUMNS - 1, int((max(ay, by, cy) - low[1]) * per[1]) + 1)
        highest = max(az, bz, cz)
        for i in range(first_x, last_x + 1):
            for n in range(starts[i * COLUMNS + first_y], starts[i * COLUMNS + last_y + 1]):
                x, y, z = points[n]
                if z > highest:
                    continue
                a = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * sign
                b = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * sign
                c = ((ax - x) * (by - y) - (ay - y) * (bx - x)) * sign
                if a > 0 and b > 0 and c > 0 and a * az + b * bz + c * cz > z * (a + b + c):
                    counted[n, part[f]] += sign
