"""Views of the user's scene: right pictures, right poses, and a scene that nobody can tell was touched."""

from __future__ import annotations

import json
import math

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Matrix, Vector
from small_scenes import lit_ball, names, settings, sky

from addon.blender import bounds, camera_roles, capture, results
from addon.core import poses
from addon.core.box import Box
from addon.core.capture_config import CaptureConfig
from addon.core.errors import DiskError, SceneError

SMALL = CaptureConfig(views=4, image_size=32, samples=4, hold_out_every=4)


def taken(folder, **more):
    box = bounds.scene_box(bpy.context)
    return list(capture.capture(bpy.context, folder, SMALL, box, **more))


def pixels(file):
    image = bpy.data.images.load(str(file))
    values = np.array(image.pixels[:], np.float32).reshape(image.size[1], image.size[0], 4)[::-1]
    bpy.data.images.remove(image)
    return values


def frames(folder, name="transforms_train.json"):
    return json.loads((folder / name).read_text())["frames"]


def test_pictures_poses_and_the_split(tmp_path):
    lit_ball()
    assert taken(tmp_path / "set") == [(1, 4), (2, 4), (3, 4), (4, 4)]
    train, held_out = frames(tmp_path / "set"), frames(tmp_path / "set", "transforms_test.json")
    assert (len(train), len(held_out)) == (3, 1)
    assert not {each["file_path"] for each in train} & {each["file_path"] for each in held_out}
    picture = pixels(tmp_path / "set" / f"{train[0]['file_path']}.png")
    assert picture.shape == (32, 32, 4)
    assert picture[0, 0, 3] == 0.0 and picture[16, 16, 3] == 1.0
    red, green, blue = picture[16, 16, :3]
    assert red > 2 * max(green, blue)


def test_the_ball_is_where_the_poses_say(tmp_path):
    """Center of the ball's pixels against the projection of its center, written out by hand."""
    lit_ball(location=(0.3, -0.2, 0.9))
    taken(tmp_path / "set")
    for frame in frames(tmp_path / "set"):
        local = np.linalg.inv(frame["transform_matrix"]) @ [0.3, -0.2, 0.9, 1.0]
        expected = np.array([local[0], -local[1]]) / -local[2] * frame["fl_x"] + [frame["cx"], frame["cy"]]
        rows, columns = np.nonzero(pixels(tmp_path / "set" / f"{frame['file_path']}.png")[..., 3] > 0.5)
        assert np.array([columns.mean(), rows.mean()]) + 0.5 == pytest.approx(expected, abs=0.6)


def test_nothing_of_the_scene_is_changed(tmp_path):
    lit_ball()
    before = settings(bpy.context.scene), names(), bpy.context.window.scene.name
    taken(tmp_path / "set")
    assert (settings(bpy.context.scene), names(), bpy.context.window.scene.name) == before


def test_nothing_is_changed_when_rendering_fails_in_the_middle(tmp_path):
    lit_ball()
    before = settings(bpy.context.scene), names()
    views = capture.capture(bpy.context, tmp_path / "set", SMALL, bounds.scene_box(bpy.context))
    next(views)
    (tmp_path / "set" / "view_0001.png").mkdir()  # a picture cannot be written over a folder
    with pytest.raises((SceneError, DiskError)):
        list(views)
    assert (settings(bpy.context.scene), names()) == before
    assert not (tmp_path / "set").exists()


def test_nothing_is_changed_when_it_is_broken_off(tmp_path):
    lit_ball()
    before = settings(bpy.context.scene), names()
    views = capture.capture(bpy.context, tmp_path / "set", SMALL, bounds.scene_box(bpy.context))
    next(views)
    views.close()
    assert (settings(bpy.context.scene), names()) == before
    assert not (tmp_path / "set").exists()


def test_the_users_own_settings_do_not_reach_the_pictures(tmp_path):
    lit_ball()
    scene = bpy.context.scene
    scene.view_settings.exposure, scene.render.resolution_percentage = 5.0, 25
    scene.render.use_border, scene.render.border_max_x = True, 0.1
    scene.render.film_transparent = False
    taken(tmp_path / "set")
    picture = pixels(tmp_path / "set" / "view_0000.png")
    assert picture.shape == (32, 32, 4) and picture[0, 0, 3] == 0.0
    assert picture[16, 16, 1] < 0.4  # overexposed red turns yellow


def test_our_own_results_are_not_in_the_pictures(tmp_path):
    lit_ball()
    mesh = bpy.data.meshes.new_from_object(bpy.context.object)
    mesh.transform(Matrix.Scale(3.0, 4))
    origin = results.Provenance("a ball", 0, "a1", 1.0, 1, "[]", "", True, (0.0, 0.0, 0.0))
    results.add_result(bpy.context.scene, mesh, origin, "a ball")
    box = bounds.scene_box(bpy.context)
    assert box.size == pytest.approx([bounds.MARGIN] * 3, abs=0.01)
    taken(tmp_path / "set")
    assert pixels(tmp_path / "set" / "view_0000.png")[1, 16, 3] == 0.0


def test_selected_cameras_with_shifted_and_scaled_lenses(tmp_path):
    lit_ball(radius=0.2, location=(0.1, 0.0, 0.6))
    for number, position in enumerate([(0, -3, 1), (2, -2, 1.5), (-2, -2, 0.2)]):
        camera = bpy.data.objects.new(f"camera {number}", bpy.data.cameras.new("lens"))
        camera.matrix_world = Matrix(poses.look_at(np.array(position, float), np.array([0, 0, 0.5])))
        camera.data.lens, camera.data.shift_x, camera.scale = 40 + 5 * number, 0.05 * number, (2, 2, 2)
        bpy.context.scene.collection.objects.link(camera)
        camera.select_set(True)
    bpy.context.scene.render.resolution_x = bpy.context.scene.render.resolution_y = 32
    bpy.context.view_layer.update()
    cameras = camera_roles.cameras_from(bpy.context, "SELECTED")
    taken(tmp_path / "set", cameras=cameras)
    for frame in frames(tmp_path / "set"):
        local = np.linalg.inv(frame["transform_matrix"]) @ [0.1, 0.0, 0.6, 1.0]
        ours = np.array([local[0], -local[1]]) / -local[2] * frame["fl_x"] + [frame["cx"], frame["cy"]]
        camera = cameras[int(frame["file_path"][5:9])]
        theirs = world_to_camera_view(bpy.context.scene, camera, Vector((0.1, 0.0, 0.6)))
        assert ours == pytest.approx([theirs.x * 32, (1 - theirs.y) * 32], abs=0.01)


def test_roles_say_which_views_are_held_out(tmp_path):
    """The last by name is held out, the one that is off takes no picture."""
    lit_ball()
    for number, role in enumerate(["TRAIN", "OFF", "TRAIN", "HOLD_OUT"]):
        camera = bpy.data.objects.new(f"camera {number}", bpy.data.cameras.new("lens"))
        camera.matrix_world = Matrix(poses.look_at(np.array([number - 1.5, -3.0, 1.0]), np.array([0, 0, 0.5])))
        camera.data.dreamwright_role = role
        bpy.context.scene.collection.objects.link(camera)
    bpy.context.view_layer.update()
    before = settings(bpy.context.scene), names()
    assert taken(tmp_path / "set", cameras=camera_roles.cameras_from(bpy.context, "SCENE"))[-1] == (3, 3)
    assert (settings(bpy.context.scene), names()) == before
    train, aside = frames(tmp_path / "set"), frames(tmp_path / "set", "transforms_test.json")
    places = [[frame["transform_matrix"][0][3] for frame in part] for part in (train, aside)]
    assert places == [[pytest.approx(-1.5), pytest.approx(0.5)], [pytest.approx(1.5)]]


def test_of_a_few_views_the_last_is_held_out(tmp_path):
    """Else the backend would choose one by itself, which nobody was told of."""
    lit_ball()
    few = CaptureConfig(views=3, image_size=16, samples=1)
    list(capture.capture(bpy.context, tmp_path / "set", few, bounds.scene_box(bpy.context)))
    assert len(frames(tmp_path / "set")) == 2
    assert [each["file_path"] for each in frames(tmp_path / "set", "transforms_test.json")] == ["view_0002"]


def test_a_turned_box_is_seen_from_around_itself_in_poses_of_the_scene(tmp_path):
    """What is above it in the pictures is its own up; the poses are the scene's, which the ball's pixels prove."""
    lit_ball(location=(2.0, 1.0, 0.0), radius=0.4)
    box = Box((2.0, 1.0, 0.0), (1.0, 1.0, 1.0), (0.0, 90.0, 0.0))
    list(capture.capture(bpy.context, tmp_path / "set", SMALL, box))
    for frame in frames(tmp_path / "set"):
        pose = np.array(frame["transform_matrix"])
        assert pose[:3, 1] @ [1.0, 0.0, 0.0] > 0.1  # the box's Z was turned onto the scene's X
        local = np.linalg.inv(pose) @ [2.0, 1.0, 0.0, 1.0]
        assert local[:2] == pytest.approx([0.0, 0.0], abs=1e-6) and local[2] < 0
        rows, columns = np.nonzero(pixels(tmp_path / "set" / f"{frame['file_path']}.png")[..., 3] > 0.5)
        assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx((frame["cx"], frame["cy"]), abs=0.6)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_cameras_is_one_sentence(count):
    for _ in range(count):
        camera = bpy.data.objects.new("camera", bpy.data.cameras.new("lens"))
        bpy.context.scene.collection.objects.link(camera)
        camera.select_set(True)
    with pytest.raises(SceneError, match=f"{count} cameras are selected"):
        camera_roles.cameras_from(bpy.context, "SELECTED")


def test_a_camera_without_perspective_is_one_sentence():
    for kind in ("PERSP", "ORTHO"):
        camera = bpy.data.objects.new(kind, bpy.data.cameras.new("lens"))
        camera.data.type = kind
        bpy.context.scene.collection.objects.link(camera)
        camera.select_set(True)
    with pytest.raises(SceneError, match="'ORTHO' is not a perspective one"):
        camera_roles.cameras_from(bpy.context, "SELECTED")


def test_an_empty_scene_is_one_sentence():
    with pytest.raises(SceneError, match="nothing to reconstruct"):
        bounds.scene_box(bpy.context)


def test_a_dark_scene_is_one_sentence(tmp_path):
    lit_ball()
    bpy.context.scene.world = None
    before = names()
    with pytest.raises(SceneError, match="add a light"):
        taken(tmp_path / "set")
    assert names() == before and not (tmp_path / "set").exists()


def test_views_that_show_nothing_are_one_sentence(tmp_path):
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.data.clear_geometry()
    sky()
    with pytest.raises(SceneError, match="show nothing"):
        box = Box((0.0, 0.0, 0.0), (2.0, 2.0, 2.0))
        list(capture.capture(bpy.context, tmp_path / "set", SMALL, box))


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    lit_ball()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiskError, match="choose another one"):
        taken(tmp_path / "file" / "set")


def test_a_folder_of_the_users_is_left_alone(tmp_path):
    """What fails must never take away what was there before."""
    lit_ball()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(DiskError, match="has something in it: choose a new or an empty one"):
        taken(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_is_taken(tmp_path):
    lit_ball()
    (tmp_path / "empty").mkdir()
    assert taken(tmp_path / "empty")[-1] == (4, 4)


def test_without_cycles_is_one_sentence(tmp_path):
    lit_ball()
    bpy.ops.preferences.addon_disable(module="cycles")
    before = names()
    try:
        with pytest.raises(SceneError, match="Cycles, which is switched off"):
            taken(tmp_path / "set")
        assert names() == before
    finally:
        bpy.ops.preferences.addon_enable(module="cycles")


def test_the_box_of_a_flat_scene_has_height():
    bpy.ops.mesh.primitive_plane_add(size=4.0)
    box = bounds.scene_box(bpy.context)
    assert box.size == pytest.approx([4.4, 4.4, 1.1])
    assert math.isclose(box.center[2], 0.0, abs_tol=1e-6)
