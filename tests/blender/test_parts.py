"""Parts of what the shape prior makes: face sets, vertex groups, material slots and colors by name."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest

from addon.blender import grid_mesh, mesh_edits, parts, results
from addon.blender.material import result_material
from addon.blender.part_volume import colors_of_nearest_part, part_volume
from addon.core import calls
from addon.core.calls import GridData
from addon.core.errors import DiskError

SIDE = 12


def two_part_grid(transform=None) -> GridData:
    """A red block under a blue one, in a box from -1 to 1."""
    density = np.zeros((SIDE,) * 3, np.float16)
    density[3:9, 3:9, 2:10] = 50
    index = np.zeros((SIDE,) * 3, np.uint8)
    index[:, :, 6:] = 1
    color = np.where(index[..., None] == 0, np.array([255, 0, 0]), np.array([0, 0, 255])).astype(np.uint8)
    low, high = (-1.0,) * 3, (1.0,) * 3
    histogram = {"edges": [0.0, 1.0], "counts": [1]}
    placed = np.eye(4) if transform is None else transform
    return GridData(density, color, low, high, placed, 10.0, histogram, 0, index, ("body", "hat"))


def labeled(grid=None) -> bpy.types.Object:
    surface = grid_mesh.relative_to(grid_mesh.surface_of(grid or two_part_grid(), 10.0), np.zeros(3), True)
    mesh = grid_mesh.mesh_from(surface, "two")
    made = bpy.data.objects.new("two", mesh)
    bpy.context.scene.collection.objects.link(made)
    mesh.materials.append(result_material(mesh))
    made["dreamwright_job"] = "none"
    parts.name_parts(made)
    bpy.context.view_layer.objects.active = made
    made.select_set(True)
    return made


def face_heights(mesh) -> np.ndarray:
    return np.array([face.center.z for face in mesh.polygons]) + mesh[grid_mesh.ORIGIN][2]


def test_faces_points_and_materials_are_by_part():
    made = labeled()
    mesh, high = made.data, face_heights(made.data) > 0
    assert parts.part_names(made) == ["body", "hat"] and [m.name for m in mesh.materials] == ["body", "hat"]
    sets = np.array([value.value for value in mesh.attributes[mesh_edits.FACE_SETS].data])
    slots = np.array([face.material_index for face in mesh.polygons])
    assert np.array_equal(sets == 2, high) and np.array_equal(slots == 1, high) and 0 < high.sum() < len(high)
    hat = made.vertex_groups["hat"].index
    points = {v.index for v in mesh.vertices if any(group.group == hat for group in v.groups)}
    assert points == {corner for face in mesh.polygons if face.material_index for corner in face.vertices}
    red, _, blue, _ = mesh.materials["hat"].diffuse_color
    assert blue > 0.8 > 0.3 > red


def test_parts_are_where_they_are_in_a_scene_that_was_moved_and_scaled():
    moved = np.diag([2.0, 2.0, 3.0, 1.0])
    moved[:3, 3] = (5.0, 1.0, 7.0)
    made = labeled(two_part_grid(moved))
    high = face_heights(made.data) > 7.0
    assert np.array_equal(np.array([face.material_index for face in made.data.polygons]) == 1, high)


def test_no_color_runs_over_the_border_of_two_parts():
    grid = two_part_grid()
    points = np.array([[6.0, 6.0, height] for height in np.linspace(2, 9, 57)])
    colors = colors_of_nearest_part(grid, points)
    assert set(map(tuple, np.rint(colors).astype(int).tolist())) == {(255, 0, 0), (0, 0, 255)}


def test_materials_that_a_user_gave_stay():
    made = labeled()
    own = bpy.data.materials.new("my gold")
    made.data.materials.clear()
    made.data.materials.append(own)
    parts.name_parts(made)
    assert [material.name for material in made.data.materials] == ["my gold"]


def test_a_slot_of_a_part_keeps_the_material_that_a_user_put_into_it():
    made = labeled()
    made.data.materials[1] = bpy.data.materials.new("my gold")
    parts.name_parts(made, before=["body", "hat"])
    assert [material.name for material in made.data.materials] == ["body", "my gold"]
    assert {face.material_index for face in made.data.polygons} == {0, 1}


def test_parts_are_no_work_of_a_person_and_other_groups_and_slots_are():
    made = labeled()
    assert mesh_edits.edits_of(made) == []
    made.vertex_groups.new(name="mine")
    made.data.polygons[0].material_index = 1 - made.data.polygons[0].material_index
    assert mesh_edits.edits_of(made) == ["vertex groups", "materials on single faces"]


def test_a_grid_with_one_part_or_none_labels_nothing():
    grid = two_part_grid()
    assert part_volume(GridData(*list(vars(grid).values())[:8])) is None
    assert part_volume(GridData(*[*list(vars(grid).values())[:8], grid.parts * 0, ("all",)])) is None


def test_a_kept_grid_has_its_parts(tmp_path):
    grid = two_part_grid()
    calls.save_grid(grid, tmp_path / "grid.npz")
    back = calls.load_grid(tmp_path / "grid.npz")
    assert np.array_equal(back.parts, grid.parts) and back.part_names == ("body", "hat")
    without = GridData(*list(vars(grid).values())[:8])
    calls.save_grid(without, tmp_path / "plain.npz")
    assert calls.load_grid(tmp_path / "plain.npz").parts is None


@pytest.mark.parametrize("names", [("body",), ()])
def test_a_kept_grid_whose_parts_have_no_names_is_refused(tmp_path, names):
    grid = two_part_grid()
    broken = GridData(*[*list(vars(grid).values())[:8], grid.parts, names])
    calls.save_grid(broken, tmp_path / "grid.npz")
    with pytest.raises(DiskError):
        calls.load_grid(tmp_path / "grid.npz")


def test_select_by_part_selects_its_faces_and_nothing_else():
    made = labeled()
    assert bpy.ops.dreamwright.select_part(part="hat") == {"FINISHED"} and made.mode == "EDIT"
    bpy.ops.object.mode_set(mode="OBJECT")
    chosen = np.array([face.select for face in made.data.polygons])
    assert np.array_equal(chosen, face_heights(made.data) > 0)
    bpy.ops.dreamwright.select_part(part="body", extend=True)
    bpy.ops.object.mode_set(mode="OBJECT")
    assert all(face.select for face in made.data.polygons)


def test_an_unknown_part_is_one_sentence():
    labeled()
    with pytest.raises(RuntimeError, match="'two' has no part 'wing': it has body, hat."):
        bpy.ops.dreamwright.select_part(part="wing")
    assert bpy.context.mode == "OBJECT"


def test_without_parts_the_button_is_gray():
    assert not bpy.ops.dreamwright.select_part.poll()


def test_a_red_hat_is_red_and_nothing_else_is(backend_python):
    """A snowman's scarf is red by nature."""
    prompt = "a snowman with a red hat and a green scarf"
    assert bpy.ops.dreamwright.generate(prompt=prompt, quality="INSTANT") == {"FINISHED"}
    made = bpy.data.objects[json.loads(bpy.context.scene[results.REPORT])["object"]]
    mesh, names = made.data, parts.part_names(made)
    assert "hat" in names and {m.name.split(".")[0] for m in mesh.materials} == set(names)
    colors = np.zeros(4 * len(mesh.vertices), np.float32)
    mesh.color_attributes[0].data.foreach_get("color", colors)
    color = colors.reshape(-1, 4)[:, :3]
    red = (color[:, 0] > 0.4) & (color[:, 1] < 0.2) & (color[:, 2] < 0.2)
    hat = made.vertex_groups["hat"].index
    groups = [{group.group for group in vertex.groups} for vertex in mesh.vertices]
    in_hat, alone = np.array([hat in each for each in groups]), np.array([each == {hat} for each in groups])
    assert red[alone].mean() > 0.95 and red[~in_hat].mean() < 0.02  # a point of the border is of two parts


def test_another_mesh_of_a_mirrored_and_moved_result_has_its_parts_where_they_are():
    surface = grid_mesh.surface_of(two_part_grid(), 10.0)
    mirrored = np.diag([-2.0, 1.0, 1.0, 1.0])
    mirrored[:3, 3] = (0.0, 0.0, 40.0)
    mesh = grid_mesh.mesh_from(grid_mesh.transformed(surface, mirrored), "mirrored")
    high = np.array([face.center.z for face in mesh.polygons]) > 40.0
    assert np.array_equal(parts.face_sets(mesh) == 2, high) and 0 < high.sum() < len(high)
