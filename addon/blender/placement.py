"""Where a new result is placed when nobody said where: at the 3D cursor, beside what stands there already."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from ..core.box import Box, corners
from . import ours, region_marks, results
from .switched_off import is_switched_off

SOLID = {"MESH", "CURVE", "SURFACE", "META", "FONT", "CURVES", "POINTCLOUD", "VOLUME"}
TOUCH = 0.05
"""Of the box's size: so much of something may reach into it, as the floor that it stands on does."""
STEP = 1.1
"""From one place to the next, in sizes of the box."""
RINGS = 6
"""How many places to each side are tried."""
ROOM = 4.0
"""What is more than so many times as large as the box may be around it without being in it: a room, a landscape."""
MAX_FACES = 500_000
"""Of something larger than that, not every face is looked at: a person would wait."""
_FACES = [(0, 1, 3, 2), (4, 5, 7, 6), (0, 1, 5, 4), (2, 3, 7, 6), (0, 2, 6, 4), (1, 3, 7, 5)]


def free_box(scene: bpy.types.Scene, box: Box) -> Box:
    """The box, or the nearest place beside it on the same ground where nothing of the user's is; where there is none,
    the box."""
    obstacles = [_Obstacle(obj) for obj in scene.objects if _is_obstacle(obj, scene)]
    return next((each for each in _candidates(box) if not any(one.reaches(each) for one in obstacles)), box)


class _Obstacle:
    """Something of the user's, that a result must not be in."""

    def __init__(self, obj: bpy.types.Object) -> None:
        self._obj = obj
        self._bounds = _evaluated_box(obj)
        self._tree: BVHTree | None = None

    def reaches(self, box: Box) -> bool:
        inner = corners(Box(box.center, tuple(side * (1 - 2 * TOUCH) for side in box.size), box.rotation_degrees))
        low, high = inner.min(axis=0), inner.max(axis=0)
        if (self._bounds[1] <= low).any() or (self._bounds[0] >= high).any():
            return False
        if np.ptp(self._bounds, axis=0).max() <= ROOM * max(box.size):
            return True
        return bool(self._surface().overlap(_tree_of(inner)))

    def _surface(self) -> BVHTree:
        if self._tree is None:
            self._tree = _tree_in_scene(self._obj)
        return self._tree


def _evaluated_box(obj: bpy.types.Object) -> np.ndarray:
    """The lowest and the highest corner (2, 3) in the scene of what modifiers and the like make of an object."""
    shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    corners_now = np.array([shown.matrix_world @ Vector(corner) for corner in shown.bound_box])
    return np.stack([corners_now.min(axis=0), corners_now.max(axis=0)])


def _is_obstacle(obj: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    if obj.type not in SOLID or region_marks.kind_of(obj):
        return False  # what is kept out of a result may well stand where it comes to be
    if is_switched_off(obj, scene) and is_switched_off(obj, scene, for_renders=False):
        return False
    return not ours.is_ours(obj) or (results.is_result(obj) and not results.is_untransformed(obj))


def _candidates(box: Box) -> Iterator[Box]:
    """The box, then those around it: the nearest first, to the right before the left."""
    sides = range(-RINGS, RINGS + 1)
    steps = sorted(itertools.product(sides, sides), key=lambda at: (at[0] ** 2 + at[1] ** 2, abs(at[1]), -at[0], at[1]))
    for across, along in steps:
        shift = (across * STEP * box.size[0], along * STEP * box.size[1], 0.0)
        yield Box(tuple(c + s for c, s in zip(box.center, shift, strict=True)), box.size, box.rotation_degrees)


def _tree_of(points: np.ndarray) -> BVHTree:
    return BVHTree.FromPolygons([Vector(point) for point in points], _FACES)


def _tree_in_scene(obj: bpy.types.Object) -> BVHTree:
    """The faces of an object as it is evaluated, in the scene; empty where it has none, or too many to look at."""
    shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    try:
        mesh = shown.to_mesh()
    except RuntimeError:  # a kind of object without a surface
        return BVHTree.FromPolygons([], [])
    try:
        if mesh is None or len(mesh.polygons) > MAX_FACES:
            return BVHTree.FromPolygons([], [])
        points = [shown.matrix_world @ vertex.co for vertex in mesh.vertices]
        return BVHTree.FromPolygons(points, [polygon.vertices[:] for polygon in mesh.polygons])
    finally:
        shown.to_mesh_clear()
