"""What hangs on an object, and what it hangs on, when its mesh is replaced or a low poly is made of it."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from made_takes import cuboid, made_take
from small_results import kept_result, small_ball

from addon import flows
from addon.core.bake_export_config import TextureConfig

QUICK = TextureConfig(faces=200, size=64)


@pytest.fixture
def ball():
    return kept_result(small_ball())


def linked(obj):
    bpy.context.scene.collection.objects.link(obj)
    return obj


def armature():
    data = bpy.data.armatures.new("rig")
    rig = linked(bpy.data.objects.new("rig", data))
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bone = data.edit_bones.new("hand")
    bone.head, bone.tail = (0, 0, 1), (0, 1, 2)
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.location, rig.pose.bones["hand"].location = (2, 0, 0), (0.3, 0.2, 0.1)
    return rig


def to_an_object(obj):
    obj.parent = linked(bpy.data.objects.new("parent", None))
    obj.parent.location = (5, 0, 0)


def to_a_bone(obj):
    obj.parent, obj.parent_type, obj.parent_bone = armature(), "BONE", "hand"


def to_a_vertex(obj):
    obj.parent = linked(bpy.data.objects.new("parent", cuboid("parent")))
    obj.parent.location = (0, 0, 4)
    obj.parent_type, obj.parent_vertices = "VERTEX", (3, 0, 0)


def to_three_vertices(obj):
    to_a_vertex(obj)
    obj.parent_type, obj.parent_vertices = "VERTEX_3", (0, 3, 6)


def with_a_constraint(obj):
    target = linked(bpy.data.objects.new("target", None))
    target.location = (0, 7, 0)
    obj.constraints.new("COPY_LOCATION").target = target


def with_a_delta(obj):
    obj.delta_location = (0, 0, 9)


def with_keys(obj):
    for frame, x in ((1, 0.0), (10, 5.0)):
        obj.location.x = x
        obj.keyframe_insert("location", frame=frame)
    bpy.context.scene.frame_set(7)


HELD = [to_an_object, to_a_bone, to_a_vertex, to_three_vertices, with_a_constraint, with_a_delta, with_keys]


def place(obj):
    bpy.context.view_layer.update()
    return np.array(obj.matrix_world)


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.__name__)
def test_a_low_poly_stands_where_the_dense_one_does(ball, held):
    held(ball)
    twin = flows.bake_textures(bpy.context, QUICK).object
    ball.hide_viewport = False
    assert place(twin) == pytest.approx(place(ball), abs=1e-5)
    assert not np.allclose(place(twin), np.eye(4)), "it is held by something"
    if ball.parent:
        ball.parent.location.y += 3
    for constraint in ball.constraints:
        constraint.target.location.z += 2
    bpy.context.scene.frame_set(4)
    assert place(twin) == pytest.approx(place(ball), abs=1e-5)
    assert [each.type for each in twin.constraints] == [each.type for each in ball.constraints]


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.__name__)
def test_a_promoted_object_stays_where_it_is(held):
    hero = linked(bpy.data.objects.new("Hero", cuboid("cube")))
    made_take("a1", width=5.0)
    held(hero)
    before = place(hero)
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    assert place(hero) == pytest.approx(before, abs=1e-6)


def test_a_low_poly_has_the_shape_keys_of_the_dense_one(ball):
    """Two keys, one of them in effect: it looks as the dense one does now, and as that does when its key is turned."""
    ball.shape_key_add(name="Basis", from_mix=False)
    for name, axis, by in (("taller", 2, 0.5), ("wider", 0, 1.0)):
        key = ball.shape_key_add(name=name, from_mix=False)
        points = np.array([vertex.co for vertex in ball.data.vertices])
        points[:, axis] *= 1 + by
        key.data.foreach_set("co", points.astype(np.float32).ravel())
    ball.data.shape_keys.key_blocks["taller"].value, ball.data.shape_keys.key_blocks["wider"].value = 1.0, 0.0
    twin = flows.bake_textures(bpy.context, QUICK).object
    keys = twin.data.shape_keys.key_blocks
    assert [each.name for each in keys] == ["Basis", "taller", "wider"] and keys["taller"].value == 1.0
    assert evaluated_size(twin) == pytest.approx((1.2, 1.2, 1.8), abs=0.08)
    keys["taller"].value, keys["wider"].value = 0.0, 1.0
    assert evaluated_size(twin) == pytest.approx((2.4, 1.2, 1.2), abs=0.08)
    assert len(ball.data.shape_keys.key_blocks) == 3


def evaluated_size(obj):
    obj.data.update()
    bpy.context.view_layer.update()
    mesh = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    return np.ptp([vertex.co for vertex in mesh.vertices], axis=0)


def test_keys_that_modifiers_leave_no_points_for_are_left_out(ball):
    ball.shape_key_add(name="Basis")
    ball.shape_key_add(name="taller")
    ball.modifiers.new("finer", "SUBSURF")
    assert flows.bake_textures(bpy.context, QUICK).object.data.shape_keys is None


@pytest.mark.parametrize("work", ["shape keys", "vertex groups"])
def test_what_a_promoted_object_would_lose_is_laid_aside(work):
    hero = linked(bpy.data.objects.new("Hero", cuboid("cube")))
    made_take("a1", width=5.0)
    if work == "shape keys":
        hero.shape_key_add(name="Basis")
        hero.shape_key_add(name="smile").data[0].co.z = 7.0
    else:
        hero.vertex_groups.new(name="arm").add([0], 0.5, "ADD")
    said = flows.promote(bpy.context, "a1", "Hero")
    aside = next(obj for obj in bpy.data.objects if obj.name.startswith("Hero."))
    assert aside.name in said and aside.hide_viewport and aside.hide_render and aside.data != hero.data
    if work == "shape keys":
        assert aside.data.shape_keys.key_blocks["smile"].data[0].co.z == 7.0
    else:
        assert aside.vertex_groups["arm"].weight(0) == 0.5


def test_a_take_with_shape_keys_gives_them_to_what_it_is_promoted_to():
    made = made_take("a1", width=5.0)
    made.shape_key_add(name="Basis")
    made.shape_key_add(name="smile")
    hero = linked(bpy.data.objects.new("Hero", cuboid("cube")))
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    assert [each.name for each in hero.data.shape_keys.key_blocks] == ["Basis", "smile"]
    assert made.data.shape_keys and hero.data != made.data
