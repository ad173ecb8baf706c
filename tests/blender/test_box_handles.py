"""What the handles do to the box, and what is drawn over the view: by matrices, as there is no view in the background.

That they show, and that a drag moves the box in one undo step, is seen in a real window (tests/window).
"""

from __future__ import annotations

import logging
import math

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from addon import flows, registration
from addon.blender import scene_changes
from addon.blender.rig_overlay import RigOverlay
from addon.core.camera_choices import SPHERE
from addon.ui import gizmos


@pytest.fixture
def box():
    bpy.ops.dreamwright.add_box()
    made = bpy.context.object
    made.empty_display_size = 0.5
    made.location, made.rotation_euler, made.scale = (1.0, 2.0, 3.0), (0.3, 0.4, 0.5), (2.0, 3.0, 4.0)
    bpy.context.view_layer.update()
    return made


def as_columns(matrix):
    return np.array(matrix).T.ravel().tolist()


def test_the_cage_is_the_cube_that_blender_draws(box):
    corner = box.matrix_world @ Vector((0.5, -0.5, 0.5))
    columns = gizmos.BoxHandles().columns()
    assert columns == pytest.approx(as_columns(gizmos.BoxHandles().matrix()))
    assert tuple(gizmos.BoxHandles().matrix() @ Vector((1.0, -1.0, 1.0))) == pytest.approx(tuple(corner), abs=1e-5)


def test_the_box_is_put_where_the_cage_is_dragged(box):
    handles = gizmos.BoxHandles()
    wanted = Matrix.Translation((0.5, 0.0, 0.0)) @ handles.matrix() @ Matrix.Diagonal((1.5, 1.0, 1.0, 1.0))
    handles.set_columns(as_columns(wanted))
    bpy.context.view_layer.update()
    assert np.array(handles.matrix()) == pytest.approx(np.array(wanted), abs=1e-5)
    assert box.empty_display_size == 0.5 and handles.moved


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_ring_turns_the_box_about_its_own_axis(box, axis):
    """The axis stays, the others turn by the angle; dragging on to another angle counts from the beginning."""
    handles = gizmos.BoxHandles()
    before = handles.matrix().normalized().to_3x3()
    for angle in (0.2, 0.7):
        handles.turn(axis, angle)
        bpy.context.view_layer.update()
    after = handles.matrix().normalized().to_3x3()
    other = (axis + 1) % 3
    assert after.col[axis].dot(before.col[axis]) == pytest.approx(1.0, abs=1e-5)
    assert after.col[other].dot(before.col[other]) == pytest.approx(math.cos(0.7), abs=1e-5)
    assert before.col[other].cross(after.col[other]).dot(before.col[axis]) == pytest.approx(math.sin(0.7), abs=1e-5)
    assert tuple(box.matrix_world.translation) == pytest.approx((1.0, 2.0, 3.0), abs=1e-5)
    assert tuple(box.matrix_world.to_scale()) == pytest.approx((2.0, 3.0, 4.0), abs=1e-4)


def test_the_dot_moves_the_box_by_how_far_it_was_dragged(box):
    """Blender tells the whole way each time, not the step."""
    handles = gizmos.BoxHandles()
    for offset in ((0.5, 0.0, 0.0), (1.0, -2.0, 0.25)):
        handles.move(offset)
        bpy.context.view_layer.update()
    assert tuple(box.matrix_world.translation) == pytest.approx((2.0, 0.0, 3.25), abs=1e-5)
    assert tuple(box.matrix_world.to_scale()) == pytest.approx((2.0, 3.0, 4.0), abs=1e-4)
    assert tuple(handles.offset) == pytest.approx((1.0, -2.0, 0.25))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_ring_lies_square_to_its_axis_at_the_center(box, axis):
    ring = gizmos.BoxHandles().ring(axis)
    assert tuple(ring.translation) == pytest.approx((1.0, 2.0, 3.0), abs=1e-5)
    assert ring.to_3x3().col[2].dot(box.matrix_world.to_3x3().col[axis].normalized()) == pytest.approx(1.0, abs=1e-5)


def test_handles_of_a_box_that_is_gone_do_nothing(box):
    handles = gizmos.BoxHandles()
    bpy.data.objects.remove(box)
    handles.set_columns([0.0] * 16)
    handles.turn(0, 1.0)
    handles.move((1.0, 1.0, 1.0))
    assert handles.columns() == as_columns(Matrix()) and not handles.moved


def test_handles_show_for_the_selected_box_in_object_mode(box):
    poll = gizmos.DREAMWRIGHT_GGT_box.poll
    assert poll(bpy.context)
    box.select_set(False)
    assert not poll(bpy.context)
    box.select_set(True)
    bpy.context.scene.dreamwright.scene_setup.box = None
    assert not poll(bpy.context)


def test_what_a_handle_did_is_one_undo_step_soon_and_nothing_waits_afterwards(box):
    gizmos.push_undo_soon()
    gizmos.push_undo_soon()
    assert bpy.app.timers.is_registered(gizmos.push_undo)
    gizmos.cancel_undo_push()
    assert not bpy.app.timers.is_registered(gizmos.push_undo)
    bpy.ops.ed.undo_push(message="before")
    box.location.x = 9.0
    gizmos.push_undo()
    bpy.ops.ed.undo()
    assert bpy.context.scene.dreamwright.scene_setup.box.location.x == pytest.approx(1.0)


def test_no_handle_timer_or_drawing_outlives_the_add_on(box):
    gizmos.push_undo_soon()
    assert registration._rig_overlay.there
    registration.unregister()
    assert not bpy.app.timers.is_registered(gizmos.push_undo) and not registration._rig_overlay.there
    assert not hasattr(bpy.types, "DREAMWRIGHT_GGT_box")
    assert scene_changes.clear_caches not in bpy.app.handlers.depsgraph_update_post
    registration.register()


def test_the_overlay_is_there_once_and_goes_once():
    overlay = RigOverlay(lambda context: [])
    for _ in range(2):
        overlay.start()
        overlay.start()
        assert overlay.there
        overlay.stop()
        overlay.stop()
        assert not overlay.there


def test_a_failure_while_drawing_is_said_once(caplog):
    """In the background there is no view to draw in, which is failure enough."""
    overlay = RigOverlay(lambda context: [])
    with caplog.at_level(logging.ERROR):
        overlay.draw()
        overlay.draw()
    assert len(caplog.records) == 1 and "cannot be drawn" in caplog.text


def test_what_is_shown_is_what_is_switched_on(box):
    scene_setup = bpy.context.scene.dreamwright.scene_setup
    assert flows.rig_lines(bpy.context) == []
    scene_setup.show_orbit = True
    (color, lines), *others = flows.rig_lines(bpy.context)
    assert not others and lines.shape[1:] == (2, 3) and len(color) == 4
    scene_setup.show_sphere = True
    assert len(flows.rig_lines(bpy.context)) == 2


def center_of_sphere():
    return flows.scene_setup.rig_of(bpy.context, SPHERE).box.center


def test_what_a_scene_shows_is_looked_at_again_when_it_changes_and_only_then(monkeypatch):
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.view_layer.update()
    assert center_of_sphere() == pytest.approx((0.0, 0.0, 0.0))
    looked = []
    with monkeypatch.context() as patch:
        patch.setattr(flows.scene_setup.bounds, "scene_box", lambda context: looked.append(context))
        center_of_sphere()
    assert not looked
    bpy.context.object.location.x = 5.0
    bpy.context.view_layer.update()
    assert center_of_sphere() == pytest.approx((5.0, 0.0, 0.0))
    bpy.context.window.scene = bpy.data.scenes.new("another")
    assert center_of_sphere() == pytest.approx((0.0, 0.0, 1.0))  # nothing to see: the numbers


def test_a_flat_box_is_not_drawn(box):
    bpy.context.scene.dreamwright.scene_setup.show_orbit = True
    box.scale = (1.0, 0.0, 1.0)
    bpy.context.view_layer.update()
    assert flows.rig_lines(bpy.context) == []


def test_the_sphere_is_around_what_there_is_to_see_or_around_the_box():
    bpy.context.scene.dreamwright.scene_setup.show_sphere = True
    rig = flows.scene_setup.rig_of(bpy.context, SPHERE)
    assert rig.box == flows.job_box(bpy.context.scene)
    bpy.ops.mesh.primitive_cube_add(location=(5.0, 0.0, 0.0))
    assert flows.scene_setup.rig_of(bpy.context, SPHERE).box.center == pytest.approx((5.0, 0.0, 0.0))
