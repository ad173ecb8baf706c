"""Whatever Blender lets people do to a result between two of our touches, and then each of our buttons.

One scene for each thing that is done; what a button cannot do then is one sentence, and never a fault of ours.
"""

from __future__ import annotations

import sys

import bmesh
import bpy
import numpy as np
import pytest
from mathutils import Matrix
from small_results import kept_result, small_ball

from addon import flows, headless
from addon.blender import mesh_edits, region_marks, takes
from addon.core.errors import SceneError
from addon.core.take_record import TakeRecord
from addon.core.wire import config
from addon.flows import regions

FACES = 100


@pytest.fixture
def ball(monkeypatch):
    """A take of a ball whose grid is kept, a budget of faces far below what it has, and no backend that starts."""
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)
    made = kept_result(small_ball())
    takes.write_take(made, TakeRecord("a1", "a ball", created=1.0))
    bpy.context.view_layer.update()
    return made


def only(*objects):
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj in objects)
    bpy.context.view_layer.objects.active = objects[-1]


def mirrored(result):
    result.scale = (-2, 1, 1)
    only(result)
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)


def instanced(result):
    collection, empty = bpy.data.collections.new("Copies"), bpy.data.objects.new("Copy", None)
    collection.objects.link(result)
    empty.instance_type, empty.instance_collection = "COLLECTION", collection
    bpy.context.scene.collection.objects.link(empty)


def made_single(result):
    only(result)
    bpy.ops.object.duplicate(linked=True)
    bpy.ops.object.make_single_user(object=True, obdata=True)
    only(result)


def joined(result):
    other = result.copy()
    other.data, other["dreamwright_job"], other.location = result.data.copy(), "b2", (3, 0, 0)
    bpy.context.scene.collection.objects.link(other)
    only(other, result)
    bpy.ops.object.join()


def separated(result):
    mesh = bmesh.new()
    mesh.from_mesh(result.data)
    bmesh.ops.create_icosphere(mesh, subdivisions=1, radius=0.2, matrix=Matrix.Translation((3, 0, 0)))
    mesh.to_mesh(result.data)
    mesh.free()
    only(result)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.separate(type="LOOSE")
    bpy.ops.object.mode_set(mode="OBJECT")
    only(result)


def renamed(result):
    result.name, result.data.name = "Pokémon {} %s", "mesh{}%s"


def with_nodes(result):
    tree = bpy.data.node_groups.new("Empty", "GeometryNodeTree")
    for way in ("OUTPUT", "INPUT"):
        tree.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
    result.modifiers.new("Nodes", "NODES").node_group = tree


def voxelized(result):
    modifier = result.modifiers.new("Remesh", "REMESH")
    modifier.mode, modifier.voxel_size = "VOXEL", 0.2
    only(result)
    bpy.ops.object.modifier_apply(modifier="Remesh")


def driven_by_keys(result):
    result.shape_key_add(name="Basis")
    result.shape_key_add(name="Up").data[0].co.z += 1
    result.data.shape_keys.key_blocks["Up"].driver_add("value").driver.expression = "0.5"
    bpy.context.view_layer.update()


def on_a_bone(result):
    armature = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(armature)
    only(armature)
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones.new("Bone").tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    result.parent, result.parent_type, result.parent_bone = armature, "BONE", "Bone"
    bpy.context.view_layer.update()
    only(result)


def with_own_attributes(result):
    result.data.attributes.new("mine", "FLOAT", "FACE")
    result.data.normals_split_custom_set_from_vertices([vertex.normal for vertex in result.data.vertices])


def excluded(result):
    layers = bpy.context.view_layer.layer_collection.children
    next(each for each in layers if each.collection == result.users_collection[0]).exclude = True


def simulated(result):
    only(result)
    bpy.ops.rigidbody.object_add()


def marked_as_asset(result):
    result.asset_mark()


def overridden(result):
    """Linked from another file, overridden, and made local again."""
    file = f"{bpy.app.tempdir}linked.blend"
    bpy.data.libraries.write(file, {result}, fake_user=True)
    bpy.data.objects.remove(result)
    with bpy.data.libraries.load(file, link=True) as (_, wanted):
        wanted.objects = ["a ball"]
    (linked,) = wanted.objects
    bpy.context.scene.collection.objects.link(linked)
    local = linked.override_create(remap_local_usages=True)
    local.make_local()
    local.data.make_local()
    only(local)


KEEPS_ITS_MESH = {joined, voxelized, driven_by_keys, with_own_attributes}
"""Work that another mesh would lose."""
DONE = [mirrored, instanced, made_single, joined, separated, renamed, with_nodes, voxelized, driven_by_keys, on_a_bone,
        with_own_attributes, excluded, simulated, marked_as_asset, overridden]  # fmt: skip


@pytest.mark.parametrize("done", DONE, ids=lambda done: done.__name__)
def test_each_button_does_it_or_says_why(ball, done, tmp_path):
    done(ball)
    (take,) = takes.list_takes(bpy.context.scene)
    obj, there = take.object, len(take.object.data.polygons)
    assert bpy.ops.dreamwright.choose_take(take="a1") == {"FINISHED"}
    assert part_of(take).kind == "redo"
    obj.dreamwright_remesh.max_faces = FACES
    assert (len(obj.data.polygons) == there) == (done in KEEPS_ITS_MESH)
    with pytest.raises(RuntimeError, match="was not edited by hand" if done not in KEEPS_ITS_MESH else "backend"):
        bpy.ops.dreamwright.go_on_from_edits(take="a1")
    if obj.name in bpy.context.view_layer.objects:
        only(obj)
        assert bpy.ops.dreamwright.export(filepath=str(tmp_path / "a.stl")) == {"FINISHED"}
    bpy.ops.mesh.primitive_cube_add()
    assert bpy.ops.dreamwright.promote(take="a1") == {"FINISHED"}
    assert bpy.ops.dreamwright.delete_take(take="a1") == {"FINISHED"}
    assert takes.list_takes(bpy.context.scene) == []


def part_of(take):
    """The region of a box around the result, as a job would have it."""
    box = bpy.data.objects.new("Part", None)
    bpy.context.scene.collection.objects.link(box)
    bpy.context.view_layer.update()
    wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "a hat"})
    part = region_marks.read(box, config.REDO)
    flow = regions.with_regions_of_take(bpy.context.scene, wanted, take.object, part)
    (found,) = headless.run(flow).regions.items
    return found


def test_what_leaves_nothing_to_work_on_is_one_sentence(ball, tmp_path):
    take = takes.find_take(bpy.context.scene, "a1")
    ball.scale = (1, 0, 1)
    bpy.context.view_layer.update()
    with pytest.raises(SceneError, match="'a ball' is scaled to nothing: give every axis"):
        part_of(take)
    ball.scale = (1, 1, 1)
    ball.data.vertices[0].co.x = float("nan")
    assert mesh_edits.edits_of(ball) == ["moved points"], "no map took it there"
    ball.dreamwright_remesh.max_faces = FACES
    assert len(ball.data.polygons) > FACES
    ball.data.clear_geometry()
    with pytest.raises(RuntimeError, match="'a ball' has no faces, so there is nothing to export"):
        bpy.ops.dreamwright.export(filepath=str(tmp_path / "a.glb"))
    with pytest.raises(RuntimeError, match="'a ball' has no faces any more: undo, or choose another take"):
        bpy.ops.dreamwright.go_on_from_edits(take="a1")
    assert np.isfinite(mesh_edits.applied_transform(ball.data)).all() and not flows.APP.current_task
