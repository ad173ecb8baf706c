"""The camera goes once around, sees all of the object, and nothing of the user's changes."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from small_results import kept_result, small_ball
from small_scenes import names, settings

from addon import flows, headless
from addon.blender import turntable
from addon.core.bake_export_config import TurntableConfig
from addon.core.errors import DiskError, SceneError, StoppedError

QUICK = TurntableConfig(frames=4, size=24, samples=1, denoise=False)


@pytest.fixture
def folder(tmp_path):
    """Apart from the cache, so that all that lies in it was rendered."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def cup():
    made = kept_result(small_ball(16), "a cup")
    made.location, made.scale = (3.0, -2.0, 1.0), (0.3, 0.5, 2.0)
    bpy.context.view_layer.update()
    return made


def at_frame(scene, frame):
    """The camera's pose in the world, as it is evaluated inside the scene."""
    with bpy.context.temp_override(scene=scene, view_layer=scene.view_layers[0]):
        scene.frame_set(frame)
        graph = bpy.context.evaluated_depsgraph_get()
        return np.array(scene.camera.evaluated_get(graph).matrix_world)


def rendered(folder, name, wanted=QUICK, overwrite=False):
    return headless.run(flows.render_turntable(bpy.context, wanted, folder / name, overwrite))


@pytest.mark.parametrize("elevation", [-30.0, 0.0, 50.0])
def test_the_camera_goes_around_evenly_and_looks_at_the_middle(elevation):
    scene = turntable.build_turntable(cup(), TurntableConfig(frames=8, elevation_degrees=elevation))
    poses = [at_frame(scene, frame) for frame in range(1, 10)]
    away = np.array([pose[:3, 3] for pose in poses]) - [3.0, -2.0, 1.0]
    distance = np.linalg.norm(away[0])
    turns = np.arange(9) * math.tau / 8
    flat = distance * math.cos(math.radians(elevation))
    expected = np.stack([flat * np.sin(turns), -flat * np.cos(turns)], axis=1)
    assert away[:, :2] == pytest.approx(expected, abs=2e-3 * distance)
    assert away[:, 2] == pytest.approx(distance * math.sin(math.radians(elevation)), abs=2e-3 * distance)
    for pose, offset in zip(poses, away, strict=True):  # a camera looks along its -Z
        assert pose[:3, 2] == pytest.approx(offset / distance, abs=2e-3)


@pytest.mark.parametrize("elevation", [-30.0, 0.0, 50.0])
def test_all_of_the_object_is_seen_from_everywhere_and_large(elevation):
    made = cup()
    scene = turntable.build_turntable(made, TurntableConfig(frames=6, elevation_degrees=elevation))
    spread = 0.0
    for frame in range(1, 7):
        with bpy.context.temp_override(scene=scene, view_layer=scene.view_layers[0]):
            scene.frame_set(frame)
            corners = [made.matrix_world @ vertex.co for vertex in made.data.vertices]
            camera = scene.camera.evaluated_get(bpy.context.evaluated_depsgraph_get())
            seen = np.array([world_to_camera_view(scene, camera, corner)[:] for corner in corners])
        assert seen[:, :2].min() > 0 and seen[:, :2].max() < 1 and seen[:, 2].min() > scene.camera.data.clip_start
        spread = max(spread, np.ptp(seen[:, :2], axis=0).max())
    assert spread > 0.6


def test_nothing_is_added_to_the_users_scene():
    made = cup()
    scene, before = bpy.context.scene, settings(bpy.context.scene)
    inside = sorted(obj.name for obj in scene.objects)
    stage = turntable.build_turntable(made, QUICK)
    assert bpy.context.scene == scene == bpy.context.window.scene and settings(scene) == before
    assert sorted(obj.name for obj in scene.objects) == inside
    assert stage != scene and made.name in stage.objects and stage.world != scene.world


def test_built_again_it_is_the_same_scene_as_is_wanted_now():
    made = cup()
    first = turntable.build_turntable(made, QUICK)
    theirs = bpy.data.objects.new("a lamp of the user", bpy.data.lights.new("lamp", "POINT"))
    first.collection.objects.link(theirs)
    before = names()
    second = turntable.build_turntable(made, TurntableConfig(frames=10, size=100, samples=7, rate=12, transparent=True))
    assert second == first and names() == before and "a lamp of the user" in second.objects
    render = second.render
    assert (second.frame_end, render.resolution_x, second.cycles.samples, render.fps) == (10, 100, 7, 12)
    assert render.film_transparent and len(bpy.data.actions) == 1
    assert at_frame(second, 11)[:3, 3] == pytest.approx(at_frame(second, 1)[:3, 3], abs=1e-4)


def test_pictures_are_numbered_and_differ(folder):
    cup()
    rendered(folder, "turn.png")
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == [f"turn_{number:04d}.png" for number in (1, 2, 3, 4)]
    seen = [pixels(file) for file in files]
    assert all(each.shape == (24, 24, 4) and (each[..., 3] == 1).all() for each in seen)
    differences = [np.abs(first - second).max() for first, second in zip(seen, seen[1:], strict=False)]
    assert min(differences) > 0.1  # the ball is colored by place


def test_transparent_pictures_have_nothing_behind_the_object(folder):
    cup()
    rendered(folder, "turn.png", TurntableConfig(frames=2, size=24, samples=4, denoise=False, transparent=True))
    alpha = pixels(folder / "turn_0001.png")[..., 3]
    assert alpha[0, 0] == 0 and alpha[12, 12] == 1


def pixels(file):
    image = bpy.data.images.load(str(file))
    held = np.array(image.pixels[:]).reshape(image.size[1], image.size[0], -1)
    bpy.data.images.remove(image)
    return held


@pytest.mark.parametrize("size", [24, 33])
def test_a_film_has_a_picture_for_each_frame(folder, size):
    cup()
    rendered(folder, "turn.mp4", TurntableConfig(frames=5, size=size, samples=1, rate=10, denoise=False))
    assert [file.name for file in folder.iterdir()] == ["turn.mp4"]
    film = bpy.data.movieclips.load(str(folder / "turn.mp4"))
    assert film.frame_duration == 5 and film.fps == pytest.approx(10.0)
    assert tuple(film.size) == (size // 2 * 2,) * 2  # H.264 takes even sizes only


def test_the_file_is_left_with_the_turntable_and_nothing_else(folder):
    cup()
    before = names()
    rendered(folder, "turn.mp4")
    after = names()
    assert after["scenes"] == ["Scene", "Turntable a cup"] and after["images"] == before["images"]
    assert after["meshes"] == before["meshes"] and after["worlds"] == ["Turntable"]


def test_what_is_there_is_only_replaced_when_that_is_allowed(folder):
    cup()
    (folder / "turn_0003.png").write_text("precious")
    with pytest.raises(DiskError, match="turn_0003.png exists already"):
        rendered(folder, "turn.png")
    assert [file.name for file in folder.iterdir()] == ["turn_0003.png"] and len(bpy.data.scenes) == 1
    rendered(folder, "turn.png", overwrite=True)
    assert len(list(folder.iterdir())) == 4 and (folder / "turn_0003.png").read_bytes()[1:4] == b"PNG"


def test_stopped_in_between_nothing_is_written_and_nothing_is_left(folder):
    cup()
    before = names()
    flow = flows.render_turntable(bpy.context, QUICK, folder / "turn.png", False)
    next(flow)
    assert flows.APP.current_task == "rendering the turntable"
    flows.stop()
    with pytest.raises(StoppedError, match="nothing was written"):
        headless.run(flow)
    assert not list(folder.iterdir()) and names() == before and not flows.APP.current_task


def test_a_scene_that_was_there_before_survives_a_stop(folder):
    scene = turntable.build_turntable(cup(), QUICK).name
    flow = flows.render_turntable(bpy.context, QUICK, folder / "turn.png", False)
    next(flow)
    flow.close()
    assert scene in bpy.data.scenes and not list(folder.iterdir())


def test_a_scene_that_is_gone_in_between_is_one_sentence(folder):
    cup()
    flow = flows.render_turntable(bpy.context, QUICK, folder / "turn.png", False)
    next(flow)
    bpy.data.scenes.remove(bpy.data.scenes["Turntable a cup"])
    with pytest.raises(SceneError, match="is gone, undone or deleted"):
        headless.run(flow)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("name", ["turn", "turn.gif"])
def test_an_ending_that_nobody_knows_is_one_sentence(folder, name):
    cup()
    with pytest.raises(SceneError, match="ends neither in .mp4"):
        rendered(folder, name)


def test_without_its_empty_it_says_so(folder):
    made = cup()
    scene = turntable.build_turntable(made, QUICK)
    bpy.data.objects.remove(scene.objects["Turntable"])
    with pytest.raises(SceneError, match="delete that scene"):
        turntable.build_turntable(made, QUICK)


def test_a_result_without_points_is_one_sentence():
    made = cup()
    made.data.clear_geometry()
    bpy.context.view_layer.update()
    with pytest.raises(SceneError, match="has no points"):
        flows.add_turntable(bpy.context, QUICK)
    assert len(bpy.data.scenes) == 1
