"""The box as an Empty that a person moves, turns and scales, and the box that a job is to fill.

Any Empty will do: its cube of half-width `empty_display_size` is the box, whatever it is displayed as.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..core.box import SMALLEST, Box, cube_matrix, from_cube, to_scene, transform_points
from ..core.box import bounding_box as box_around
from ..core.errors import SceneError
from .identity import is_in
from .ours import is_ours
from .placement import SOLID, free_box
from .switched_off import is_switched_off

NAME = "Dreamwright Box"
MARGIN = 1.1
"""A box around things is this much larger than they are, so that a surface does not touch it."""
START_MARGIN = 1.25
"""The same around meshes that a field starts from: the embedded models draw objects about as large in their box."""
MIN_THICKNESS = 0.25
"""Of the longest side: a box that is almost flat would have hardly any voxels across."""


def box_empty(scene: bpy.types.Scene) -> bpy.types.Object | None:
    """The Empty that a person chose as the box, None where none is, or where it left the scene."""
    empty = scene.dreamwright.scene_setup.box
    return empty if empty is not None and is_in(scene, empty) else None


def box_of(empty: bpy.types.Object) -> Box:
    """The box that an Empty stands for.

    Raises:
        SceneError: it is flat, or skewed by its parent.
    """
    try:
        return from_cube(np.array(empty.matrix_world) @ np.diag([empty.empty_display_size] * 3 + [1.0]))
    except SceneError as error:
        raise SceneError(error.sentence.replace("The box", f"The box '{empty.name}'", 1)) from error


def _visible_empty(scene: bpy.types.Scene) -> bpy.types.Object | None:
    """The chosen Empty; Blender does not move what is hidden, so where a hidden one stands is not known.

    Raises:
        SceneError: it is hidden.
    """
    empty = box_empty(scene)
    if empty and is_switched_off(empty, scene, for_renders=False):
        raise SceneError(f"The box '{empty.name}' is hidden or excluded: show it, or choose no box.")
    return empty


def job_box(scene: bpy.types.Scene) -> Box:
    """The box for the next job: the chosen Empty's, else that of the numbers in the panel; at the 3D cursor where
    those say no center.

    Raises:
        SceneError: the Empty cannot be a box.
    """
    empty = _visible_empty(scene)
    return box_of(empty) if empty else _box_of_numbers(scene)


def box_for_new_result(scene: bpy.types.Scene, given: Mapping[str, Any] | None = None) -> Box:
    """The box for a job that begins now: the chosen Empty's, else that of the panel's numbers or of those `given`;
    where nothing says its center, at the 3D cursor, or beside it where something stands already.

    Raises:
        SceneError: the Empty cannot be a box.
    """
    base, given = job_box(scene), given or {}
    size = tuple(given.get("size", base.size))
    turn = tuple(given.get("rotation_degrees", base.rotation_degrees))
    if "center" in given:
        return Box(tuple(given["center"]), size, turn)
    if box_empty(scene) or not is_at_cursor(scene):
        return Box(base.center, size, turn)
    return free_box(scene, Box(_above(scene.cursor.location, size[2]), size, turn))


def is_at_cursor(scene: bpy.types.Scene) -> bool:
    """Tells whether nobody said where results are to be: then they stand at the 3D cursor."""
    return not scene.dreamwright.is_property_set("center")


def set_at_cursor(scene: bpy.types.Scene, wanted: bool) -> None:
    """Have results stand at the 3D cursor, or where it is now."""
    if wanted:
        scene.dreamwright.property_unset("center")
    else:
        scene.dreamwright.center = _box_of_numbers(scene).center


def _box_of_numbers(scene: bpy.types.Scene) -> Box:
    size = tuple(scene.dreamwright.size)
    return Box(_above(scene.cursor.location, size[2]) if is_at_cursor(scene) else tuple(scene.dreamwright.center), size)


def _above(ground: Vector, height: float) -> tuple[float, float, float]:
    """The center of what stands on a point."""
    return ground.x, ground.y, ground.z + height / 2


def subject_box(context: bpy.types.Context) -> Box:
    """Returns what pictures of the scene are to show: the chosen Empty's box, else what is around everything solid.

    Raises:
        SceneError: there is nothing to see, or the Empty cannot be a box.
    """
    empty = _visible_empty(context.scene)
    return box_of(empty) if empty else scene_box(context)


def scene_box(context: bpy.types.Context) -> Box:
    """The box around everything solid that this scene renders, our own results left out.

    Raises:
        SceneError: there is nothing to see.
    """
    return box_around_objects(context, (obj for obj in context.scene.objects if _is_subject(obj)))


def box_around_objects(context: bpy.types.Context, objects: Iterable[bpy.types.Object]) -> Box:
    """The box along the axes around these objects, modifiers applied, with a margin.

    Raises:
        SceneError: there are none.
    """
    graph = context.evaluated_depsgraph_get()
    corners = [_corners(obj.evaluated_get(graph)) for obj in objects]
    if not corners:
        raise SceneError("There is nothing to reconstruct in this scene: add an object that is shown in renders.")
    tight = box_around(np.concatenate(corners))
    size = np.maximum(tight.size, max(tight.size) * MIN_THICKNESS) * MARGIN
    return Box(tight.center, tuple(size.tolist()))


def box_of_meshes(points: np.ndarray) -> Box:
    """A cube around points (n, 3) of the scene: words work in a cube, and what is to start in it needs room to grow."""
    tight = box_around(points)
    side = max(max(tight.size) * START_MARGIN, SMALLEST)
    return Box(tight.center, (side, side, side))


def new_empty(scene: bpy.types.Scene, box: Box) -> bpy.types.Object:
    """An Empty that is this box, chosen as the box of the scene."""
    made = bpy.data.objects.new(NAME, None)
    made.empty_display_type = "CUBE"
    set_box(made, box)
    scene.collection.objects.link(made)
    scene.dreamwright.scene_setup.box = made
    return made


def set_box(empty: bpy.types.Object, box: Box) -> None:
    """Has an Empty stand for this box."""
    empty.empty_display_size = 1.0
    empty.matrix_world = Matrix(cube_matrix(box))


def apply_box_rotation(box: Box, obj: bpy.types.Object) -> None:
    """Bring an object from the box's own frame, in which its job worked, to where the box stands in the scene."""
    obj.matrix_world = Matrix(to_scene(box)) @ obj.matrix_basis


def _is_subject(obj: bpy.types.Object) -> bool:
    return obj.type in SOLID and not obj.hide_render and not is_ours(obj) and obj.visible_camera


def _corners(obj: bpy.types.Object) -> np.ndarray:
    return transform_points(np.array(obj.matrix_world), np.array(obj.bound_box))
