"""Delete Take takes the take, and nothing that a person made of it or uses it for."""

from __future__ import annotations

import bpy
import pytest
from made_takes import made_take, reopened
from small_results import kept_result, small_ball

from addon import flows, headless
from addon.blender import takes
from addon.core.bake_export_config import TextureConfig
from addon.core.take_record import TakeRecord


def copy_of(obj, name, linked=False):
    copy = obj.copy()
    copy.name = name
    if not linked:
        copy.data = obj.data.copy()
    bpy.context.scene.collection.objects.link(copy)
    return copy


def deleted(job="a1"):
    """What Delete Take says beside that it did."""
    return headless.run(flows.delete_take(bpy.context, job)).warnings


def jobs(scene=None):
    return [take.job for take in takes.list_takes(scene or bpy.context.scene)]


@pytest.mark.parametrize("name", ["my sculpt", "zzz", "a red cube.000", "AAA"])
@pytest.mark.parametrize("linked", [True, False])
def test_a_copy_stays_whatever_its_name(name, linked):
    """Names never tell which is the copy: what was made first is the take's own."""
    made = made_take("a1")
    copy = copy_of(made, name, linked)
    copy.data.vertices[0].co = (9, 9, 9)
    assert deleted() == [f"'{name}' stays, and is yours."]
    assert [obj.name for obj in bpy.data.objects] == [name] and copy.data.vertices[0].co.x == 9
    assert jobs() == [] and takes.take_of(copy) is None


def test_a_copy_of_an_earlier_session_stays_too(tmp_path):
    copy_of(made_take("a1"), "A sculpt")
    for _ in range(2):
        reopened(tmp_path / "a.blend")
    copy_of(bpy.data.objects["A sculpt"], "A third")
    assert deleted() == ["'A sculpt' and 'A third' stay, and are yours."]
    assert sorted(obj.name for obj in bpy.data.objects) == ["A sculpt", "A third"]


def test_a_part_that_was_separated_stays():
    made = made_take("a1")
    bpy.context.view_layer.objects.active = made
    made.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="DESELECT")
    bpy.ops.object.mode_set(mode="OBJECT")
    made.data.polygons[0].select = True
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.separate(type="SELECTED")
    bpy.ops.object.mode_set(mode="OBJECT")
    part = next(obj for obj in bpy.data.objects if obj != made)
    deleted()
    assert list(bpy.data.objects) == [part] and len(part.data.polygons) == 1


def test_another_scene_keeps_it():
    made = made_take("a1")
    two = bpy.data.scenes.new("two")
    two.collection.objects.link(made)
    assert deleted() == ["the scene 'two' still uses 'a red cube', so it stays there."]
    assert list(two.objects) == [made] and jobs() == [] and jobs(two) == ["a1"]


def test_a_collection_that_two_scenes_show_is_not_emptied():
    made = made_take("a1")
    two = bpy.data.scenes.new("two")
    two.collection.children.link(made.users_collection[0])
    with pytest.raises(RuntimeError, match="the scene 'two' shows as well"):
        bpy.ops.dreamwright.delete_take()
    assert jobs() == ["a1"] == jobs(two)


def test_what_uses_it_keeps_it():
    """A Boolean that cuts with it, and a constraint that aims at it."""
    made = made_take("a1")
    bpy.ops.mesh.primitive_cube_add()
    wall = bpy.context.object
    wall.name = "wall"
    wall.modifiers.new("cut", "BOOLEAN").object = made
    assert deleted() == ["'wall' still uses 'a red cube', so it stays there."]
    assert wall.modifiers[0].object == made and jobs() == [] and made.name not in bpy.context.scene.objects


def test_an_instanced_collection_keeps_what_it_shows():
    made = made_take("a1")
    kit = bpy.data.collections.new("kit")  # as an asset: in no scene, but instanced
    kit.objects.link(made)
    empty = bpy.data.objects.new("instance", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", kit
    bpy.context.scene.collection.objects.link(empty)
    assert deleted() == ["'kit' still uses 'a red cube', so it stays there."] and list(kit.objects) == [made]


def test_its_children_stay_where_they_are():
    made = made_take("a1")
    made.location, made.scale = (1, 2, 3), (2, 2, 2)
    child = bpy.data.objects.new("child", None)
    bpy.context.scene.collection.objects.link(child)
    child.parent, child.location = made, (1, 0, 0)
    bpy.context.view_layer.update()
    deleted()
    bpy.context.view_layer.update()
    assert tuple(child.matrix_world.translation) == pytest.approx((3, 2, 3)) and child.parent is None


def test_nothing_is_left_of_it_when_nothing_uses_it():
    made_take("a1")
    assert deleted() == []
    assert not bpy.data.objects and not bpy.data.meshes and not bpy.data.materials


def test_the_low_poly_of_it_stays_and_its_own_material_with_it():
    dense = kept_result(small_ball())
    takes.write_take(dense, TakeRecord("a1", "a ball"))
    twin = flows.bake_textures(bpy.context, TextureConfig(faces=200, size=64)).object
    assert deleted() == [] and list(bpy.data.objects) == [twin] and len(twin.data.materials) == 1


def test_it_is_one_undo_step():
    copy_of(made_take("a1"), "my sculpt")
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.dreamwright.delete_take("EXEC_DEFAULT", True)
    bpy.ops.ed.undo()
    assert sorted(obj.name for obj in bpy.data.objects) == ["a red cube", "my sculpt"]
    assert takes.take_of(bpy.data.objects["my sculpt"]) is not None
