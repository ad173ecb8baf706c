"""The box as an Empty: read as it lies in the scene, made, selected, lost; and what a job is then asked for."""

from __future__ import annotations

import math
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from mathutils import Euler, Vector
from small_scenes import lit_ball

from addon.blender import bounds
from addon.core import box as boxes
from addon.core.errors import SceneError
from addon.ui import requests


def empty(scale=(1.0, 1.0, 1.0), rotation=(0.0, 0.0, 0.0), location=(0.0, 0.0, 0.0), size=1.0):
    """An Empty of any display, chosen as the box."""
    made = bpy.data.objects.new("my box", None)
    made.empty_display_size = size
    made.location, made.rotation_euler, made.scale = location, rotation, scale
    bpy.context.scene.collection.objects.link(made)
    bpy.context.view_layer.update()
    bpy.context.scene.dreamwright.scene_setup.box = made
    return made


def corners_in_blender(obj):
    """Of the cube that Blender itself would draw."""
    half = obj.empty_display_size
    signs = [Vector((x, y, z)) for x in (-half, half) for y in (-half, half) for z in (-half, half)]
    return np.array([obj.matrix_world @ sign for sign in signs])


@pytest.mark.parametrize("mode", ["XYZ", "ZYX", "QUATERNION", "AXIS_ANGLE"])
@pytest.mark.parametrize("size", [1.0, 0.25])
def test_a_box_has_the_corners_that_blender_draws(mode, size):
    made = empty((1.0, 2.0, 0.5), (0.4, -1.1, 2.5), (3.0, -1.0, 2.0), size)
    made.rotation_mode = mode
    bpy.context.view_layer.update()
    found = boxes.corners(bounds.box_of(made))
    expected = corners_in_blender(made)
    distances = np.linalg.norm(found[:, None] - expected[None], axis=-1)
    assert distances.min(axis=1).max() < 1e-5 and distances.min(axis=0).max() < 1e-5


def test_a_parent_moves_the_box_with_it():
    made = empty(rotation=(0.0, 0.0, 0.3))
    made.parent = bpy.data.objects.new("parent", None)
    bpy.context.scene.collection.objects.link(made.parent)
    made.parent.location, made.parent.scale = (5.0, 0.0, 0.0), (2.0, 2.0, 2.0)
    bpy.context.view_layer.update()
    found = bounds.job_box(bpy.context.scene)
    assert (found.center, found.size) == (pytest.approx((5.0, 0.0, 0.0)), pytest.approx((4.0, 4.0, 4.0)))


def test_a_box_that_its_parent_skews_is_one_sentence_with_its_name():
    made = empty(rotation=(0.0, 0.0, math.radians(45)))
    made.parent = bpy.data.objects.new("parent", None)
    bpy.context.scene.collection.objects.link(made.parent)
    made.parent.scale = (1.0, 3.0, 1.0)
    bpy.context.view_layer.update()
    with pytest.raises(SceneError, match="The box 'my box' is skewed"):
        bounds.job_box(bpy.context.scene)
    with pytest.raises(RuntimeError, match="'my box' is skewed.*apply the parent's scale"):
        bpy.ops.dreamwright.generate(prompt="a cup")


def test_a_flat_box_is_one_sentence():
    empty(scale=(1.0, 0.0, 1.0))
    with pytest.raises(RuntimeError, match="The box 'my box' is flat"):
        bpy.ops.dreamwright.generate(prompt="a cup")


def test_without_an_empty_the_numbers_are_the_box():
    settings = bpy.context.scene.dreamwright
    settings.center, settings.size = (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)
    found = bounds.job_box(bpy.context.scene)
    assert (found.center, found.size, found.rotation_degrees) == ((1, 2, 3), (4, 5, 6), (0, 0, 0))


def test_an_empty_that_left_the_scene_is_no_box():
    made = empty(location=(9.0, 9.0, 9.0))
    bpy.context.scene.collection.objects.unlink(made)
    assert bounds.box_empty(bpy.context.scene) is None
    assert bounds.job_box(bpy.context.scene).center == (0.0, 0.0, 1.0)


def test_add_box_is_where_the_numbers_were_and_can_be_undone():
    settings = bpy.context.scene.dreamwright
    settings.center, settings.size = (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)
    before = boxes.corners(bounds.job_box(bpy.context.scene))
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.dreamwright.add_box("EXEC_DEFAULT", True) == {"FINISHED"}
    made = bpy.context.scene.dreamwright.scene_setup.box
    assert made.empty_display_type == "CUBE" and bpy.context.object == made and bpy.context.selected_objects == [made]
    assert corners_in_blender(made) == pytest.approx(before, abs=1e-6)
    bpy.ops.ed.undo()
    assert bpy.context.scene.dreamwright.scene_setup.box is None and bounds.NAME not in bpy.data.objects


def test_add_box_around_the_selection_holds_it_with_a_margin():
    ball = lit_ball(radius=0.5, location=(1.0, 0.0, 2.0))
    ball.select_set(True)
    bpy.ops.dreamwright.add_box(around="SELECTED")
    found = bounds.job_box(bpy.context.scene)
    assert found.center == pytest.approx((1.0, 0.0, 2.0), abs=0.01)
    assert found.size == pytest.approx((bounds.MARGIN,) * 3, abs=0.02)


def test_add_box_around_nothing_is_one_sentence_and_leaves_nothing():
    with pytest.raises(RuntimeError, match="Nothing solid is selected"):
        bpy.ops.dreamwright.add_box(around="SELECTED")
    assert bpy.context.scene.dreamwright.scene_setup.box is None


def test_a_second_box_takes_over_where_the_first_is():
    empty((1.0, 2.0, 0.5), (0.4, -1.1, 2.5), (3.0, -1.0, 2.0))
    before = boxes.corners(bounds.job_box(bpy.context.scene))
    bpy.ops.dreamwright.add_box()
    assert bpy.context.scene.dreamwright.scene_setup.box.name != "my box"
    assert boxes.corners(bounds.job_box(bpy.context.scene)) == pytest.approx(before, abs=1e-5)


def test_select_box():
    made, ball = empty(), lit_ball()
    assert bpy.context.object == ball
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.dreamwright.select_box("EXEC_DEFAULT", True) == {"FINISHED"}
    assert bpy.context.object == made and bpy.context.selected_objects == [made]
    bpy.ops.ed.undo()
    assert bpy.context.object.type == "MESH"


def test_select_box_says_why_not():
    with pytest.raises(RuntimeError, match="There is no box"):
        bpy.ops.dreamwright.select_box()
    empty().hide_set(True)
    with pytest.raises(RuntimeError, match="'my box' is hidden"):
        bpy.ops.dreamwright.select_box()


def test_boxes_are_for_object_mode():
    lit_ball()
    empty()
    bpy.context.view_layer.objects.active = bpy.data.objects["Sphere"]
    bpy.ops.object.mode_set(mode="EDIT")
    for operator in (bpy.ops.dreamwright.add_box, bpy.ops.dreamwright.select_box):
        assert not operator.poll()
        with pytest.raises(RuntimeError, match="Object Mode"):
            operator()


def asked(**given):
    neutral = {"steps": 0, "resolution": 0, "device": "AUTO", "samples": 8, "settings": "", "prompt": "a cup"}
    given = {"prompt": "a cup", **given}
    return SimpleNamespace(**neutral | given, properties=SimpleNamespace(is_property_set=lambda name: name in given))


def test_a_job_is_asked_for_in_the_box_of_the_empty():
    made = empty((0.5, 1.0, 2.0), (0.1, 0.2, 0.3), (3.0, 4.0, 5.0))
    wanted = requests.text_config(asked(), bpy.context.scene.dreamwright, "cpu")
    assert boxes.cube_matrix(wanted.bounds) == pytest.approx(np.array(made.matrix_world), abs=1e-6)


def test_what_a_script_says_of_the_box_wins():
    empty((0.5, 1.0, 2.0), (0.1, 0.2, 0.3), (3.0, 4.0, 5.0))
    given = asked(center=(0.0, 0.0, 0.0), size=(1.0, 1.0, 1.0), rotation_degrees=(0.0, 0.0, 45.0))
    found = requests.text_config(given, bpy.context.scene.dreamwright, "cpu").bounds
    assert (found.center, found.size, found.rotation_degrees) == ((0, 0, 0), (1, 1, 1), (0, 0, 45))


def test_pictures_that_are_there_are_read_in_the_box_of_the_empty_or_the_presets():
    settings = bpy.context.scene.dreamwright
    assert requests.reconstruct_config(asked(), settings, "cpu").bounds.size == (3.0, 3.0, 3.0)
    made = empty((0.5, 1.0, 2.0), (0.1, 0.2, 0.3))
    found = requests.reconstruct_config(asked(), settings, "cpu").bounds
    assert boxes.cube_matrix(found) == pytest.approx(np.array(made.matrix_world), abs=1e-6)


def test_an_object_is_brought_from_the_frame_of_its_box_into_the_scene():
    """A point beside the center goes where the Empty that is the box takes it."""
    made = empty((1.0, 1.0, 1.0), (0.3, -0.8, 2.0), (4.0, 0.0, 1.0))
    obj = bpy.data.objects.new("thing", None)
    bpy.context.scene.collection.objects.link(obj)
    obj.location = (4.0 + 0.5, 0.0 - 0.25, 1.0 + 0.75)
    bounds.apply_box_rotation(bounds.box_of(made), obj)
    expected = made.matrix_world @ Vector((0.5, -0.25, 0.75))
    assert tuple(obj.location) == pytest.approx(tuple(expected), abs=1e-5)
    turn = Euler((0.3, -0.8, 2.0)).to_matrix()
    assert np.array(obj.rotation_euler.to_matrix()) == pytest.approx(np.array(turn), abs=1e-5)
    assert tuple(obj.scale) == pytest.approx((1.0, 1.0, 1.0))
