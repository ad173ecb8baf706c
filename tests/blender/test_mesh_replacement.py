"""Promote: what the user did to an object stays, only its mesh becomes another; and nothing is lost."""

from __future__ import annotations

import bpy
import pytest
from made_takes import cuboid, made_take, reopened

from addon.blender import remesh_record, takes
from addon.core.remesh_config import RemeshConfig


def placed_by_the_user(obj):
    """Moved, turned, scaled, named, parented, with modifiers, constraints and two materials (one on the object)."""
    obj.name = "Hero"
    obj.location, obj.rotation_euler, obj.scale = (3.0, 2.0, 1.0), (0.1, 0.2, 0.3), (2.0, 2.0, 2.0)
    obj.modifiers.new("Bevel", "BEVEL").width = 0.05
    obj.constraints.new("LIMIT_LOCATION")
    obj.data.materials.clear()
    for name in ("paint", "glass"):
        obj.data.materials.append(bpy.data.materials.new(name))
    obj.material_slots[1].link = "OBJECT"
    obj.material_slots[1].material = bpy.data.materials.new("my own")
    obj["note"] = "mine"
    bpy.context.view_layer.objects.active = obj
    return obj


def of_the_user(obj):
    """What must not change."""
    return {
        "name": obj.name,
        "place": [tuple(row) for row in obj.matrix_basis],
        "modifiers": [(each.name, each.type, each.width) for each in obj.modifiers],
        "constraints": [each.type for each in obj.constraints],
        "materials": [(slot.link, slot.material.name) for slot in obj.material_slots],
        "note": obj["note"],
        "collections": [each.name for each in obj.users_collection],
    }


def width(obj):
    return max(vertex.co.x for vertex in obj.data.vertices) * 2


def choose(job):
    bpy.context.scene.dreamwright.takes.chosen = job


def test_an_object_of_the_user_gets_the_mesh_and_keeps_the_rest():
    take = made_take("a1", width=5.0)
    hero = bpy.data.objects.new("cube", cuboid("cube"))
    bpy.context.scene.collection.objects.link(hero)
    before = of_the_user(placed_by_the_user(hero))
    choose("a1")
    assert bpy.ops.dreamwright.promote() == {"FINISHED"}
    assert of_the_user(hero) == before and width(hero) == 5.0
    assert hero.data != take.data and hero.data.name == "cube", "a mesh of its own"
    assert len(bpy.data.meshes) == 2
    assert takes.take_of(hero).job == "a1" and takes.find_take(bpy.context.scene, "a1").object == take


def test_a_renamed_take_gets_the_mesh_of_another_and_is_itself_laid_aside():
    hero = placed_by_the_user(made_take("a1", created=1.0, width=1.0))
    made_take("a2", created=2.0, width=5.0)
    before = of_the_user(hero)
    choose("a2")
    bpy.ops.dreamwright.promote()
    assert of_the_user(hero) == before and width(hero) == 5.0 and takes.take_of(hero).job == "a2"
    aside = takes.find_take(bpy.context.scene, "a1").object
    assert width(aside) == 1.0 and aside.hide_viewport and aside.hide_render and aside != hero
    assert [take.job for take in takes.list_takes(bpy.context.scene)] == ["a1", "a2"]


def test_a_take_that_another_object_shows_is_not_laid_aside_twice():
    hero = placed_by_the_user(made_take("a1"))
    twin = hero.copy()
    bpy.context.collection.objects.link(twin)
    made_take("a2")
    choose("a2")
    bpy.ops.dreamwright.promote()
    assert takes.find_take(bpy.context.scene, "a1").object == twin and len(bpy.data.objects) == 3


def test_promoted_back_and_forth_nothing_is_lost():
    hero = placed_by_the_user(made_take("a1", width=1.0))
    made_take("a2", width=5.0)
    for job, wide in (("a2", 5.0), ("a1", 1.0), ("a2", 5.0)):
        bpy.ops.dreamwright.promote(take=job, target="Hero")
        assert width(hero) == wide
    assert {take.job for take in takes.list_takes(bpy.context.scene)} == {"a1", "a2"}
    assert len(bpy.data.objects) == 3


def test_one_promotion_is_one_undo_step():
    placed_by_the_user(made_take("a1", width=1.0))
    made_take("a2", width=5.0)
    choose("a2")
    bpy.ops.ed.undo_push(message="before")
    before = {
        obj.name: (width(obj), sorted(name for name in takes.PROPERTIES if name in obj)) for obj in bpy.data.objects
    }
    bpy.ops.dreamwright.promote("EXEC_DEFAULT", True)
    bpy.ops.ed.undo()
    assert {
        obj.name: (width(obj), sorted(name for name in takes.PROPERTIES if name in obj)) for obj in bpy.data.objects
    } == before


def test_the_promoted_object_outlives_its_take(tmp_path):
    hero = bpy.data.objects.new("Hero", cuboid("cube"))
    bpy.context.scene.collection.objects.link(hero)
    made_take("a1", width=5.0)
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    bpy.ops.dreamwright.delete_take(take="a1")
    assert width(hero) == 5.0 and takes.take_of(hero) is None and takes.list_takes(bpy.context.scene) == []
    reopened(tmp_path / "a.blend")
    assert width(bpy.data.objects["Hero"]) == 5.0


def test_an_object_without_materials_gets_those_of_the_take():
    hero = bpy.data.objects.new("Hero", cuboid("cube"))
    bpy.context.scene.collection.objects.link(hero)
    made_take("a1")
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    assert [material.name for material in hero.data.materials] == ["a red cube"]


def test_the_sliders_of_the_take_go_with_its_mesh():
    hero = bpy.data.objects.new("Hero", cuboid("cube"))
    bpy.context.scene.collection.objects.link(hero)
    remesh_record.set_remesh_settings(made_take("a1"), RemeshConfig(threshold=5.0, resolution=64))
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    assert remesh_record.remesh_settings_of(hero) == RemeshConfig(threshold=5.0, resolution=64)


def test_what_else_we_keep_on_an_object_stays():
    hero = bpy.data.objects.new("Hero", cuboid("cube"))
    bpy.context.scene.collection.objects.link(hero)
    hero["dreamwright_turntable"] = True
    made_take("a1")
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    bpy.ops.dreamwright.delete_take(take="a1")
    assert hero["dreamwright_turntable"] and takes.RECORD not in hero


def test_a_linked_duplicate_of_the_target_keeps_its_mesh():
    hero = bpy.data.objects.new("Hero", cuboid("cube"))
    twin = bpy.data.objects.new("twin", hero.data)
    for obj in (hero, twin):
        bpy.context.scene.collection.objects.link(obj)
    made_take("a1", width=5.0)
    bpy.ops.dreamwright.promote(take="a1", target="Hero")
    assert (width(hero), width(twin)) == (5.0, 1.0)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("", "Make the mesh object active that should get the mesh of 'a red cube'"),
        ("a red cube", "Make the mesh object active"),
        ("Empty", "Make the mesh object active"),
        ("nobody", "There is no object 'nobody'"),
    ],
)
def test_a_target_that_does_not_fit_is_one_sentence(target, sentence):
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Empty", None))
    made_take("a1")
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.dreamwright.promote(target=target)


def test_a_target_that_is_edited_is_one_sentence_and_stays():
    hero = placed_by_the_user(made_take("a1", width=1.0))
    made_take("a2", width=5.0)
    before = len(bpy.data.objects), len(bpy.data.meshes)
    bpy.context.view_layer.objects.active = hero
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(RuntimeError, match="go to Object Mode first"):
        bpy.ops.dreamwright.promote(take="a2")
    bpy.ops.object.mode_set(mode="OBJECT")
    assert width(hero) == 1.0 and (len(bpy.data.objects), len(bpy.data.meshes)) == before
