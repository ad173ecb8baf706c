"""Takes in the .blend: remembered, found again, told apart, whoever and whichever version made them."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest
from made_takes import made_take, old_take, picture, reopened
from small_scenes import lit_ball

from addon.blender import results, takes, thumbnail
from addon.core.take_record import VERSION

OLD_FILE = Path(__file__).parent.parent / "data" / "takes_version_0.blend"


def jobs():
    return [take.job for take in takes.list_takes(bpy.context.scene)]


def pixels(obj):
    width, height = obj.preview.image_size
    return np.array(obj.preview.image_pixels_float[:]).reshape(height, width, 4)


def choose(take):
    """As a click on its row in the list."""
    settings = bpy.context.scene.dreamwright.takes
    settings.row = bpy.context.scene.objects.find(take.name)
    return settings


def test_takes_are_listed_oldest_first():
    lit_ball()
    made_take("a2", created=2.0)
    made_take("a1", created=1.0)
    assert jobs() == ["a1", "a2"]
    assert takes.take_of(bpy.data.objects["Sphere"]) is None and takes.take_of(None) is None


def test_saved_closed_and_reopened_the_takes_are_there_with_their_pictures(tmp_path):
    made = made_take("a1", seed=7, score=0.31, parent="a0", parent_step=40)
    before, seen = takes.take_of(made).record, pixels(made)
    assert seen[-1, 0] == pytest.approx([40 / 255, 40 / 255, 20 / 255, 1.0], abs=0.01), "the upper half is colored"
    scene = reopened(tmp_path / "a.blend")
    take = takes.find_take(scene, "a1")
    assert take.record == before and take.record.checkpoint_steps == (20, 40, 60) and take.record.parent_step == 40
    assert pixels(take.object) == pytest.approx(seen) and take.object.preview.is_image_custom


def test_a_picture_survives_undo():
    made = made_take("a1")
    bpy.ops.ed.undo_push(message="made")
    made.location.x = 3.0
    bpy.ops.ed.undo_push(message="moved")
    bpy.ops.ed.undo()
    assert tuple(bpy.data.objects["a red cube"].preview.image_size) == (32, 32)


def test_no_absolute_path_is_in_the_file(tmp_path):
    made_take("a1", settings={"dataset": str(tmp_path / "captures"), "method": "reconstruct"})
    path = tmp_path / "a.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=False, relative_remap=False)
    text = bpy.data.objects["a red cube"][takes.RECORD]
    assert str(tmp_path) not in text and json.loads(text)["settings"]["dataset"] == "captures"


def test_an_old_file_opens_and_its_takes_are_listed():
    """Written by the add-on before it had records (Blender 4.5)."""
    bpy.ops.wm.open_mainfile(filepath=str(OLD_FILE))
    first, second = takes.list_takes(bpy.context.scene)
    assert (first.record.version, first.record.prompt, first.record.seed) == (0, "a red cube", 3)
    assert second.record.prompt == "a blue cone" and second.record.license == "GPL-3.0-or-later"
    assert not first.why_read_only and first.record.models == [{"name": "embedded", "license": "GPL-3.0-or-later"}]


@pytest.mark.parametrize("wrong", [{"seed": "x", "models": 3}, {"models": "[", "step": [1, 2]}, {"prompt": 5}])
def test_an_old_take_with_strange_properties_is_listed_all_the_same(wrong):
    for name, value in wrong.items():
        old_take("a1")[f"dreamwright_{name}"] = value
    assert jobs() == ["a1"]


def test_a_record_that_is_no_longer_one_leaves_a_take_of_version_0():
    made_take("a1")[takes.RECORD] = "{half of"
    take = takes.find_take(bpy.context.scene, "a1")
    assert take.record.version == 0 and take.record.prompt == "a red cube"


def test_a_newer_take_is_listed_and_cannot_be_changed():
    made = made_take("a1")
    made[takes.RECORD] = json.dumps(json.loads(made[takes.RECORD]) | {"version": VERSION + 1, "mood": "blue"})
    take = takes.find_take(bpy.context.scene, "a1")
    assert take.record.prompt == "a red cube" and "update the extension" in take.why_read_only
    text = made[takes.RECORD]
    for operator in ("refine", "refine_from_step", "rewind", "promote", "rename_take", "delete_take"):
        assert not getattr(bpy.ops.dreamwright, operator).poll(), operator
        with pytest.raises(RuntimeError, match="update the extension"):
            getattr(bpy.ops.dreamwright, operator)()
    assert made[takes.RECORD] == text


def test_a_newer_take_that_a_script_names_is_refused_as_well():
    """The list has another one chosen, so the button is not gray."""
    made = made_take("a1")
    made[takes.RECORD] = json.dumps(json.loads(made[takes.RECORD]) | {"version": VERSION + 1})
    choose(takes.take_of(made_take("a2")))
    with pytest.raises(RuntimeError, match="update the extension"):
        bpy.ops.dreamwright.delete_take(take="a1")
    with pytest.raises(RuntimeError, match="update the extension"):
        bpy.ops.dreamwright.rename_take(take="a1", name="mine")


def test_a_take_of_a_linked_file_cannot_be_changed(tmp_path):
    made_take("a1")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, wanted):
        wanted.objects = ["a red cube"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    assert "linked from another file" in takes.list_takes(bpy.context.scene)[0].why_read_only


def test_a_duplicate_is_the_same_take():
    made = made_take("a1")
    twin = made.copy()
    bpy.context.collection.objects.link(twin)
    assert jobs() == ["a1"] and takes.find_take(bpy.context.scene, "a1").object == made
    bpy.data.objects.remove(made)
    assert takes.find_take(bpy.context.scene, "a1").object == twin


def test_the_takes_of_another_scene_are_not_listed():
    made_take("a1")
    assert takes.list_takes(bpy.data.scenes.new("other")) == []


def test_a_row_that_is_chosen_selects_its_object():
    first, second = made_take("a1", created=1.0), made_take("a2", created=2.0)
    settings = choose(takes.take_of(first))
    assert settings.chosen == "a1" and bpy.context.view_layer.objects.active == first
    assert bpy.context.selected_objects == [first]
    choose(takes.take_of(second))
    assert takes.chosen_take(bpy.context).object == second and bpy.context.selected_objects == [second]


def test_the_chosen_row_follows_its_take_wherever_that_goes():
    """Rows are counted among the scene's objects, which come and go."""
    made_take("a1", created=1.0)
    settings = choose(takes.take_of(made_take("a2", created=2.0)))
    for _ in range(3):
        lit_ball()
    bpy.data.objects.remove(bpy.data.objects["a red cube"])
    assert bpy.context.scene.objects[settings.row]["dreamwright_job"] == "a2"
    bpy.data.objects.remove(bpy.context.scene.objects[settings.row])
    assert settings.row == -1


def test_a_row_of_another_object_chooses_nothing():
    made_take("a1")
    ball = lit_ball()
    settings = choose(ball)
    assert settings.chosen == "" and settings.row == -1
    settings.row = 1000
    settings.row = -1


def test_a_hidden_take_is_seen_when_it_is_chosen():
    made = made_take("a1")
    made.hide_viewport = made.hide_render = True
    lit_ball()
    choose(takes.take_of(made))
    assert not made.hide_viewport and not made.hide_render and bpy.context.selected_objects == [made]
    made.hide_set(True)
    choose(takes.take_of(made))
    assert not made.hide_get()


def test_without_a_choice_the_active_take_counts_and_then_the_only_one():
    first = made_take("a1")
    lit_ball()
    assert takes.chosen_take(bpy.context).object == first
    second = made_take("a2")
    assert takes.chosen_take(bpy.context) is None
    bpy.context.view_layer.objects.active = second
    assert takes.chosen_take(bpy.context).object == second


def test_a_choice_is_saved(tmp_path):
    made_take("a1")
    choose(takes.take_of(made_take("a2")))
    assert reopened(tmp_path / "a.blend").dreamwright.takes.chosen == "a2"


def test_rename_gives_the_object_another_name():
    made = made_take("a1")
    assert bpy.ops.dreamwright.rename_take(name="  my cup ") == {"FINISHED"}
    assert made.name == "my cup" and takes.find_take(bpy.context.scene, "a1").name == "my cup"
    with pytest.raises(RuntimeError, match="name is empty"):
        bpy.ops.dreamwright.rename_take(name="  ")
    with pytest.raises(RuntimeError, match="no take of job 'a9'"):
        bpy.ops.dreamwright.rename_take(take="a9", name="x")


def test_the_panel_can_take_over_what_a_take_was_asked_for():
    made_take("a1", prompt="a blue cone", seed=9, quality="high")
    bpy.ops.dreamwright.load_take_settings()
    settings = bpy.context.scene.dreamwright
    assert (settings.prompt, settings.seed, settings.quality) == ("a blue cone", 9, "HIGH")


def test_a_take_without_a_quality_leaves_that_of_the_panel():
    old_take("a1")
    bpy.context.scene.dreamwright.quality = "HIGH"
    bpy.ops.dreamwright.load_take_settings()
    assert bpy.context.scene.dreamwright.quality == "HIGH" and bpy.context.scene.dreamwright.seed == 3


def test_without_takes_the_buttons_say_so():
    for operator in (
        "refine",
        "refine_from_step",
        "rewind",
        "promote",
        "rename_take",
        "delete_take",
        "load_take_settings",
    ):
        with pytest.raises(RuntimeError, match="no takes yet"):
            getattr(bpy.ops.dreamwright, operator)()


def test_two_takes_of_which_none_is_chosen_are_a_question():
    made_take("a1"), made_take("a2")
    with pytest.raises(RuntimeError, match="Choose a take in the list"):
        bpy.ops.dreamwright.load_take_settings()


def test_a_picture_is_shared():
    giver, taker = made_take("a1"), lit_ball()
    thumbnail.copy_thumbnail(giver, taker)
    assert pixels(taker) == pytest.approx(pixels(giver))
    assert thumbnail.icon_of(made_take("a2", seen=False)) == 0
    thumbnail.set_thumbnail(taker, picture(200, size=64))
    assert pixels(taker).shape == (64, 64, 4)


def test_the_small_picture_is_given_too_or_blender_would_render_one(tmp_path):
    made_take("a1")
    reopened(tmp_path / "a.blend")
    preview = bpy.data.objects["a red cube"].preview
    small = np.array(preview.icon_pixels_float[:]).reshape(32, 32, 4)
    assert preview.is_icon_custom and tuple(preview.icon_size) == (32, 32)
    assert small[-1, 0] == pytest.approx([40 / 255, 40 / 255, 20 / 255, 1.0], abs=0.01) and small[0, 0, 3] == 0.0


def test_what_is_transparent_does_not_shine_through_in_its_color():
    """Blender draws icons as colors that are multiplied by alpha already: a faint red fog was a red wall."""
    image, obj = np.full((64, 64, 4), 255, np.uint8), lit_ball()
    image[:32] = (255, 40, 20, 0)
    image[32:, :32, 3] = 51
    thumbnail.set_thumbnail(obj, image)
    seen = pixels(obj)
    assert not seen[-1].any() and seen[0, 0] == pytest.approx([0.2] * 4, abs=0.01) and (seen[0, -1] == 1).all()


@pytest.mark.parametrize("shape", [(32, 32), (128, 128), (33, 70)])
def test_shrunk_is_the_mean_over_what_is_seen(shape):
    """Against a slow loop; what is transparent has no say in the color."""
    pixels = np.random.default_rng(0).random((*shape, 4)).astype(np.float32)
    pixels[: shape[0] // 2, :, 3] = 0.0
    small = thumbnail.shrunk(pixels, 32)
    for i, j in [(0, 0), (31, 31), (17, 5)]:
        rows, columns = (slice(k * n // 32, (k + 1) * n // 32) for k, n in zip((i, j), shape, strict=True))
        block = pixels[rows, columns].reshape(-1, 4).astype(float)
        assert small[i, j, 3] == pytest.approx(block[:, 3].mean(), abs=1e-5)
        if block[:, 3].sum():
            assert small[i, j, :3] == pytest.approx(np.average(block[:, :3], axis=0, weights=block[:, 3]), abs=1e-4)


def test_what_is_taken_out_is_only_ours(tmp_path):
    made, ball = made_take("a1"), lit_ball()
    child = bpy.data.objects.new("child", None)
    bpy.context.collection.objects.link(child)
    child.parent = made
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.dreamwright.delete_take("EXEC_DEFAULT", True) == {"FINISHED"}
    assert jobs() == [] and ball.name in bpy.data.objects and "child" in bpy.data.objects
    assert "a red cube" not in bpy.data.meshes
    bpy.ops.ed.undo()
    assert jobs() == ["a1"] and "a red cube" in bpy.data.meshes


def test_a_mesh_that_another_object_uses_outlives_its_take():
    made = made_take("a1")
    twin = bpy.data.objects.new("twin", made.data)
    bpy.context.collection.objects.link(twin)
    bpy.ops.dreamwright.delete_take()
    assert len(twin.data.vertices) == 8


def test_a_take_that_is_edited_is_not_taken_out():
    made = made_take("a1")
    choose(takes.take_of(made))
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(RuntimeError, match="go to Object Mode first"):
        bpy.ops.dreamwright.delete_take()
    bpy.ops.object.mode_set(mode="OBJECT")
    assert jobs() == ["a1"]


def test_a_mesh_that_is_edited_is_not_replaced_without_a_word():
    """Blender ignores `object.data = mesh` in Edit Mode."""
    made = made_take("a1")
    choose(takes.take_of(made))
    bpy.ops.object.mode_set(mode="EDIT")
    meshes = len(bpy.data.meshes)
    with pytest.raises(results.SceneError, match="Edit mode: go to Object Mode"):
        results.replace_mesh(made, bpy.data.meshes.new("finer"))
    assert len(bpy.data.meshes) == meshes
    bpy.ops.object.mode_set(mode="OBJECT")
