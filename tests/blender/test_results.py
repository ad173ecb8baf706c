"""Our objects: made whole or not at all, found again, told apart from the user's."""

from __future__ import annotations

import bpy
import pytest
from small_scenes import lit_ball, names

from addon.blender import results

ORIGIN = results.Provenance("a cup", 3, "a1", 12.5, 200, "[]", "GPL", True, (1.0, 2.0, 3.0))


def added(name="a cup", scene=None):
    return results.add_result(scene or bpy.context.scene, bpy.data.meshes.new("new"), ORIGIN, name)


def test_a_result_remembers_where_it_came_from():
    made = added()
    assert results.read_provenance(made) == ORIGIN and tuple(made.location) == (1.0, 2.0, 3.0)
    assert made["dreamwright_prompt"] == "a cup" and made["dreamwright_threshold"] == 12.5


def test_it_still_does_in_a_saved_file(tmp_path):
    added()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert results.read_provenance(bpy.data.objects["a cup"]) == ORIGIN


def test_a_property_that_someone_removed_is_neutral():
    made = added()
    del made["dreamwright_prompt"], made["dreamwright_location"]
    assert results.read_provenance(made).prompt == "" and results.read_provenance(made).location == (0.0, 0.0, 0.0)


def test_one_collection_in_a_scene_and_one_in_another():
    first, second = added(), added()
    other = bpy.data.scenes.new("other")
    third = added(scene=other)
    assert first.users_collection == second.users_collection != third.users_collection
    assert results.COLLECTION in bpy.context.scene.collection.children
    assert [child.name.split(".")[0] for child in other.collection.children] == [results.COLLECTION]


def test_a_failure_leaves_nothing(monkeypatch):
    before = names()

    def fail(mesh):
        raise RuntimeError("no material")

    monkeypatch.setattr(results, "result_material", fail)
    with pytest.raises(RuntimeError):
        added()
    assert names() == before


@pytest.mark.parametrize("name", ["", "   ", "a" * 500, "чайник " * 30, "a\ncup", "🍵" * 40])
def test_any_prompt_gives_a_name(name):
    made = added(name)
    assert made.name and len(made.name.encode()) <= 63 and "\n" not in made.name
    assert "\ufffd" not in made.name


def test_the_users_objects_are_not_results():
    ball = lit_ball()
    assert not results.is_result(ball) and results.active_result(bpy.context) is None
    assert not results.is_result(None)


def test_the_only_result_is_chosen_also_when_another_object_is_active():
    made = added()
    lit_ball()
    assert results.active_result(bpy.context) == made
    added("another")
    assert results.active_result(bpy.context) is None


def test_an_excluded_collection_cannot_be_selected_and_harms_nothing():
    made = added()
    bpy.context.view_layer.layer_collection.children[results.COLLECTION].exclude = True
    results.select_only(bpy.context, made)


def test_a_mesh_that_another_object_uses_is_kept():
    made = added()
    twin = bpy.data.objects.new("twin", made.data)
    old = made.data
    results.replace_mesh(made, bpy.data.meshes.new("finer"))
    assert twin.data == old and made.data != old
