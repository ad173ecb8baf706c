"""The separate pieces of a closed surface: which are solid, which are cavities, and which of them stay.

A closed surface that looks outward encloses a positive volume, the wall of a cavity a negative one (divergence
theorem), so cavities are found without a look at the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..core.remesh_config import RemeshConfig


@dataclass(frozen=True)
class _Islands:
    """A surface and the piece that each of its faces belongs to."""

    points: np.ndarray
    faces: np.ndarray
    labels: np.ndarray

    def boxes(self) -> np.ndarray:
        """The lowest and the highest corner of each piece (pieces, 2, 3)."""
        order = np.argsort(self.labels, kind="stable")
        corners, starts = self.points[self.faces[order]], np.flatnonzero(np.diff(self.labels[order], prepend=-1))
        low, high = np.minimum.reduceat(corners.min(axis=1), starts), np.maximum.reduceat(corners.max(axis=1), starts)
        return np.stack([low, high], axis=1)

    def holds(self, outer: int, inner: int) -> bool:
        """Tells whether a point of `inner` lies in what `outer` encloses; pieces never cross."""
        at = self.points[self.faces[np.argmax(self.labels == inner), 0]]
        return abs(winding_number(at, self.points, self.faces[self.labels == outer])) > 0.5


def select_faces(points: np.ndarray, faces: np.ndarray, wanted: RemeshConfig) -> np.ndarray:
    """Returns which of `faces` (m, 3 or 4) stay, as a mask (m,); the largest piece always does."""
    labels = label_islands(len(points), faces)[faces[:, 0]]
    volumes = signed_volumes(points, faces, labels)
    if len(volumes) == 1:
        return np.ones(len(faces), bool)
    stays = _large_enough(volumes, np.bincount(labels), wanted)
    settle = _fill_cavities if wanted.fill_holes else _keep_enclosed_cavities
    return settle(stays, volumes, _Islands(points, faces, labels))[labels]


def without_loose_points(points: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points that `faces` use, and the faces by their new numbers."""
    used = np.zeros(len(points), bool)
    used[faces] = True
    return points[used], (np.cumsum(used) - 1)[faces].astype(np.int32)


def label_islands(count: int, faces: np.ndarray) -> np.ndarray:
    """The number of the connected piece of each of `count` points, from 0 in the order of their first points.

    Every root takes the smallest root that an edge leads to, then paths are halved: rounds grow with the logarithm of
    the size (Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm").
    """
    roots = np.arange(count)
    one, other = np.repeat(faces[:, 0], faces.shape[1] - 1), faces[:, 1:].ravel()
    while True:
        first, second = roots[one], roots[other]
        apart = first != second
        if not apart.any():
            return np.unique(roots, return_inverse=True)[1].reshape(-1)
        one, other, first, second = one[apart], other[apart], first[apart], second[apart]
        np.minimum.at(roots, np.maximum(first, second), np.minimum(first, second))
        while (roots != roots[roots]).any():
            roots = roots[roots]


def signed_volumes(points: np.ndarray, faces: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Volume that each piece encloses, negative for cavities: sum of a . (b x c) / 6 over its triangles."""
    corners = points.astype(np.float64) - points.mean(axis=0)
    spans = [(0, 1, 2), (0, 2, 3)][: faces.shape[1] - 2]
    total = sum(_tetrahedra(*(corners[faces[:, i]] for i in span)) for span in spans)
    return np.bincount(labels, total) / 6


def winding_number(at: np.ndarray, points: np.ndarray, faces: np.ndarray) -> float:
    """Counts how often the surface winds around `at`: 1 inside what looks outward, -1 inside a cavity's wall, 0
    outside.

    The solid angle of each triangle by Van Oosterom and Strackee 1983, "The solid angle of a plane triangle", eq. 8.
    """
    spokes = points.astype(np.float64) - at
    spans = [(0, 1, 2), (0, 2, 3)][: faces.shape[1] - 2]
    return sum(_solid_angles(*(spokes[faces[:, i]] for i in span)).sum() for span in spans) / (4 * np.pi)


def _tetrahedra(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", a, np.cross(b, c))


def _solid_angles(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    la, lb, lc = (np.linalg.norm(each, axis=1) for each in (a, b, c))
    dots = [np.einsum("ij,ij->i", *pair) for pair in ((a, b), (b, c), (c, a))]
    return 2 * np.arctan2(_tetrahedra(a, b, c), la * lb * lc + dots[0] * lc + dots[1] * la + dots[2] * lb)


def _large_enough(volumes: np.ndarray, counts: np.ndarray, wanted: RemeshConfig) -> np.ndarray:
    """Returns which solid pieces are large enough to stay (m,); no cavity is."""
    sizes = np.where(volumes > 0, volumes if wanted.measure == "volume" else counts, -1.0)
    if wanted.islands == "all":
        return volumes > 0
    if wanted.islands == "largest":
        return (volumes > 0) & np.isin(np.arange(len(sizes)), np.argsort(-sizes, kind="stable")[: wanted.largest])
    return sizes >= sizes.max() * wanted.min_size_percent / 100


def _fill_cavities(stays: np.ndarray, volumes: np.ndarray, parts: _Islands) -> np.ndarray:
    """Takes away what floats in a cavity: it would be drowned in the solid."""
    boxes = parts.boxes()
    for piece in np.flatnonzero(stays):
        holes = [each for each in _enclosing(piece, boxes) if volumes[each] < 0]
        stays[piece] = not any(parts.holds(hole, piece) for hole in holes)
    return stays


def _keep_enclosed_cavities(stays: np.ndarray, volumes: np.ndarray, parts: _Islands) -> np.ndarray:
    """A cavity stays where the smallest solid around it does."""
    boxes = parts.boxes()
    for cavity in np.flatnonzero(volumes < 0):
        solids = [each for each in _enclosing(cavity, boxes) if volumes[each] > -volumes[cavity]]
        stays[cavity] = stays[_enclosing_solid(cavity, sorted(solids, key=lambda each: volumes[each]), parts)]
    return stays


def _enclosing_solid(cavity: int, solids: list[int], parts: _Islands) -> int:
    """The first of `solids` that holds the cavity; the last need not be asked, since something does."""
    return next((each for each in solids[:-1] if parts.holds(each, cavity)), solids[-1])


def _enclosing(piece: int, boxes: np.ndarray) -> np.ndarray:
    """The pieces whose box (low, high) holds the box of `piece`."""
    around = (boxes[:, 0] <= boxes[piece, 0]).all(axis=1) & (boxes[:, 1] >= boxes[piece, 1]).all(axis=1)
    around[piece] = False
    return np.flatnonzero(around)
