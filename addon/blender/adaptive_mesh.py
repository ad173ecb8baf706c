"""A dense surface becomes one of few triangles: large where it is flat, small where it bends.

Blender's own Decimate (edges collapsed by quadric error, Garland and Heckbert 1997) knows a count and no error. So it
is asked for half again and again, and each answer is held against the dense surface from both sides: points of the new
one against the old, points of the old against the new, and whether it crosses itself. Where it fails, those points stay
fixed and the pass is done again; when nothing more can be taken away, that was it. Points where colors or parts change
are fixed from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
from mathutils.bvhtree import BVHTree

from .crossings import crossing_faces, distances, nearest_faces, tree_of
from .grid_mesh import Surface, parts_of_faces
from .triangles import collapsed

T = TypeVar("T")
Aside = Callable[[Callable[[], T]], Generator[None, None, T]]
"""Does work that needs no bpy, and yields until it is done: in a thread, where somebody draws meanwhile."""

FIRST_RATIO, LAST_RATIO = 0.25, 0.85
"""Of free triangles, what the first pass leaves; and the ratio above which a further pass is not worth its time."""
RATIO = 0.5
TRIES = 2
"""Passes at one ratio, with more points fixed each time."""
ASKED, PROBES = 10_000, 3_000
"""Points of an answer (corners, middles of edges and of faces) and of the dense surface, whose distances are asked for:
all of a small answer."""
COLOR_STEP, COLORED_SHARE = 0.08, 0.15
"""Difference of sRGB along an edge that is a border between colors; and the share of points that may lie on one: a
color that is noise has no borders."""


@dataclass(frozen=True)
class _Yardstick:
    """The dense surface and how far from it an answer may lie, in meters."""

    tree: BVHTree
    probes: np.ndarray
    bound: float

    def faults(self, points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
        """Places (k, 3) where a surface is too far off, or crosses itself."""
        corners, tree = points[triangles], tree_of(points, triangles)
        ends = points[np.unique(np.sort(_edges(triangles), axis=1), axis=0)]
        asked = _some(np.concatenate([points, corners.mean(axis=1), ends.mean(axis=1)]), ASKED)
        far, missed = distances(self.tree, asked) > self.bound, distances(tree, self.probes) > self.bound
        return np.concatenate([asked[far], self.probes[missed], corners[crossing_faces(tree)].reshape(-1, 3)])


def adapt(surface: Surface, bound: float, aside: Aside[Any], budget: int = 0) -> Generator[None, None, Surface]:
    """The surface of triangles with as few as keep within `bound` meters; a `budget` that is not 0 is met, whatever it
    costs.

    Only Blender's Decimate itself runs on the main thread, and between two of its passes others have their turn; what
    is measured between them is done `aside`.
    """
    dense, fixed = yield from aside(
        lambda: (tree_of(surface.points, surface.faces), surface.points[_on_border(surface)])
    )
    yardstick = _Yardstick(dense, _some(surface.points, PROBES), bound)
    mesh = yield from _reduce(surface.points, surface.faces, fixed, yardstick, aside)
    if 0 < budget < len(mesh[1]):
        mesh = collapsed(*mesh, budget)
    return (yield from aside(lambda: _carried_over(surface, dense, *mesh)))


def _reduce(
    points: np.ndarray, triangles: np.ndarray, fixed: np.ndarray, yardstick: _Yardstick, aside: Aside[Any]
) -> Generator[None, None, tuple[np.ndarray, np.ndarray]]:
    """Pass after pass, until nothing more can be taken away."""
    ratio, tries = FIRST_RATIO, 0
    while ratio < LAST_RATIO:
        held = _is_among(points, fixed)
        answer = collapsed(points, triangles, _target(held, ratio), held)
        if len(answer[1]) >= LAST_RATIO * len(triangles):
            break
        faults = yield from aside(partial(yardstick.faults, *answer))
        if not len(faults):
            (points, triangles), ratio, tries = answer, max(ratio, RATIO), 0
            continue
        fixed = yield from aside(partial(_with_fixed, fixed, points, triangles, faults))
        tries += 1
        if tries >= TRIES:
            ratio, tries = ratio**0.5, 0
    return points, triangles


def _with_fixed(fixed: np.ndarray, points: np.ndarray, triangles: np.ndarray, faults: np.ndarray) -> np.ndarray:
    """Adds the corners of the triangles that are nearest to faults."""
    near = nearest_faces(tree_of(points, triangles), np.unique(faults, axis=0))
    return np.concatenate([fixed, points[np.unique(triangles[near])]])


def _target(held: np.ndarray, ratio: float) -> int:
    """A closed surface has about two triangles for each point."""
    return int(2 * (held.sum() + ratio * (~held).sum()))


def _is_among(points: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Tells which of `points` are one of `some`, to the last bit: a point that is fixed does not move."""
    row = np.dtype((np.void, 12))
    keys = [np.ascontiguousarray(each, np.float32).view(row).reshape(-1) for each in (points, some)]
    return np.isin(*keys)


def _some(points: np.ndarray, count: int) -> np.ndarray:
    """Returns at most `count` of the points, drawn with a fixed seed."""
    return points if len(points) <= count else points[np.random.default_rng(0).permutation(len(points))[:count]]


def _edges(triangles: np.ndarray) -> np.ndarray:
    """Each side of each triangle (3 m, 2)."""
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


def _on_border(surface: Surface) -> np.ndarray:
    """Tells which points lie where the color changes, or where faces of two parts meet."""
    edges = _edges(surface.faces)
    steps = np.abs(surface.colors[edges[:, 0]] - surface.colors[edges[:, 1]]).max(axis=1)
    largest = np.zeros(len(surface.points), np.float32)
    np.maximum.at(largest, edges[:, 0], steps)
    border = largest > max(COLOR_STEP, float(np.quantile(largest, 1 - COLORED_SHARE)))
    parts = parts_of_faces(surface)
    if parts is not None:
        low, high = np.full(len(largest), np.iinfo(np.int32).max), np.full(len(largest), -1)
        for corner in range(3):
            np.minimum.at(low, surface.faces[:, corner], parts)
            np.maximum.at(high, surface.faces[:, corner], parts)
        border |= low != high
    return border


def _carried_over(surface: Surface, dense: BVHTree, points: np.ndarray, triangles: np.ndarray) -> Surface:
    """Colors of the nearest dense points and parts of the nearest dense faces."""
    corners = surface.faces[nearest_faces(dense, points)]
    away = np.linalg.norm(surface.points[corners] - points[:, None], axis=-1)
    colors = surface.colors[np.take_along_axis(corners, away.argmin(axis=1)[:, None], axis=1)[:, 0]]
    parts = parts_of_faces(surface)
    if parts is not None:
        parts = parts[nearest_faces(dense, points[triangles].mean(axis=1))]
    return replace(surface, points=points, faces=triangles, colors=colors, face_parts=parts, is_adaptive=True)
