"""Cameras with roles: which take pictures, which are held out, and real ones where the rig is drawn."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from small_scenes import names

from addon import flows
from addon.blender import camera_roles
from addon.core.box import corners
from addon.core.camera_choices import ORBIT
from addon.core.errors import SceneError


def camera(name, role="TRAIN", kind="PERSP", selected=False):
    made = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    made.data.type, made.data.dreamwright_role = kind, role
    bpy.context.scene.collection.objects.link(made)
    made.select_set(selected)
    return made


def cameras_from(source):
    return [each.name for each in camera_roles.cameras_from(bpy.context, source)]


def test_what_is_off_takes_no_picture_and_selected_are_among_the_others():
    for name, role, selected in [
        ("c", "TRAIN", True),
        ("a", "HOLD_OUT", True),
        ("b", "OFF", True),
        ("d", "TRAIN", False),
    ]:
        camera(name, role, selected=selected)
    assert cameras_from("SELECTED") == ["a", "c"] and cameras_from("SCENE") == ["a", "c", "d"]
    assert flows.describe_roles(bpy.context) == "Cameras: 2 training, 1 validation, 1 off"


@pytest.mark.parametrize(
    ("roles", "kinds", "source", "sentence"),
    [
        (["TRAIN"], "P", "SCENE", "1 cameras of this scene are in use.*turn some on"),
        (["TRAIN", "OFF"], "PP", "SCENE", "1 cameras of this scene are in use"),
        (["TRAIN", "OFF"], "PP", "SELECTED", "1 cameras are selected"),
        (["TRAIN", "TRAIN"], "PO", "SCENE", "'1' is not a perspective one"),
        (["HOLD_OUT", "HOLD_OUT"], "PP", "SCENE", "Every camera is for validation"),
    ],
)
def test_cameras_that_will_not_do_are_one_sentence(roles, kinds, source, sentence):
    for number, (role, kind) in enumerate(zip(roles, kinds, strict=True)):
        camera(str(number), role, "PERSP" if kind == "P" else "ORTHO", selected=True)
    with pytest.raises(SceneError, match=sentence):
        cameras_from(source)
    bpy.context.scene.dreamwright.source = source
    bpy.ops.mesh.primitive_cube_add()
    for number in range(len(roles)):
        bpy.data.objects[str(number)].select_set(True)
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.dreamwright.reconstruct()


def test_an_orthographic_camera_that_is_off_does_no_harm():
    for name, role, kind in [("a", "TRAIN", "PERSP"), ("b", "TRAIN", "PERSP"), ("c", "OFF", "ORTHO")]:
        camera(name, role, kind)
    assert cameras_from("SCENE") == ["a", "b"]


def test_orbit_cameras_stand_where_the_rig_has_them_and_see_the_whole_box():
    bpy.ops.dreamwright.add_box()
    box = bpy.context.object
    box.rotation_euler, box.scale, box.location = (0.5, 0.2, 1.0), (1.0, 0.5, 2.0), (3.0, 2.0, 1.0)
    bpy.context.view_layer.update()
    assert bpy.ops.dreamwright.add_orbit_cameras(rig="SPHERE", count=9) == {"FINISHED"}
    made = bpy.data.collections[camera_roles.COLLECTION].objects
    bpy.context.view_layer.update()
    bpy.context.scene.render.resolution_x = bpy.context.scene.render.resolution_y = 100
    for each in made:
        for corner in corners(flows.job_box(bpy.context.scene)):
            seen = world_to_camera_view(bpy.context.scene, each, Vector(corner))
            assert -1e-4 <= seen.x <= 1 + 1e-4 and -1e-4 <= seen.y <= 1 + 1e-4 and seen.z > 0
            assert each.data.clip_start < seen.z < each.data.clip_end
    assert [each.data.dreamwright_role for each in made].count("HOLD_OUT") == 1


def test_orbit_cameras_have_the_field_of_view_of_the_settings_and_can_be_undone():
    bpy.context.scene.dreamwright.advanced.orbit.fov_degrees = 55.0
    bpy.ops.ed.undo_push(message="before")
    before = names()
    bpy.ops.dreamwright.add_orbit_cameras("EXEC_DEFAULT", True, count=4)
    made = bpy.data.collections[camera_roles.COLLECTION].objects
    assert [each.data.angle_y for each in made] == pytest.approx([math.radians(55.0)] * 4)
    poses = flows.scene_setup.rig.rig_poses(flows.scene_setup.rig_of(bpy.context, ORBIT), 4)
    assert np.array([each.matrix_world for each in made]) == pytest.approx(np.array(poses), abs=1e-5)
    bpy.ops.ed.undo()
    assert names() == before


def test_as_many_orbit_cameras_as_the_panel_says():
    bpy.context.scene.dreamwright.views = 5
    bpy.ops.dreamwright.add_orbit_cameras()
    bpy.ops.dreamwright.add_orbit_cameras()
    assert len(bpy.data.collections[camera_roles.COLLECTION].objects) == 10


def test_every_nth_is_held_out_and_what_is_off_stays_off_and_it_can_be_undone():
    for number in range(7):
        camera(f"camera {number}", "OFF" if number == 0 else "HOLD_OUT")
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.dreamwright.hold_out_cameras("EXEC_DEFAULT", True, every=3) == {"FINISHED"}
    roles = [bpy.data.objects[f"camera {number}"].data.dreamwright_role for number in range(7)]
    assert roles == ["OFF", "TRAIN", "TRAIN", "HOLD_OUT", "TRAIN", "TRAIN", "HOLD_OUT"]
    bpy.ops.ed.undo()
    roles = [bpy.data.objects[f"camera {number}"].data.dreamwright_role for number in range(7)]
    assert roles == ["OFF"] + ["HOLD_OUT"] * 6


def test_hold_out_says_why_not():
    with pytest.raises(RuntimeError, match="There is no camera in this scene"):
        bpy.ops.dreamwright.hold_out_cameras()
    camera("a")
    with pytest.raises(RuntimeError, match="1 cameras of this scene are in use"):
        bpy.ops.dreamwright.hold_out_cameras(every=2)


def test_roles_are_kept_in_the_file(tmp_path):
    camera("a", "HOLD_OUT")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert bpy.data.cameras["a"].dreamwright_role == "HOLD_OUT"
