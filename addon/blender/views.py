"""The 3D views of a person: what arrives is seen in them, in its colors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from . import take_visibility

COLORS = "dreamwright_view_colors"
"""Custom property of a scene: which colors we had its views show, once; what a person then chooses holds."""
POINTS, TEXTURES = "VERTEX", "TEXTURE"
"""Blender's names of what the Solid view can show: colors of points ("Attribute"), and pictures."""
MARGIN = 2.5
"""Of the radius of what is framed: how far away the view's middle is seen from."""


def show_colors(scene: bpy.types.Scene, kind: str) -> None:
    """Have the Solid views of a scene show colors of points, or pictures, where they are as Blender begins: there is
    only the gray of materials in them. A view that a person set otherwise stays so."""
    before, scene[COLORS] = scene.get(COLORS, "MATERIAL"), kind
    for space, _ in _views(scene):
        shading = space.shading
        if shading.type == "SOLID" and shading.color_type == before:
            shading.color_type = kind


def frame_if_unseen(scene: bpy.types.Scene, objects: Iterable[bpy.types.Object]) -> None:
    """Have every view of a scene look at the objects in which their middle is not seen; in background none is drawn."""
    if bpy.app.background:
        return
    low, high = _box_around(objects)
    for space, view in _views(scene):
        if not is_in_view(np.array(view.perspective_matrix), (low + high) / 2):
            _frame(space, view, low, high)


def frame(scene: bpy.types.Scene, objects: Iterable[bpy.types.Object]) -> None:
    """Have every view of a scene look at the objects."""
    frame_box(scene, *_box_around(objects))


def frame_box(scene: bpy.types.Scene, low: np.ndarray, high: np.ndarray) -> None:
    """Have every view of a scene look at what lies between two corners."""
    for space, view in _views(scene):
        _frame(space, view, low, high)


def add_to_local_view(scene: bpy.types.Scene, obj: bpy.types.Object) -> None:
    """Have a new object seen also where a person looks at some objects only."""
    for space, _ in _views(scene):
        if space.local_view is not None:
            obj.local_view_set(space, True)


def is_in_view(perspective: np.ndarray, point: np.ndarray) -> bool:
    """Tells whether a point of the scene lies in the window that a matrix (4, 4) projects to [-1, 1]^2."""
    x, y, _, w = perspective @ np.array([*point, 1.0])
    return bool(w > 0 and abs(x) < w and abs(y) < w)


def _frame(space: Any, view: Any, low: np.ndarray, high: np.ndarray) -> None:
    """Returns what looks through a camera is left alone: it would be the camera that moved."""
    if view.view_perspective == "CAMERA" or space.region_3d.lock_rotation:
        return
    radius = max(float(np.linalg.norm(high - low)) / 2, 1e-3)
    view.view_location = Vector((low + high) / 2)
    view.view_distance = MARGIN * radius * space.lens / 50.0


def _box_around(objects: Iterable[bpy.types.Object]) -> tuple[np.ndarray, np.ndarray]:
    boxes = np.array([take_visibility.world_box(obj) for obj in objects])
    return boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)


def _views(scene: bpy.types.Scene) -> Iterator[tuple[Any, Any]]:
    """The 3D views of a scene, each as its space and its region's own view."""
    for window in bpy.context.window_manager.windows:
        if window.scene == scene:
            for area in (each for each in window.screen.areas if each.type == "VIEW_3D"):
                yield area.spaces.active, area.spaces.active.region_3d
