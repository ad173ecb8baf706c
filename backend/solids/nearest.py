"""How far the surface of a mesh is from the centers of a lattice's cells, and what color it has there.

Only a band around the surface is asked: each triangle, cut into pieces of a few cells, answers the cells near it, and
each cell keeps its nearest. Coordinates are those of the lattice, in which cells are cubes of side 1.
"""

from __future__ import annotations

import numpy as np

from .winding import pairs_in_chunks

CHUNK = 1 << 18
LONGEST_EDGE = 4.0
"""Cells. A long triangle across the lattice is near few of the cells of the box around it."""

SMALLEST_AREA = 1e-12
"""Cells^2. A triangle without area is no surface: the edges that it lies on are its neighbors'."""


def nearest_surface(
    corners: np.ndarray, colors: np.ndarray, shape: tuple[int, int, int], band: float
) -> tuple[np.ndarray, np.ndarray]:
    """float32 (x, y, z): the distance to the surface, `band` where it is farther; and (x, y, z, 3): its color at the
    nearest point, NaN where it is farther.

    Args:
        corners: (m, 3, 3), triangles in lattice coordinates.
        colors: (m, 3, 3), of their corners.
    """
    distance = np.full(int(np.prod(shape)), band, np.float32)
    color = np.full((distance.size, 3), np.nan, np.float32)
    corners, colors = _cut(corners, colors, shape, band)
    low, sides = _cells_around(corners, shape, band)
    middle = corners.mean(axis=1)
    reach = band + np.linalg.norm(corners - middle[:, None], axis=2).max(axis=1, initial=0.0)
    for some, offset in pairs_in_chunks(sides.prod(axis=1), CHUNK):
        cells = _cells(low[some], sides[some], offset)
        near = ((cells - middle[some]) ** 2).sum(axis=1) <= reach[some] ** 2
        some, cells = some[near], cells[near]
        _keep_nearest(distance, color, np.ravel_multi_index(tuple(cells.T), shape), cells, corners[some], colors[some])
    return distance.reshape(shape), color.reshape(*shape, 3)


def _cells(low: np.ndarray, sides: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """The cell of each number in the box of cells that begins at `low`."""
    z, rest = offset % sides[:, 2], offset // sides[:, 2]
    cells: np.ndarray = low + np.stack([rest // sides[:, 1], rest % sides[:, 1], z], axis=-1)
    return cells


def _cells_around(corners: np.ndarray, shape: tuple[int, int, int], band: float) -> tuple[np.ndarray, np.ndarray]:
    """int64 (m, 3): where the box of cells that are near each triangle begins, and its sides."""
    limit = np.array(shape)
    low = np.clip(np.ceil(corners.min(axis=1) - band), 0, limit).astype(np.int64)
    high = np.clip(np.floor(corners.max(axis=1) + band), -1, limit - 1).astype(np.int64)
    return low, np.maximum(high - low + 1, 0)


def _cut(
    corners: np.ndarray, colors: np.ndarray, shape: tuple[int, int, int], band: float
) -> tuple[np.ndarray, np.ndarray]:
    """The triangles near the lattice, those with a long edge cut at its middle until none has one."""
    done: list[tuple[np.ndarray, np.ndarray]] = []
    while len(corners):
        near = (_cells_around(corners, shape, band)[1] > 0).all(axis=1) & (_areas(corners) > SMALLEST_AREA)
        corners, colors = corners[near], colors[near]
        edges = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2)
        long = edges.max(axis=1, initial=0.0) > LONGEST_EDGE
        done.append((corners[~long], colors[~long]))
        turned = (edges[long].argmax(axis=1)[:, None] + np.arange(3)) % 3  # the longest edge is the first
        corners, colors = _halved(corners[long], turned), _halved(colors[long], turned)
    return np.concatenate([each for each, _ in done]), np.concatenate([each for _, each in done])


def _areas(corners: np.ndarray) -> np.ndarray:
    across: np.ndarray = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas: np.ndarray = np.linalg.norm(across, axis=1) / 2
    return areas


def _halved(values: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """Triangles (m, 3, k) as (2 m, 3, k), cut from the middle of the first edge of each as it is `turned`."""
    a, b, c = np.take_along_axis(values, turned[:, :, None], axis=1).transpose(1, 0, 2)
    middle = (a + b) / 2
    return np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])


def _keep_nearest(
    distance: np.ndarray, color: np.ndarray, index: np.ndarray, cells: np.ndarray, corners: np.ndarray,
    colors: np.ndarray,
) -> None:  # fmt: skip
    weights = barycentric_of_nearest(cells.astype(np.float64), corners)
    found = np.linalg.norm((weights[:, :, None] * corners).sum(axis=1) - cells, axis=1).astype(np.float32)
    nearer = np.flatnonzero(found < distance[index])
    nearer = nearer[np.argsort(-found[nearer], kind="stable")]  # of several for one cell the last is written
    distance[index[nearer]] = found[nearer]
    color[index[nearer]] = (weights[nearer, :, None] * colors[nearer]).sum(axis=1)


def barycentric_of_nearest(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(n, 3): weights of the corners of each triangle (n, 3, 3) whose mean is its nearest point.

    That is the foot on the plane where it lies inside, else the nearest of the feet on the three edges.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, points - a
    aa, bb, mixed = _dot(ab, ab), _dot(ac, ac), _dot(ab, ac)
    size = np.maximum(aa * bb - mixed * mixed, 1e-30)
    second = (bb * _dot(ab, ap) - mixed * _dot(ac, ap)) / size
    third = (aa * _dot(ac, ap) - mixed * _dot(ab, ap)) / size
    weights = np.stack([1 - second - third, second, third], axis=1)
    outside = (weights < 0).any(axis=1) | (aa * bb - mixed * mixed < 1e-12)
    weights[outside] = _on_edges(points[outside], corners[outside])
    return weights


def _on_edges(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    starts, ends = corners, np.roll(corners, -1, axis=1)
    along = ends - starts
    share = _dot(points[:, None] - starts, along) / np.maximum(_dot(along, along), 1e-30)
    share = np.clip(share, 0, 1)
    away = np.linalg.norm(starts + share[..., None] * along - points[:, None], axis=2)
    edge, row = away.argmin(axis=1), np.arange(len(points))
    weights = np.zeros((len(points), 3))
    weights[row, edge] = 1 - share[row, edge]
    weights[row, (edge + 1) % 3] += share[row, edge]
    return weights


def _dot(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    product: np.ndarray = np.einsum("...i,...i->...", left, right)
    return product
