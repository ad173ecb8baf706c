"""Whatever a scene is set to, its pictures are those of its cameras and show what is there; or one sentence says why
not."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from made_takes import made_take
from mathutils import Vector
from small_results import kept_result, small_ball
from small_scenes import lit_ball, names, settings

from addon import flows
from addon.blender import bounds, camera_prompts, camera_roles, capture, ours, switched_off, takes
from addon.core.bake_export_config import TextureConfig
from addon.core.capture_config import CaptureConfig
from addon.core.errors import SceneError
from addon.core.take_record import TakeRecord

SMALL = CaptureConfig(views=2, image_size=32, samples=4)


def pixels(file):
    image = bpy.data.images.load(str(file))
    values = np.array(image.pixels[:], np.float32).reshape(image.size[1], image.size[0], -1)
    bpy.data.images.remove(image)
    return values


def camera(name, location, at=(0, 0, 0.5)):
    made = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    bpy.context.scene.collection.objects.link(made)
    made.location = location
    made.rotation_euler = (Vector(at) - Vector(location)).to_track_quat("-Z", "Y").to_euler()
    return made


def taken(folder, cameras=None, wanted=SMALL):
    box = bounds.subject_box(bpy.context)
    for _ in capture.capture(bpy.context, folder, wanted, box, cameras):
        pass
    return [pixels(file) for file in sorted(folder.glob("*.png"))]


@pytest.fixture
def pair():
    lit_ball()
    made = camera("near", (0, -3, 0.5)), camera("far", (5, 0, 3))
    bpy.context.view_layer.update()
    return made


def covered(pictures):
    return [float(picture[..., 3].mean()) for picture in pictures]


def test_a_camera_bound_to_a_marker_takes_no_other_ones_picture(pair, tmp_path):
    before = covered(taken(tmp_path / "a", list(pair)))
    bpy.context.scene.timeline_markers.new("F_01", frame=1).camera = pair[0]
    assert covered(taken(tmp_path / "b", list(pair))) == pytest.approx(before) and before[0] > 1.5 * before[1]
    assert bpy.context.scene.timeline_markers[0].camera == pair[0]
    assert len(set(np.round(covered(taken(tmp_path / "c")), 3))) <= 2, "a sphere sees the ball from everywhere alike"


def test_of_several_view_layers_the_one_in_view_is_rendered(pair, tmp_path):
    before = covered(taken(tmp_path / "a", list(pair)))
    for name in ("A first", "empty"):
        layer = bpy.context.scene.view_layers.new(name)
        layer.use = True
        for part in layer.layer_collection.children:
            part.exclude = True
    scene = bpy.context.scene
    clutter = bpy.data.collections.new("clutter")
    scene.collection.children.link(clutter)
    ball = bpy.context.object.copy()
    ball.location, ball.scale = (0, 0, 2), (3, 3, 3)
    clutter.objects.link(ball)
    for layer in scene.view_layers:
        layer.layer_collection.children["clutter"].exclude = layer == bpy.context.view_layer
    assert covered(taken(tmp_path / "b", list(pair))) == pytest.approx(before, abs=0.02)


def test_a_view_layer_that_is_not_rendered_is_still_what_is_seen(pair, tmp_path):
    bpy.context.view_layer.use = False
    bpy.context.scene.view_layers.new("other")
    assert min(covered(taken(tmp_path / "a", list(pair)))) > 0.005


@pytest.mark.parametrize(
    "change",
    [
        lambda scene: setattr(scene.cycles, "film_exposure", 8.0),
        lambda scene: setattr(scene.view_settings, "use_white_balance", True),
        lambda scene: setattr(scene.render, "use_freestyle", True),
        lambda scene: setattr(scene.cycles, "time_limit", 0.0001),
        lambda scene: setattr(scene.view_layers[0], "samples", 1),
        lambda scene: setattr(scene.render, "use_placeholder", True),
    ],
    ids=["film exposure", "white balance", "freestyle", "time limit", "samples of a layer", "placeholder"],
)
def test_what_a_render_is_set_to_is_not_in_the_pictures(pair, tmp_path, change):
    before = taken(tmp_path / "a", list(pair))
    change(bpy.context.scene)
    after = taken(tmp_path / "b", list(pair))
    assert all(np.abs(one - other).max() < 0.02 for one, other in zip(before, after, strict=True))


def hide_by_eye(obj):
    obj.hide_set(True)


def hide_by_screen(obj):
    obj.hide_viewport = True


def hide_from_renders(obj):
    obj.hide_render = True


def in_a_collection(obj):
    held = bpy.data.collections.new("held")
    bpy.context.scene.collection.children.link(held)
    for other in obj.users_collection:
        other.objects.unlink(obj)
    held.objects.link(obj)
    return held


def excluded(obj):
    bpy.context.view_layer.layer_collection.children[in_a_collection(obj).name].exclude = True


def collection_hidden(obj):
    in_a_collection(obj).hide_viewport = True


def collection_hidden_by_eye(obj):
    bpy.context.view_layer.layer_collection.children[in_a_collection(obj).name].hide_viewport = True


def collection_not_rendered(obj):
    in_a_collection(obj).hide_render = True


OFF = [
    hide_by_eye, hide_by_screen, hide_from_renders, excluded, collection_hidden, collection_hidden_by_eye,
    collection_not_rendered,
]  # fmt: skip


@pytest.mark.parametrize("off", OFF, ids=lambda off: off.__name__)
def test_a_camera_that_is_switched_off_takes_no_picture(pair, off):
    third = camera("third", (-4, -4, 2))
    third.data.dreamwright_prompt = "the left side"
    off(third)
    bpy.context.view_layer.update()
    assert camera_roles.cameras_from(bpy.context, "SCENE") == [pair[1], pair[0]]
    assert flows.describe_roles(bpy.context) == "Cameras: 2 training, 1 off"
    assert camera_prompts.camera_prompts(bpy.context.scene, bounds.job_box(bpy.context.scene)) == []
    off(pair[0])
    with pytest.raises(SceneError, match=r"1 cameras of this scene are in use \(2 hidden or off\)"):
        camera_roles.cameras_from(bpy.context, "SCENE")


@pytest.mark.parametrize("off", [each for each in OFF if each not in (hide_from_renders, collection_not_rendered)])
def test_a_box_that_is_switched_off_says_so(off):
    """Blender does not move what is hidden: its place may be an old one."""
    lit_ball()
    bpy.ops.dreamwright.add_box()
    box = bpy.context.object
    off(box)
    box.location.x = 5.0
    for asked in (lambda: flows.job_box(bpy.context.scene), lambda: bounds.subject_box(bpy.context)):
        with pytest.raises(SceneError, match=f"The box '{box.name}' is hidden or excluded: show it, or choose no box"):
            asked()
    with pytest.raises(RuntimeError, match="is hidden or excluded"):
        bpy.ops.dreamwright.generate(prompt="a red cube")


def test_a_box_that_renders_leave_out_is_a_box_all_the_same():
    bpy.ops.dreamwright.add_box()
    bpy.context.object.hide_render = True
    assert flows.job_box(bpy.context.scene).size == (2.0, 2.0, 2.0)


def test_cameras_that_share_their_data_cannot_have_two_roles(pair):
    twin = pair[0].copy()
    bpy.context.scene.collection.objects.link(twin)
    with pytest.raises(SceneError, match="share their data, and with it their role"):
        flows.hold_out_cameras(bpy.context, 2)
    assert {each.data.dreamwright_role for each in pair} == {"TRAIN"}
    twin.data = twin.data.copy()
    assert flows.hold_out_cameras(bpy.context, 3) == (1, 2)


def test_cameras_that_share_their_data_each_take_their_own_picture(pair, tmp_path):
    pair[1].data = pair[0].data
    near, far = covered(taken(tmp_path / "a", list(pair)))
    assert near > 1.5 * far


def our_things():
    """A take that was moved to another collection, its low poly, its volume, a comparison, and a copy."""
    dense = kept_result(small_ball())
    takes.write_take(dense, TakeRecord("a1", "a ball"))
    flows.bake_textures(bpy.context, TextureConfig(faces=100, size=64))
    made_take("a2", "second", width=3.0)
    bpy.ops.dreamwright.compare()
    for obj in [each for each in bpy.context.scene.objects if ours.is_ours(each)]:
        obj.hide_viewport = obj.hide_render = False
    return dense


def test_nothing_of_ours_is_in_the_pictures_wherever_it_was_moved(pair, tmp_path):
    box = bounds.subject_box(bpy.context)
    before = taken(tmp_path / "a", list(pair))
    dense = our_things()
    props, sub = (bpy.data.collections.new(name) for name in ("Props", "Below"))
    bpy.context.scene.collection.children.link(props)
    props.children.link(sub)
    bpy.context.scene.collection.objects.link(dense)
    sub.objects.link(dense)
    ball = bpy.data.objects["Sphere"]
    bpy.context.scene.collection.objects.unlink(ball)
    sub.objects.link(ball)  # beside the take, in the same collection
    assert bounds.subject_box(bpy.context) == box
    state = settings(bpy.context.scene), names()
    after = taken(tmp_path / "b", list(pair))
    assert all(np.abs(one - other).max() < 0.02 for one, other in zip(before, after, strict=True))
    assert (settings(bpy.context.scene), names()) == state


def test_what_is_excluded_or_a_holdout_stays_so_beside_a_take(pair, tmp_path):
    ball = bpy.data.objects["Sphere"]
    held = in_a_collection(ball)
    held.objects.link(made_take("a1"))
    part = bpy.context.view_layer.layer_collection.children["held"]
    part.holdout = True
    with pytest.raises(SceneError, match="show nothing"):
        taken(tmp_path / "a", list(pair))
    part.holdout = False
    assert min(covered(taken(tmp_path / "b", list(pair)))) > 0.005
    held.hide_render = True
    with pytest.raises(SceneError, match="show nothing"):
        taken(tmp_path / "c", list(pair))


def test_an_object_with_the_mesh_of_a_take_is_the_users_and_is_in_the_pictures(tmp_path):
    lit_ball()
    hero = bpy.context.object
    made_take("a1")
    bpy.ops.dreamwright.promote(take="a1", target=hero.name)
    bpy.data.objects["a red cube"].hide_render = True
    assert bounds.subject_box(bpy.context).size[0] == pytest.approx(bounds.MARGIN, abs=0.01)


def strays(folder, wanted):
    """What lies beside the folder that was asked for."""
    return [each.name for each in folder.iterdir() if each.name not in (wanted, "cache")]


@pytest.mark.parametrize("name", ["plain", "shot_{v01}", "{blend_name}", "50% of #3", "чайник", "a b'c", "x<UDIM>"])
def test_a_folder_may_have_any_name(pair, tmp_path, name):
    assert len(taken(tmp_path / name / "views", list(pair))) == 2
    written = {each.name for each in (tmp_path / name / "views").glob("*.json")}
    assert written == {"transforms.json", *(f"transforms_{split}.json" for split in ("train", "val", "test"))}
    assert strays(tmp_path, name) == []


@pytest.mark.parametrize("name", ["{scene_name}", "50% of #3", "чайник"])
@pytest.mark.parametrize("file", ["x.png", "{blend_name} #1.mp4"])
def test_a_turntable_may_be_written_anywhere(tmp_path, name, file):
    kept_result(small_ball())
    (tmp_path / name).mkdir()
    bpy.ops.dreamwright.render_turntable(filepath=str(tmp_path / name / file), frames=2, size=32, samples=2)
    wanted = ["x_0001.png", "x_0002.png"] if file == "x.png" else [file]
    assert sorted(each.name for each in (tmp_path / name).iterdir()) == wanted
    assert strays(tmp_path, name) == []


def test_a_hidden_result_is_on_its_turntable_and_on_its_asset(tmp_path):
    made = kept_result(small_ball())
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    made.hide_render = made.hide_viewport = True
    bpy.ops.dreamwright.render_turntable(
        filepath=str(tmp_path / "x.png"), frames=2, size=32, samples=2, transparent=True
    )
    assert min(float(pixels(file)[..., 3].mean()) for file in tmp_path.glob("*.png")) > 0.1
    bpy.ops.dreamwright.publish()
    picture = np.array(made.preview.image_pixels_float[:]).reshape(-1, 4)
    assert picture[:, 3].mean() > 0.1 and made.hide_render and made.hide_viewport


def test_what_is_switched_off_in_a_scene_that_was_never_shown():
    other = bpy.data.scenes.new("other")
    eye = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
    other.collection.objects.link(eye)
    assert not switched_off.is_switched_off(eye, other)
    eye.hide_render = True
    assert switched_off.is_switched_off(eye, other)
