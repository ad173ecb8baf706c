"""Takes side by side: duplicates that are linked, words under them, and nothing left when they are taken away."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from made_takes import made_take, reopened
from mathutils import Vector
from small_scenes import lit_ball, names

from addon.blender import comparison, takes


def laid_out():
    """The duplicates from left to right, and the words under them."""
    objects = bpy.data.collections[comparison.COLLECTION].objects
    doubles = [obj for obj in objects if obj.type == "MESH"]
    words = [obj for obj in objects if obj.type == "FONT"]
    return tuple(sorted(some, key=lambda obj: (round(obj.location.y, 3), obj.location.x)) for some in (doubles, words))


def box(obj):
    """In the world, (2, 3): lowest and highest corner."""
    bpy.context.view_layer.update()
    corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])
    return np.array([corners.min(axis=0), corners.max(axis=0)])


def three_takes():
    return [
        made_take("a1", "a cup", created=1.0, width=1.0, seed=4, score=0.314),
        made_take("a2", "a red cube", created=2.0, width=3.0),
        made_take("a3", "a chair", created=3.0, width=2.0),
    ]


def test_takes_stand_side_by_side_in_their_order_and_do_not_touch():
    three_takes()
    assert bpy.ops.dreamwright.compare() == {"FINISHED"}
    doubles, words = laid_out()
    assert [each.name.split(" compared")[0] for each in doubles] == ["a cup", "a red cube", "a chair"]
    boxes = np.array([box(each) for each in doubles])
    assert (boxes[1:, 0, 0] > boxes[:-1, 1, 0]).all(), "each begins right of the one before"
    assert boxes[:, 0, 2] == pytest.approx(0.0, abs=1e-6), "they stand on one floor"
    assert (boxes[0, 0, 0] + boxes[-1, 1, 0]) / 2 == pytest.approx(0.0, abs=0.6), "around the cursor"
    for double, text in zip(doubles, words, strict=True):
        low, high = box(double)
        assert text.location.x == pytest.approx((low[0] + high[0]) / 2) and text.location.z < low[2]
        assert text.data.align_x == "CENTER"
    assert words[0].data.body == "a cup\nseed 4, draft, 0.31"


def test_duplicates_share_the_mesh_and_are_no_takes():
    originals = three_takes()
    before = [(take.job, take.name) for take in takes.list_takes(bpy.context.scene)]
    originals[0].modifiers.new("Bevel", "BEVEL")
    bpy.ops.dreamwright.compare()
    doubles, _ = laid_out()
    assert {each.data for each in doubles} == {each.data for each in originals}
    assert [(take.job, take.name) for take in takes.list_takes(bpy.context.scene)] == before
    assert [each.type for each in doubles[0].modifiers] == ["BEVEL"]
    assert not any(takes.take_of(each) or takes.RECORD in each for each in doubles)


def test_takes_that_the_user_turned_scaled_hid_and_parented_stand_there_all_the_same():
    first, second, _ = three_takes()
    anchor = bpy.data.objects.new("anchor", None)
    bpy.context.collection.objects.link(anchor)
    anchor.location = (50, 0, 0)
    first.parent, first.rotation_euler.z, first.scale = anchor, np.pi / 2, (2, 2, 2)
    second.hide_viewport = second.hide_render = True
    bpy.context.scene.cursor.location = (0, 10, 2)
    bpy.ops.dreamwright.compare()
    boxes = np.array([box(each) for each in laid_out()[0]])
    assert (boxes[1:, 0, 0] > boxes[:-1, 1, 0]).all() and boxes[:, 0, 2] == pytest.approx(2.0, abs=1e-5)
    assert boxes[:, :, 1].mean() == pytest.approx(10.0, abs=0.1)
    assert boxes[0, 1] - boxes[0, 0] == pytest.approx([2.0, 2.0, 2.0], abs=1e-5)
    assert not any(each.hide_viewport or each.hide_render for each in laid_out()[0])
    assert first.parent == anchor and second.hide_viewport, "the takes themselves are as they were"


def test_many_takes_stand_in_rows():
    for index in range(comparison.COLUMNS + 2):
        made_take(f"a{index}", created=float(index), seen=False)
    bpy.ops.dreamwright.compare()
    rows = {round(each.location.y, 3) for each in laid_out()[0]}
    assert len(rows) == 2 and len(laid_out()[0]) == comparison.COLUMNS + 2


def test_those_that_are_selected_are_compared_else_all():
    first, _, third = three_takes()
    for obj in bpy.context.selected_objects:
        obj.select_set(False)
    first.select_set(True)
    bpy.ops.dreamwright.compare()
    assert len(laid_out()[0]) == 3, "one alone is no choice"
    for obj in bpy.context.selected_objects:
        obj.select_set(False)
    for obj in laid_out()[0]:  # the takes themselves are hidden meanwhile
        obj.select_set(obj.name != "a cup compared")
    bpy.ops.dreamwright.compare()
    assert [each.name for each in laid_out()[0]] == ["a red cube compared", "a chair compared"]
    bpy.ops.dreamwright.end_comparison()
    first.select_set(True)
    third.select_set(True)
    bpy.ops.dreamwright.compare()
    assert len(laid_out()[0]) == 2
    bpy.ops.dreamwright.compare(takes="a2 a3")
    assert [each.name for each in laid_out()[0]] == ["a red cube compared", "a chair compared"]


def test_a_long_name_does_not_run_into_the_next():
    made_take("a1", "a very long prompt of many words on a chair")
    made_take("a2")
    bpy.ops.dreamwright.compare()
    first, second = (box(each) for each in laid_out()[1])
    assert first[1, 0] < second[0, 0] and laid_out()[1][0].data.body.count("\n") == 2


def test_it_is_one_undo_step():
    three_takes()
    bpy.ops.ed.undo_push(message="before")
    before = names() | {"curves": len(bpy.data.curves)}
    bpy.ops.dreamwright.compare("EXEC_DEFAULT", True)
    assert names() != before
    bpy.ops.ed.undo()
    assert names() | {"curves": len(bpy.data.curves)} == before


def test_taken_away_nothing_is_left(tmp_path):
    three_takes()
    lit_ball()
    before = names() | {"curves": len(bpy.data.curves)}
    bpy.ops.dreamwright.compare()
    bpy.ops.dreamwright.compare()  # again: in place of the first
    assert len(laid_out()[0]) == 3
    reopened(tmp_path / "a.blend")
    assert bpy.ops.dreamwright.end_comparison() == {"FINISHED"}
    assert names() | {"curves": len(bpy.data.curves)} == before
    with pytest.raises(RuntimeError, match="There is no comparison"):
        bpy.ops.dreamwright.end_comparison()


def test_what_the_user_put_beside_them_stays():
    three_takes()
    bpy.ops.dreamwright.compare()
    lamp = bpy.data.objects.new("lamp", bpy.data.lights.new("lamp", "POINT"))
    bpy.data.collections[comparison.COLLECTION].objects.link(lamp)
    bpy.ops.dreamwright.end_comparison()
    assert lamp.users_collection[0].name == comparison.COLLECTION
    bpy.ops.dreamwright.compare()
    assert comparison.is_laid_out(bpy.context.scene) and "lamp" in bpy.data.objects


def test_a_take_deleted_in_between_leaves_its_duplicate_to_be_taken_away():
    three_takes()
    bpy.ops.dreamwright.compare()
    bpy.ops.dreamwright.delete_take(take="a2")
    bpy.ops.dreamwright.end_comparison()
    assert sorted(obj.name for obj in bpy.data.objects) == ["a chair", "a cup"]


def test_one_take_alone_is_one_sentence():
    with pytest.raises(RuntimeError, match="fewer than two takes"):
        bpy.ops.dreamwright.compare()
    made_take("a1"), made_take("a2")
    with pytest.raises(RuntimeError, match="fewer than two takes"):
        bpy.ops.dreamwright.compare(takes="a1 a9")
