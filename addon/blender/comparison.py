"""Takes side by side: linked duplicates in a row, each with its words under it, in a collection of their own."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Vector

from ..core.box import Box
from . import identity, placement, results, take_visibility, takes
from .ours import COMPARED
from .takes import Take

COLLECTION = "Dreamwright Comparison"
MARK = COMPARED
HIDDEN = "dreamwright_hidden_while_compared"
"""Custom property of what was hidden for a comparison."""
COLUMNS = 6
"""Takes in a row; the next row stands behind."""
SPACING = 1.25
"""From the middle of a take to the middle of the next, in widths of the widest."""
TEXT_HEIGHT = 0.09
"""Height of the words, in widths of the widest."""


def lay_out(scene: bpy.types.Scene, chosen: Sequence[Take], captions: Sequence[str], at: Vector) -> None:
    """Lay takes out in rows around `at`, or beside it where something stands already, in place of what was laid out
    before. The takes of the scene are hidden until it is taken away, and otherwise not touched."""
    remove(scene)
    collection = bpy.data.collections.new(COLLECTION)
    collection[MARK] = True
    scene.collection.children.link(collection)
    boxes = [_box(take.object) for take in chosen]
    widest = max(float(np.ptp(box, axis=0)[:2].max()) for box in boxes) or 1.0
    duplicates = [_duplicate(take) for take in chosen]
    _hide_takes(scene)
    middle = _free_middle(scene, at, len(chosen), widest * SPACING, max(float(np.ptp(box, axis=0)[2]) for box in boxes))
    for index, (duplicate, box, caption) in enumerate(zip(duplicates, boxes, captions, strict=True)):
        place = middle + _grid_offset(index, len(chosen), widest * SPACING)
        _stand(duplicate, box, place)
        _add(collection, duplicate, chosen[index].job)
        _add(collection, _caption(caption, place, box, widest * TEXT_HEIGHT))


def compared_objects(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """Everything that was laid out."""
    collections = [each for each in scene.collection.children_recursive if MARK in each]
    return [obj for collection in collections for obj in collection.objects if MARK in obj]


def remove(scene: bpy.types.Scene) -> int:
    """Take away what was laid out, and only that, and show what was hidden for it; how many takes that were."""
    count = 0
    for collection in [each for each in scene.collection.children_recursive if MARK in each]:
        for obj in [each for each in collection.objects if MARK in each]:
            count += obj.type != "FONT"
            _delete(obj)
        if not collection.objects and not collection.children:  # else the user keeps things of their own in it
            bpy.data.collections.remove(collection)
        else:
            del collection[MARK]
    _show_hidden(scene)
    return count


def _hide_takes(scene: bpy.types.Scene) -> None:
    """Hide every take that is seen, and note on each object that it was we who did."""
    seen = [part for take in takes.list_takes(scene) for part in take_visibility.parts_of(scene, take)]
    copies = [copy for take in takes.list_takes(scene) for copy in _unmoved_copies(scene, take)]
    for obj in dict.fromkeys([*seen, *copies]):
        if not take_visibility.is_hidden(obj) and not identity.why_not_changeable(obj) and obj.mode == "OBJECT":
            obj[HIDDEN] = True
            take_visibility.hide_object(obj)


def _unmoved_copies(scene: bpy.types.Scene, take: Take) -> list[bpy.types.Object]:
    """The copies of a take's object that nobody moved: they stand where it does."""
    among = (obj for obj in takes.objects_showing(scene, take.job) if takes.PROMOTED not in obj)
    return [obj for obj in among if results.is_untransformed(obj)]


def _show_hidden(scene: bpy.types.Scene) -> None:
    for obj in [each for each in scene.objects if HIDDEN in each]:
        del obj[HIDDEN]
        obj.hide_viewport = obj.hide_render = False


def _free_middle(scene: bpy.types.Scene, at: Vector, count: int, step: float, height: float) -> Vector:
    """Returns where the middle of the first row is, so that no take is inside something of the user's."""
    columns, rows = min(count, COLUMNS), -(-count // COLUMNS)
    size = columns * step, rows * step, max(height, 1e-3)
    behind = (rows - 1) * step / 2
    free = placement.free_box(scene, Box((at.x, at.y + behind, at.z + size[2] / 2), size))
    return Vector((free.center[0], free.center[1] - behind, at.z))


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


def _duplicate(take: Take) -> bpy.types.Object:
    """The take as it looks."""
    double = take.object.copy()
    for name in [name for name in double.keys() if name.startswith("dreamwright_")]:  # noqa: SIM118 - is no dictionary
        del double[name]
    double.name = f"{take.name} compared"
    double.parent = None
    double.constraints.clear()
    double.animation_data_clear()
    double.hide_viewport = double.hide_render = False
    return double


def _stand(double: bpy.types.Object, box: np.ndarray, place: Vector) -> None:
    """Put the middle of its bottom at `place`."""
    low, high = box.min(axis=0), box.max(axis=0)
    double.location = place - Vector(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]))


def _caption(caption: str, place: Vector, box: np.ndarray, size: float) -> bpy.types.Object:
    """The words stand upright below the take, so that they are read from the front as well as from above it."""
    curve = bpy.data.curves.new("Dreamwright Words", "FONT")
    curve.body, curve.size, curve.align_x = caption, size, "CENTER"
    words = bpy.data.objects.new(curve.name, curve)
    words.rotation_euler.x = np.pi / 2
    words.location = place + Vector((0.0, float(np.ptp(box, axis=0)[1]) / -2, -1.2 * size))
    return words


def _add(collection: bpy.types.Collection, obj: bpy.types.Object, job: str = "") -> None:
    obj[MARK] = job
    collection.objects.link(obj)


def _delete(obj: bpy.types.Object) -> None:
    words = obj.data if obj.type == "FONT" else None
    bpy.data.objects.remove(obj)
    if words and not words.users:
        bpy.data.curves.remove(words)
