"""The box as an Empty that a person moves, turns and scales, and the box that a job is to fill.

Any Empty will do: its cube of half-width `empty_display_size` is the box, whatever it is displayed as.
"""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from mathutils import Matrix

from ..core.box import Box, cube_matrix, from_cube, to_scene, transform_points
from ..core.box import bounding_box as box_around
from ..core.errors import SceneError
from .results import is_result

NAME = "Dreamwright Box"
SOLID = {"MESH", "CURVE", "SURFACE", "META", "FONT", "CURVES", "POINTCLOUD", "VOLUME"}
MARGIN = 1.1
"""A box around things is this much larger than they are, so that a surface does not touch it."""
MIN_THICKNESS = 0.25
"""Of the longest side: a box that is almost flat would have hardly any voxels across."""


def box_empty(scene: bpy.types.Scene) -> bpy.types.Object | None:
    """The Empty that a person chose as the box, None where none is, or where it left the scene."""
    empty = scene.dreamwright.scene_setup.box
    return empty if empty is not None and empty.name in scene.objects else None


def box_of(empty: bpy.types.Object) -> Box:
    """The box that an Empty stands for.

    Raises:
        SceneError: it is flat, or skewed by its parent.
    """
    try:
        return from_cube(np.array(empty.matrix_world) @ np.diag([empty.empty_display_size] * 3 + [1.0]))
    except SceneError as error:
        raise SceneError(error.sentence.replace("The box", f"The box '{empty.name}'", 1)) from error


def job_box(scene: bpy.types.Scene) -> Box:
    """The box for the next job: the chosen Empty's, else that of the numbers in the panel.

    Raises:
        SceneError: the Empty cannot be a box.
    """
    empty = box_empty(scene)
    return box_of(empty) if empty else Box(tuple(scene.dreamwright.center), tuple(scene.dreamwright.size))


def subject_box(context: bpy.types.Context) -> Box:
    """Returns what pictures of the scene are to show: the chosen Empty's box, else what is around everything solid.

    Raises:
        SceneError: there is nothing to see, or the Empty cannot be a box.
    """
    empty = box_empty(context.scene)
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


def new_empty(scene: bpy.types.Scene, box: Box) -> bpy.types.Object:
    """An Empty that is this box, chosen as the box of the scene."""
    made = bpy.data.objects.new(NAME, None)
    made.empty_display_type, made.empty_display_size = "CUBE", 1.0
    made.matrix_world = Matrix(cube_matrix(box))
    scene.collection.objects.link(made)
    scene.dreamwright.scene_setup.box = made
    return made


def apply_box_rotation(box: Box, obj: bpy.types.Object) -> None:
    """Bring an object from the box's own frame, in which its job worked, to where the box stands in the scene."""
    obj.matrix_world = Matrix(to_scene(box)) @ obj.matrix_basis


def _is_subject(obj: bpy.types.Object) -> bool:
    return obj.type in SOLID and not obj.hide_render and not is_result(obj) and obj.visible_camera


def _corners(obj: bpy.types.Object) -> np.ndarray:
    return transform_points(np.array(obj.matrix_world), np.array(obj.bound_box))
