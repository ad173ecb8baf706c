"""Where an object stands, seen or not: the evaluated matrix where there is one, and the same where Blender has none."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from addon.blender.standing import world_matrix

PLACES = {
    "location": (1, 2, 3),
    "rotation_euler": Euler((0.1, 0.2, 0.3)),
    "scale": (2, -1, 0.5),
    "delta_location": (0.5, 0, 0),
    "delta_scale": (1, 1, 3),
    "delta_rotation_euler": Euler((0, 0, 0.4)),
}


def furnished():
    """A child of a parent, both turned, moved and scaled, deltas and parent inverse included."""
    parent, child = bpy.data.objects.new("Parent", bpy.data.meshes.new("Parent")), bpy.data.objects.new("Child", None)
    for obj in (parent, child):
        bpy.context.scene.collection.objects.link(obj)
        for name, value in PLACES.items():
            setattr(obj, name, value)
    child.parent, child.matrix_parent_inverse = parent, Matrix.Translation((0, 5, 0))
    bpy.context.view_layer.update()
    return parent, child


def test_it_is_what_blender_evaluates():
    for obj in furnished():
        assert np.array(world_matrix(obj)) == pytest.approx(np.array(obj.matrix_world), abs=1e-5)


def test_a_hidden_object_that_a_redo_brought_back_stands_where_it_stood():
    bpy.ops.ed.undo_push(message="before")
    _, child = furnished()
    stood = np.array(world_matrix(child))
    child.hide_viewport = True
    bpy.ops.ed.undo_push(message="made")
    bpy.ops.ed.undo()
    bpy.ops.ed.redo()
    bpy.context.view_layer.update()
    child = bpy.data.objects["Child"]
    assert np.array(child.matrix_world) == pytest.approx(np.eye(4)), "Blender says nothing of it"
    assert np.array(world_matrix(child)) == pytest.approx(stood, abs=1e-5)


def test_what_a_constraint_or_a_bone_holds_stands_where_blender_says():
    _, child = furnished()
    child.constraints.new("LIMIT_LOCATION").use_max_z = True
    bpy.context.view_layer.update()
    assert world_matrix(child) == child.matrix_world
    child.constraints.clear()
    child.parent_type = "VERTEX"
    assert world_matrix(child) == child.matrix_world
