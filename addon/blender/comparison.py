"""Takes side by side: linked duplicates in a row, each with its words under it, in a collection of their own."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Vector

from .takes import Take

COLLECTION = "Dreamwright Comparison"
MARK = "dreamwright_compared"
COLUMNS = 6
"""Takes in a row; the next row stands behind."""
SPACING = 1.25
"""From the middle of a take to the middle of the next, in widths of the widest."""
TEXT_HEIGHT = 0.09
"""Height of the words, in widths of the widest."""


def lay_out(scene: bpy.types.Scene, chosen: Sequence[Take], captions: Sequence[str], at: Vector) -> None:
    """Lay takes out in rows around `at`, in place of what was laid out before; the takes themselves are not touched."""
    remove(scene)
    collection = bpy.data.collections.new(COLLECTION)
    collection[MARK] = True
    scene.collection.children.link(collection)
    boxes = [_box(take.object) for take in chosen]
    widest = max(float(np.ptp(box, axis=0)[:2].max()) for box in boxes) or 1.0
    for index, (take, box, caption) in enumerate(zip(chosen, boxes, captions, strict=True)):
        place = at + _grid_offset(index, len(chosen), widest * SPACING)
        _add(collection, _duplicate(take, box, place))
        _add(collection, _caption(caption, place, box, widest * TEXT_HEIGHT))


def remove(scene: bpy.types.Scene) -> int:
    """Take away what was laid out, and only that; how many takes that were."""
    count = 0
    for collection in [each for each in scene.collection.children_recursive if MARK in each]:
        for obj in [each for each in collection.objects if MARK in each]:
            count += obj.type != "FONT"
            _delete(obj)
        if not collection.objects and not collection.children:  # else the user keeps things of their own in it
            bpy.data.collections.remove(collection)
        else:
            del collection[MARK]
    return count


def is_laid_out(scene: bpy.types.Scene) -> bool:
    return any(MARK in each for each in scene.collection.children_recursive)


def _grid_offset(index: int, count: int, step: float) -> Vector:
    row, column = divmod(index, COLUMNS)
    in_row = min(COLUMNS, count - row * COLUMNS)
    return Vector(((column - (in_row - 1) / 2) * step, row * step, 0.0))


def _box(obj: bpy.types.Object) -> np.ndarray:
    """The corners of an object's box as it is turned and scaled by itself, (8, 3)."""
    turned = obj.matrix_basis.to_3x3()
    return np.array([turned @ Vector(corner) for corner in obj.bound_box])


def _duplicate(take: Take, box: np.ndarray, place: Vector) -> bpy.types.Object:
    """The take as it looks, its bottom's middle at `place`."""
    double = take.object.copy()
    for name in [name for name in double.keys() if name.startswith("dreamwright_")]:  # noqa: SIM118 - is no dictionary
        del double[name]
    double.name = f"{take.name} compared"
    double.parent = None
    double.constraints.clear()
    double.animation_data_clear()
    double.hide_viewport = double.hide_render = False
    low, high = box.min(axis=0), box.max(axis=0)
    double.location = place - Vector(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]))
    return double


def _caption(caption: str, place: Vector, box: np.ndarray, size: float) -> bpy.types.Object:
    """The words stand upright below the take, so that they are read from the front as well as from above it."""
    curve = bpy.data.curves.new("Dreamwright Words", "FONT")
    curve.body, curve.size, curve.align_x = caption, size, "CENTER"
    words = bpy.data.objects.new(curve.name, curve)
    words.rotation_euler.x = np.pi / 2
    words.location = place + Vector((0.0, float(np.ptp(box, axis=0)[1]) / -2, -1.2 * size))
    return words


def _add(collection: bpy.types.Collection, obj: bpy.types.Object) -> None:
    obj[MARK] = True
    collection.objects.link(obj)


def _delete(obj: bpy.types.Object) -> None:
    words = obj.data if obj.type == "FONT" else None
    bpy.data.objects.remove(obj)
    if words and not words.users:
        bpy.data.curves.remove(words)
