"""A prompt with several things: an object each under one empty, by a real backend."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest

from addon.blender import results, take_visibility, takes

pytestmark = pytest.mark.usefixtures("backend_python")


def generate(prompt, **more):
    assert bpy.ops.dreamwright.generate(prompt=prompt, quality="INSTANT", **more) == {"FINISHED"}
    return json.loads(bpy.context.scene["dreamwright_report"])


def world_box(obj):
    points = np.array([obj.matrix_world @ vertex.co for vertex in obj.data.vertices])
    return points.min(axis=0), points.max(axis=0)


def test_each_thing_is_an_object_where_it_belongs_under_one_empty():
    report = generate("a red cube on a small table next to a tree")
    bpy.context.view_layer.update()
    made = [obj for obj in bpy.context.scene.objects if results.is_result(obj)]
    (empty,) = {obj.parent for obj in made}
    assert [obj["dreamwright_prompt"] for obj in made] == ["a red cube", "a table", "a tree"]
    assert empty[take_visibility.SCENE] == report["prompt"] == "a red cube on a small table next to a tree"
    assert len(takes.list_takes(bpy.context.scene)) == 3
    assert report["faces"] == sum(len(obj.data.polygons) for obj in made)
    (cube_low, _), (table_low, table_high), (tree_low, tree_high) = map(world_box, made)
    assert abs(cube_low[2] - table_high[2]) < 0.05  # rests on it
    assert table_low[2] == pytest.approx(0, abs=0.02) and tree_low[2] == pytest.approx(0, abs=0.02)
    assert tree_high[2] > table_high[2] and (table_low[0] > tree_high[0] or table_high[0] < tree_low[0])
    assert max(tree_high[0], table_high[0], 0) - min(tree_low[0], table_low[0]) < 2.01  # in the box that was given


def test_moving_the_empty_moves_all_and_one_may_be_made_anew_alone():
    generate("two apples next to a bowl")
    made = [obj for obj in bpy.context.scene.objects if results.is_result(obj)]
    before = [world_box(obj)[0] for obj in made]
    made[0].parent.location.x += 5
    bpy.context.view_layer.update()
    moved = [world_box(obj)[0] - low for obj, low in zip(made, before, strict=True)]
    assert np.allclose(moved, [5, 0, 0], atol=1e-4)
    bpy.context.view_layer.objects.active = made[2]
    assert bpy.ops.dreamwright.remesh() == {"FINISHED"}
    assert len(made) == 3


def test_an_unknown_relation_is_one_sentence_and_makes_nothing():
    with pytest.raises(RuntimeError, match="How 'riding' places 'cat' and 'horse' is not known: say on, under"):
        bpy.ops.dreamwright.generate(prompt="a cat riding a horse", quality="INSTANT")
    assert not takes.list_takes(bpy.context.scene)


def test_one_thing_is_one_object_without_an_empty():
    report = generate("a snowman with a red hat")
    assert bpy.data.objects[report["object"]].parent is None
