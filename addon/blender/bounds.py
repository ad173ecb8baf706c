"""The box as an Empty that a person moves, turns and scales, and the box that a job is to fill.

Any Empty will do: its cube of half-width `empty_display_size` is the box, whatever it is displayed as.
"""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from mathutils import Matrix

from ..core.box import Box, cube, from_cube, moved, to_scene
from ..core.box import around as box_around
from ..core.errors import SceneError
from .results import is_result

NAME = "Dreamwright Box"
SOLID = {"MESH", "CURVE", "SURFACE", "META", "FONT", "CURVES", "POINTCLOUD", "VOLUME"}
MARGIN = 1.1
"""A box around things is this much larger than they are, so that a surface does not touch it."""
THINNEST = 0.25
"""Of the longest side: a box that is almost flat would have hardly any voxels across."""


def chosen_empty(scene: bpy.types.Scene) -> bpy.types.Object | None:
    """The Empty that a person chose as the box, None where none is, or where it left the scene."""
    empty = scene.dreamwright.place.box
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


def wanted_box(scene: bpy.types.Scene) -> Box:
    """The box for the next job: the chosen Empty's, else that of the numbers in the panel.

    Raises:
        SceneError: the Empty cannot be a box.
    """
    empty = chosen_empty(scene)
    return box_of(empty) if empty else Box(tuple(scene.dreamwright.centre), tuple(scene.dreamwright.size))


def subject_box(context: bpy.types.Context) -> Box:
    """What pictures of the scene are to show: the chosen Empty's box, else what is around everything solid.

    Raises:
        SceneError: there is nothing to see, or the Empty cannot be a box.
    """
    empty = chosen_empty(context.scene)
    return box_of(empty) if empty else scene_box(context)


def scene_box(context: bpy.types.Context) -> Box:
    """The box around everything solid that this scene renders, our own results left out.

    Raises:
        SceneError: there is nothing to see.
    """
    return box_around_things(context, (thing for thing in context.scene.objects if _is_subject(thing)))


def box_around_things(context: bpy.types.Context, things: Iterable[bpy.types.Object]) -> Box:
    """The box along the axes around these objects, modifiers applied, with a margin.

    Raises:
        SceneError: there are none.
    """
    graph = context.evaluated_depsgraph_get()
    corners = [_corners(thing.evaluated_get(graph)) for thing in things]
    if not corners:
        raise SceneError("There is nothing to reconstruct in this scene: add an object that is shown in renders.")
    tight = box_around(np.concatenate(corners))
    size = np.maximum(tight.size, max(tight.size) * THINNEST) * MARGIN
    return Box(tight.centre, tuple(size.tolist()))


def new_empty(scene: bpy.types.Scene, box: Box) -> bpy.types.Object:
    """An Empty that is this box, chosen as the box of the scene."""
    made = bpy.data.objects.new(NAME, None)
    made.empty_display_type, made.empty_display_size = "CUBE", 1.0
    made.matrix_world = Matrix(cube(box))
    scene.collection.objects.link(made)
    scene.dreamwright.place.box = made
    return made


def turn_with(box: Box, thing: bpy.types.Object) -> None:
    """Bring an object from the box's own frame, in which its job worked, to where the box stands in the scene."""
    thing.matrix_world = Matrix(to_scene(box)) @ thing.matrix_basis


def _is_subject(thing: bpy.types.Object) -> bool:
    return thing.type in SOLID and not thing.hide_render and not is_result(thing) and thing.visible_camera


def _corners(thing: bpy.types.Object) -> np.ndarray:
    return moved(np.array(thing.matrix_world), np.array(thing.bound_box))
