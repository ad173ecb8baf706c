"""Of takes in one place one is seen, in the viewport and in renders alike; a comparison collides with nothing."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from made_takes import cuboid, made_take, reopened
from small_results import kept_result, small_ball

from addon import flows
from addon.blender import comparison, results, take_visibility, takes
from addon.core.bake_export_config import TextureConfig
from addon.core.take_record import TakeRecord
from addon.core.wire import config
from addon.flows.scene_of_objects import gather

QUICK = TextureConfig(faces=200, size=64)


def choose(take):
    bpy.context.scene.dreamwright.takes.row = bpy.context.scene.objects.find(take.name)


def is_seen(obj):
    """In the viewport, and in renders; the two must say the same."""
    in_viewport, in_renders = obj.visible_get(), not obj.hide_render
    assert in_viewport == in_renders, obj.name
    return in_viewport


def test_choosing_one_shows_it_alone():
    made = [made_take(f"a{number}", f"take {number}", created=number) for number in range(3)]
    for chosen in (made[1], made[0], made[2]):
        choose(chosen)
        assert [is_seen(each) for each in made] == [each == chosen for each in made]


def test_what_was_moved_apart_is_a_thing_of_the_scene_and_stays_seen():
    first, second, third = (made_take(f"a{number}", f"take {number}", created=number) for number in range(3))
    third.location.x = 5.0
    choose(first)
    assert is_seen(first) and is_seen(third) and not is_seen(second)
    third.location.x = 0.3  # into the first
    choose(first)
    assert not is_seen(third)


def test_the_things_of_one_prompt_are_seen_together():
    """Apples in a bowl: one inside the other, and neither an older take of the other."""
    made = [made_take(f"a{number}", f"take {number}", created=number) for number in range(3)]
    older = made.pop(0)
    choose(made[1])
    assert not is_seen(made[0])
    empty = gather(bpy.context.scene, config.JobConfig(prompt="two things"), [each.name for each in made])
    assert [is_seen(each) for each in made] == [True, True] and empty[take_visibility.SCENE] == "two things"
    choose(made[0])
    assert [is_seen(each) for each in made] == [True, True] and not is_seen(older)
    choose(older)
    assert [is_seen(each) for each in made] == [False, False]


def test_those_of_the_same_box_that_was_turned_are_in_one_place():
    first, second = made_take("a1", "first"), made_take("a2", "second")
    for obj in (first, second):
        obj.rotation_euler.z = 1.0
        results.note_transform(obj)
    assert take_visibility.overlaps(first, second) and results.is_untransformed(first)
    second.location.x += 5.0
    assert not results.is_untransformed(second) and not take_visibility.overlaps(first, second)


def test_copies_and_objects_of_the_user_are_not_hidden():
    first = made_take("a1", "first")
    made_take("a2", "second")
    copy = first.copy()
    copy.location.x = 5.0
    bpy.context.collection.objects.link(copy)
    hero = bpy.data.objects.new("Hero", cuboid("cube"))
    bpy.context.collection.objects.link(hero)
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    choose(bpy.data.objects["second"])
    assert is_seen(copy) and is_seen(hero) and not is_seen(first)


def test_the_eye_of_a_row_is_for_viewport_and_renders():
    made = made_take("a1")
    made.dreamwright_visible = False
    assert not is_seen(made) and not made.dreamwright_visible
    made.dreamwright_visible = True
    assert is_seen(made) and made.dreamwright_visible
    made.hide_render = True
    assert not made.dreamwright_visible, "half hidden is not shown"


def test_a_baked_take_is_seen_by_its_textures(tmp_path):
    """Unwrap and Bake, then a click on the take: what is seen is what is rendered, and what a turntable shows."""
    dense = kept_result(small_ball())
    takes.write_take(dense, TakeRecord("a1", "a ball"))
    twin = flows.bake_textures(bpy.context, QUICK).object
    choose(dense)
    assert is_seen(twin) and not is_seen(dense) and bpy.context.view_layer.objects.active == twin
    other = made_take("a2", "other")
    choose(other)
    assert not is_seen(twin) and not is_seen(dense)
    choose(dense)
    assert is_seen(twin) and not is_seen(dense) and not is_seen(other)


def test_somebody_who_edits_a_take_keeps_it_in_view():
    first, second = made_take("a1", "first"), made_take("a2", "second")
    bpy.context.view_layer.objects.active = first
    bpy.ops.object.mode_set(mode="EDIT")
    choose(second)
    assert first.mode == "EDIT" and is_seen(first) and bpy.context.view_layer.objects.active == first


def laid_out():
    return [obj for obj in comparison.compared_objects(bpy.context.scene) if obj.type == "MESH"]


def test_a_comparison_hides_the_takes_and_brings_back_what_was_seen(tmp_path):
    made = [made_take(f"a{number}", f"take {number}", created=number) for number in range(3)]
    choose(made[1])
    bpy.ops.dreamwright.compare()
    assert [is_seen(each) for each in made] == [False] * 3 and [is_seen(each) for each in laid_out()] == [True] * 3
    bpy.ops.dreamwright.compare()  # again, in place of the first
    reopened(tmp_path / "a.blend")
    bpy.ops.dreamwright.end_comparison()
    assert [is_seen(bpy.data.objects[f"take {number}"]) for number in range(3)] == [False, True, False]
    assert not any(comparison.HIDDEN in obj for obj in bpy.data.objects)


def test_a_comparison_stands_in_nothing_of_the_users():
    for number in range(3):
        made_take(f"a{number}", f"take {number}", created=number)
    bpy.ops.mesh.primitive_cube_add(size=2.0)
    cube = bpy.context.object
    bpy.ops.dreamwright.compare()
    bpy.context.view_layer.update()
    boxes = [take_visibility.world_box(each) for each in [cube, *laid_out()]]
    for index, one in enumerate(boxes):
        assert all(take_visibility.shared_volume(one, other) == 0.0 for other in boxes[index + 1 :])
    assert np.array([box[0][2] for box in boxes[1:]]) == pytest.approx(0.0, abs=1e-5), "on the ground of the cursor"


def test_a_comparison_is_in_view(monkeypatch):
    """The view looks at the middle of the row, and all of it is seen."""
    made_take("a1", "first"), made_take("a2", "second")
    bpy.context.scene.cursor.location = (50, 0, 0)
    bpy.ops.dreamwright.compare()
    views = [
        area.spaces.active.region_3d
        for window in bpy.context.window_manager.windows
        for area in window.screen.areas
        if area.type == "VIEW_3D"
    ]
    assert views and all(view.view_location.x == pytest.approx(50, abs=1) for view in views)
