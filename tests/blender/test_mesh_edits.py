"""A result between two of our touches: whatever a person did to it, a slider keeps place, size and work, or asks."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from small_results import kept_result, planets, small_ball

from addon import api, flows
from addon.blender import field_instances, mesh_edits


@pytest.fixture
def ball():
    """A ball of radius 0.6 m, twice as large and elsewhere."""
    made = kept_result(small_ball(), on_floor=True)
    made.scale, made.location, made.rotation_euler = (2, 2, 2), (1, 0, 3), (0, 0, 0.5)
    bpy.context.view_layer.update()
    return made


def box(obj):
    """The corners of what is seen, in the scene: lowest and highest."""
    bpy.context.view_layer.update()
    points = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", points)
    world = points.reshape(-1, 3) @ np.array(obj.matrix_world.to_3x3()).T + np.array(obj.matrix_world.translation)
    return np.concatenate([world.min(axis=0), world.max(axis=0)])


def is_outward(obj):
    """Whether the faces enclose a positive volume (the divergence theorem, a tetrahedron for each triangle)."""
    mesh = obj.data
    mesh.calc_loop_triangles()
    corners = np.array([[mesh.vertices[i].co for i in each.vertices] for each in mesh.loop_triangles])
    sign = np.sign(obj.matrix_world.determinant())
    return sign * np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() > 0


def apply_all(ball):
    bpy.ops.object.transform_apply(location=True, rotation=True, scale=True)


def apply_scale(ball):
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)


def apply_uneven(ball):
    ball.scale = (1, 3, 0.5)
    bpy.ops.object.transform_apply(location=False, rotation=True, scale=True)


def apply_mirrored(ball):
    ball.scale.x = -2
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)


def origin_to_cursor(ball):
    bpy.context.scene.cursor.location = (0, 0, -5)
    bpy.ops.object.origin_set(type="ORIGIN_CURSOR")


def origin_to_geometry(ball):
    bpy.ops.object.origin_set(type="ORIGIN_GEOMETRY")


def geometry_to_origin(ball):
    bpy.ops.object.origin_set(type="GEOMETRY_ORIGIN")


def scaled_in_edit_mode(ball):
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.transform.resize(value=(1.5, 1.5, 1.5))
    bpy.ops.object.mode_set(mode="OBJECT")


def transformed_by_a_script(ball):
    ball.data.transform(Matrix.Rotation(1.0, 4, "X") @ Matrix.Translation((0, 2, 0)))


AS_A_WHOLE = [
    apply_all, apply_scale, apply_uneven, apply_mirrored, origin_to_cursor, origin_to_geometry, geometry_to_origin,
    scaled_in_edit_mode, transformed_by_a_script,
]  # fmt: skip


@pytest.mark.parametrize("done", AS_A_WHOLE, ids=lambda done: done.__name__)
def test_what_moved_the_whole_mesh_is_kept_by_a_slider(ball, done):
    ball.dreamwright_remesh.smooth = 3  # a mesh as the sliders make it
    done(ball)
    before, faces = box(ball), len(ball.data.polygons)
    assert mesh_edits.edits_of(ball) == []
    ball.dreamwright_remesh.smooth = 4
    assert flows.LIVE_REMESH.sentence == ""
    assert box(ball) == pytest.approx(before, abs=0.2), "a little smoother"
    ball.dreamwright_remesh.smooth = 3
    assert box(ball) == pytest.approx(before, abs=1e-4) and len(ball.data.polygons) == faces
    assert is_outward(ball)


@pytest.mark.parametrize("done", AS_A_WHOLE, ids=lambda done: done.__name__)
def test_the_field_is_found_where_the_mesh_was_moved_to(ball, done):
    """The renderer of fields asks where a point of the scene lies in the field: its ball is around the origin there."""
    done(ball)
    ball.dreamwright_remesh.smooth = 4  # another mesh, with what was applied to the one before
    bpy.context.view_layer.update()
    to_field = field_instances.field_instance(ball, np.array(ball.matrix_world)).to_field
    seen = np.array([to_field @ (*(ball.matrix_world @ vertex.co), 1.0) for vertex in ball.data.vertices])
    assert np.linalg.norm(seen[:, :3], axis=1) == pytest.approx(np.full(len(seen), 0.6), abs=0.06)


def test_applied_twice_both_are_kept(ball):
    apply_all(ball)
    ball.dreamwright_remesh.smooth = 4
    ball.scale.z = 0.5
    apply_all(ball)
    before = box(ball)
    ball.dreamwright_remesh.smooth = 5
    assert box(ball) == pytest.approx(before, abs=0.06)


def sculpted(ball):
    ball.data.vertices[0].co = (9, 9, 9)


def sculpted_a_little(ball):
    """By a tenth of a millimeter, in a ball of a meter."""
    ball.data.vertices[7].co.x += 1e-4


def sculpted_after_applying(ball):
    apply_all(ball)
    ball.data.vertices[7].co.x += 0.01


def joined(ball):
    other = kept_result(planets(), name="p", job="j2")
    other.select_set(True)
    ball.select_set(True)
    bpy.context.view_layer.objects.active = ball
    bpy.ops.object.join()


def a_part_deleted(ball):
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="DESELECT")
    bpy.ops.object.mode_set(mode="OBJECT")
    for vertex in ball.data.vertices[:20]:
        vertex.select = True
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.delete(type="VERT")
    bpy.ops.object.mode_set(mode="OBJECT")


def subdivided(ball):
    ball.modifiers.new("mine", "SUBSURF")
    bpy.ops.object.modifier_apply(modifier="mine")


def painted(ball):
    ball.data.color_attributes["Color"].data[0].color = (1, 0, 1, 1)


def with_shape_keys(ball):
    ball.shape_key_add(name="Basis")
    ball.shape_key_add(name="smile").data[0].co.z += 1


def with_vertex_groups(ball):
    ball.vertex_groups.new(name="arm").add([0, 1], 1.0, "ADD")


def with_uvs(ball):
    ball.data.uv_layers.new(name="UVMap")


def with_an_attribute(ball):
    ball.data.attributes.new("mine", "FLOAT", "POINT")


def with_seams(ball):
    ball.data.edges[0].use_seam = True


def with_materials_on_faces(ball):
    ball.data.materials.append(bpy.data.materials.new("eye"))
    ball.data.polygons[0].material_index = 1


BY_HAND = {
    sculpted: "moved points", sculpted_a_little: "moved points", sculpted_after_applying: "moved points",
    joined: "other points or faces", a_part_deleted: "other points or faces", subdivided: "other points or faces",
    painted: "painted colors", with_shape_keys: "shape keys", with_vertex_groups: "vertex groups", with_uvs: "UV maps",
    with_an_attribute: "the attribute 'mine'", with_seams: "seams",
    with_materials_on_faces: "materials on single faces",
}  # fmt: skip


@pytest.mark.parametrize(("done", "word"), BY_HAND.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_slider_asks_before_work_by_hand_is_lost(ball, done, word):
    done(ball)
    mesh, before = ball.data, box(ball)
    ball.dreamwright_remesh.smooth = 4
    assert ball.data == mesh and (box(ball) == before).all()
    assert word in flows.LIVE_REMESH.sentence and "edited by hand" in flows.LIVE_REMESH.sentence
    for refused in (bpy.ops.dreamwright.remesh, bpy.ops.dreamwright.reset_remesh, lambda: api.remesh(ball)):
        with pytest.raises((RuntimeError, api.DreamwrightError), match="edited by hand"):
            refused()
    assert ball.data == mesh
    assert bpy.ops.dreamwright.remesh(replace_edits=True) == {"FINISHED"}
    assert ball.data.shape_keys is None and mesh_edits.edits_of(ball) in ([], ["vertex groups"])


def test_what_is_no_work_is_not_asked_for(ball):
    """Selected, hidden and shown again, shaded flat, its material and modifiers changed, saved and opened."""
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.hide()
    bpy.ops.mesh.reveal()
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.object.shade_flat()
    ball.modifiers.new("mine", "SUBSURF")
    ball.data.materials[0] = bpy.data.materials.new("mine")
    assert mesh_edits.edits_of(ball) == []
    ball.dreamwright_remesh.smooth = 4
    assert flows.LIVE_REMESH.sentence == "" and not any(each.use_smooth for each in ball.data.polygons), "still flat"


def test_an_edited_mesh_is_known_in_another_session(ball, tmp_path):
    ball.data.vertices[0].co = (9, 9, 9)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert mesh_edits.edits_of(bpy.data.objects["a ball"]) == ["moved points"]


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"points": 1}', '{"sketch": [[1]]}', 7])
def test_a_note_that_is_none_of_ours_asks_nothing(ball, note):
    ball.data[mesh_edits.AS_MADE] = note
    assert mesh_edits.edits_of(ball) == [] and (mesh_edits.applied_transform(ball.data) == np.eye(4)).all()


def test_linked_duplicates_stay_linked(ball):
    duplicate = ball.copy()
    bpy.context.collection.objects.link(duplicate)
    ball.data["mine"], ball.data.name = 5, "my mesh"
    ball.dreamwright_remesh.smooth = 4
    assert duplicate.data == ball.data and duplicate.dreamwright_remesh.smooth == 4
    assert ball.data["mine"] == 5 and ball.data.name == "my mesh"


def test_a_linked_duplicate_in_edit_mode_keeps_the_mesh(ball):
    duplicate = ball.copy()
    bpy.context.collection.objects.link(duplicate)
    bpy.context.view_layer.objects.active = duplicate
    bpy.ops.object.mode_set(mode="EDIT")
    mesh = ball.data
    ball.dreamwright_remesh.smooth = 4
    assert ball.data == mesh and "go to Object Mode" in flows.LIVE_REMESH.sentence


def test_a_single_user_copy_goes_its_own_way(ball):
    copy = ball.copy()
    copy.data = ball.data.copy()
    bpy.context.collection.objects.link(copy)
    mesh = copy.data
    ball.dreamwright_remesh.smooth = 4
    assert copy.data == mesh and copy.dreamwright_remesh.smooth == 5


def test_two_of_one_name_are_two(ball, tmp_path):
    """One linked from another file: each button works on the one that is meant, or says why not."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    mine = kept_result(small_ball(), job="mine1")
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, there):
        there.objects = ["a ball"]
    linked = there.objects[0]
    bpy.context.scene.collection.objects.link(linked)
    bpy.context.view_layer.update()
    bpy.context.view_layer.objects.active = linked
    meshes = mine.data, linked.data
    with pytest.raises(RuntimeError, match="'a ball' is linked from another file"):
        bpy.ops.dreamwright.remesh(resolution=16)
    with pytest.raises(api.DreamwrightError, match="linked from another file"):
        api.remesh(linked, resolution=16)
    assert (mine.data, linked.data) == meshes
    assert api.remesh(mine, resolution=16) == mine and mine.data != meshes[0]
    override = linked.override_create(remap_local_usages=True)
    bpy.context.view_layer.objects.active = override
    with pytest.raises(RuntimeError, match="library override"):
        bpy.ops.dreamwright.remesh(resolution=12)


def test_a_rename_in_between_loses_nothing(ball):
    flow = flows.remesh(bpy.context, smooth=3)
    next(flow)
    ball.name = "Hero"
    with pytest.raises(StopIteration) as end:
        while True:
            next(flow)
    assert end.value.value == ball and ball.dreamwright_remesh.smooth == 3
