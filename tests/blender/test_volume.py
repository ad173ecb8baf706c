"""The volume of a result: where its mesh is, with its densities and colors, in a file of its own; and its looks."""

from __future__ import annotations

import os
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from small_results import JOB, grid_of, inside_ball, kept_result, places, small_ball
from small_scenes import names

from addon import flows
from addon.blender import geometry_nodes, grid_mesh, volume, volume_material
from addon.core.calls import GridData

SIZE = 32


@pytest.fixture
def saved(tmp_path):
    """A .blend that lies in a folder."""
    (tmp_path / "work").mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "work" / "a.blend"))
    return tmp_path / "work"


def turned_grid():
    """A ball off the middle, of a box with unequal cells, that the scene has turned, grown and moved."""
    low, high = (-1.0, -1.0, -1.0), (1.0, 3.0, 1.0)
    transform = np.diag([0.0, 0.0, 2.0, 1.0])
    transform[0, 1], transform[1, 0], transform[:3, 3] = -2.0, 2.0, (5.0, 6.0, 7.0)
    at = places(SIZE, low, high)
    grid = grid_of(inside_ball(at, (0.2, 1.3, -0.1), 0.5), low, high)
    return GridData(**vars(grid) | {"transform": transform})


def read(file):
    """The grids of a file by name, as arrays over the indices 0 .. SIZE, and their transforms as matrices."""
    grids = {each.name: each for each in grid_mesh.openvdb().readAll(str(file))[0]}
    arrays = {name: np.zeros((SIZE,) * 3 + ((3,) if name == "color" else ()), np.float32) for name in grids}
    for name, grid in grids.items():
        grid.copyToArray(arrays[name])
    return grids, arrays


def box_of(obj):
    """The lowest and highest corner of an object's evaluated mesh, in the scene."""
    evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = evaluated.to_mesh()
    points = np.array([evaluated.matrix_world @ vertex.co for vertex in mesh.vertices])
    return points.min(axis=0), points.max(axis=0)


def written(grid, tmp_path):
    return volume.write_volume(grid, tmp_path, "a ball")


def test_the_file_holds_density_and_linear_color(tmp_path):
    grid = small_ball(SIZE)
    grids, arrays = read(written(grid, tmp_path))
    assert set(grids) == {"density", "color"}
    assert arrays["density"] == pytest.approx(grid.density.astype(np.float32), abs=0.011)  # the faint is left out
    solid = grid.density > 1
    encoded = grid.color[solid] / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    assert arrays["color"][solid] == pytest.approx(linear, abs=1e-3)
    assert (arrays["color"][0, 0, 0] == 0).all()


def test_what_is_faint_takes_no_room(tmp_path):
    grid = small_ball(SIZE)
    grids, _ = read(written(grid, tmp_path))
    assert grids["density"].activeVoxelCount() < grid.density.size * 0.5


def test_numbers_that_are_none_become_empty_space(tmp_path):
    grid = small_ball(SIZE)
    grid.density[0, 0, 0], grid.density[1, 1, 1] = np.nan, -3.0
    _, arrays = read(written(grid, tmp_path))
    assert np.isfinite(arrays["density"]).all() and arrays["density"].min() == 0.0


def test_the_field_is_brought_to_where_the_mesh_counts_from():
    x, y, z = point = (0.3, -0.2, 0.9)
    found = volume.to_mesh(turned_grid(), (1.0, 2.0, 3.0)) @ [*point, 1.0]
    assert found[:3] == pytest.approx(np.array([-2 * y + 5, 2 * x + 6, 2 * z + 7]) - (1.0, 2.0, 3.0))


def test_optical_depth_is_that_of_the_body_in_units_of_the_field():
    density = np.full((SIZE,) * 3, 1.0)  # haze
    density[8:, :, :10] = 25.0
    grid = grid_of(density)
    assert volume.depth_of(grid) == pytest.approx((25.0 * 10 + 22) / SIZE * 2)
    assert volume.depth_of(GridData(**vars(grid) | {"transform": np.diag([3, 3, 3.0, 1])})) == volume.depth_of(grid)
    assert volume.depth_of(grid_of(density, threshold=99.0)) == 0.0


@pytest.mark.parametrize("grid", [small_ball, turned_grid])
@pytest.mark.parametrize("on_floor", [False, True])
def test_a_mesh_of_the_volume_is_where_the_result_is(saved, grid, on_floor):
    """Blender's own mesher on the file against ours on the grid: the same place to a tenth of a voxel."""
    made = kept_result(grid(), on_floor=on_floor)
    made.dreamwright_remesh.smooth = 0
    made.dreamwright_remesh.faces = "QUADS"
    made.location, made.rotation_euler.x, made.scale = (1.0, 2.0, 3.0), 0.4, (1.0, 2.0, 1.5)
    expected = box_of(made)
    bpy.ops.dreamwright.convert_to_geometry_nodes(style="COLOR")
    mesh = bpy.context.view_layer.objects.active
    assert mesh != made and np.abs(np.array(box_of(mesh)) - expected).max() < 0.1 * 0.375  # a voxel, scaled


def test_a_result_that_does_not_know_where_its_origin_lies_is_met_as_well(saved):
    made = kept_result(small_ball(), on_floor=True)
    made.dreamwright_remesh.smooth = 0
    made.dreamwright_remesh.faces = "QUADS"  # few triangles may lie a third of a voxel off
    expected = box_of(made)
    del made.data[grid_mesh.ORIGIN]
    bpy.ops.dreamwright.convert_to_geometry_nodes(style="COLOR")
    assert np.abs(np.array(box_of(bpy.context.view_layer.objects.active)) - expected).max() < 0.01


def test_the_file_lies_beside_the_blend_with_a_relative_path(saved):
    kept_result(small_ball(), name="a/ball")
    bpy.ops.dreamwright.convert_to_volume(style="SMOKE")
    made = bpy.context.view_layer.objects.active
    assert made.type == "VOLUME" and made.data.filepath == "//a_ball.vdb" and (saved / "a_ball.vdb").is_file()
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(saved / "a.blend"))
    data = bpy.data.volumes[0]
    assert data.grids.load() and {each.name for each in data.grids} == {"density", "color"}


def test_a_file_of_the_user_is_never_overwritten(saved):
    (saved / "a ball.vdb").write_bytes(b"mine")
    kept_result(small_ball())
    bpy.ops.dreamwright.convert_to_volume(style="GLASS")
    assert (saved / "a ball.vdb").read_bytes() == b"mine"
    assert bpy.context.view_layer.objects.active.data.filepath == "//a ball.001.vdb"


def test_without_a_saved_blend_it_lies_in_the_cache_and_that_is_said(capfd):
    kept_result(small_ball())
    bpy.ops.dreamwright.convert_to_volume(style="GLOW")
    file = Path(bpy.context.view_layer.objects.active.data.filepath)
    assert file.parent == Path(os.environ["DREAMWRIGHT_CACHE"]) / "volumes" and file.is_file()
    assert "never saved, so the volume lies in the cache folder" in capfd.readouterr().out


@pytest.mark.parametrize("operator", ["convert_to_volume", "convert_to_geometry_nodes"])
def test_what_was_made_is_seen_and_the_mesh_in_the_same_place_is_not(operator):
    made = kept_result(small_ball())
    getattr(bpy.ops.dreamwright, operator)()
    active = bpy.context.view_layer.objects.active
    assert made.hide_get() and made.hide_render and active != made
    assert not active.hide_get() and not active.hide_render


@pytest.mark.parametrize("operator", ["convert_to_volume", "convert_to_geometry_nodes"])
def test_it_is_one_undo_step(operator):
    made = kept_result(small_ball())
    bpy.ops.ed.undo_push(message="made")
    before, count = names(), len(bpy.data.volumes)
    getattr(bpy.ops.dreamwright, operator)("EXEC_DEFAULT", True)
    assert len(bpy.data.volumes) == count + 1 and made.name in bpy.data.objects
    bpy.ops.ed.undo()
    assert names() == before and len(bpy.data.volumes) == count


@pytest.mark.parametrize("operator", ["convert_to_volume", "convert_to_geometry_nodes"])
def test_without_a_result_it_says_what_to_select(operator):
    assert not getattr(bpy.ops.dreamwright, operator).poll()
    with pytest.raises(RuntimeError, match="Select a result of Dreamwright"):
        getattr(bpy.ops.dreamwright, operator)()


def test_a_grid_that_is_gone_is_one_sentence_and_leaves_nothing():
    kept_result(small_ball())["dreamwright_job"] = "no-such-job"
    before = names()
    with pytest.raises(RuntimeError, match="generate it again"):
        bpy.ops.dreamwright.convert_to_volume()
    assert names() == before and not flows.APP.current_task


def test_a_folder_that_cannot_be_written_is_one_sentence(monkeypatch):
    kept_result(small_ball())
    cache = Path(os.environ["DREAMWRIGHT_CACHE"])
    (cache / "volumes").write_text("in the way")
    with pytest.raises(RuntimeError, match="Choose another folder"):
        bpy.ops.dreamwright.convert_to_volume()


def test_what_openvdb_cannot_write_is_one_sentence(tmp_path, monkeypatch):
    grid = small_ball(SIZE)

    def nowhere(folder, name, suffix, write):
        write(tmp_path / "no" / "folder" / "a.vdb")

    monkeypatch.setattr(volume, "write_new", nowhere)
    with pytest.raises(OSError, match="a.vdb"):
        written(grid, tmp_path)


def rendered(material, density, color, tmp_path, world=0.0, size=1.0):
    """Linear picture of a box of one unit of the field, straight from above, with nothing else in the scene."""
    grid = grid_of(np.full((8, 8, 8), density), (-0.5,) * 3, (0.5,) * 3, 1.0, np.full((8, 8, 8, 3), color, np.uint8))
    made = kept_result(grid)
    shown = volume.add_volume(bpy.context.scene, written(grid, tmp_path), Matrix.Scale(size, 4), np.eye(4), material)
    made.hide_render = True
    scene = bpy.context.scene
    sky = bpy.data.worlds.new("sky")
    if not sky.node_tree:
        sky.use_nodes = True
    sky.node_tree.nodes["Background"].inputs["Color"].default_value = (world, world, world, 1)
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.type, camera.data.ortho_scale, camera.location.z = "ORTHO", 0.4, 9.0
    scene.collection.objects.link(camera)
    scene.camera, scene.world, scene.render.engine = camera, sky, "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = 64, False
    if hasattr(scene.cycles, "volume_biased"):
        scene.cycles.volume_biased = True  # 0.1 s instead of 20
    scene.render.resolution_x = scene.render.resolution_y = 8
    scene.view_settings.view_transform = "Raw"
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.filepath = str(tmp_path / "box.exr")
    bpy.ops.render.render(write_still=True)
    picture = bpy.data.images.load(str(tmp_path / "box.exr"))
    assert shown.type == "VOLUME"
    return np.array(picture.pixels[:]).reshape(-1, 4)[:, :3].mean(axis=0)


@pytest.mark.parametrize("size", [1.0, 3.0])
def test_glow_renders_as_the_field_does(size, tmp_path):
    """Emission and absorption alone: color (1 - exp(-sigma d)), with d one unit of the field however large it is."""
    material = volume_material.volume_material("glow", 1.0)
    expected = np.array([1.0, 0.2140411, 0.0]) * (1 - np.exp(-1.5))  # sRGB 128 is 0.2158 linear
    assert rendered(material, 1.5, (255, 128, 0), tmp_path, size=size) == pytest.approx(expected, abs=0.03)


def test_glass_lets_through_by_beer_and_lambert(tmp_path):
    """exp(-sigma (1 - sqrt(0.85 color)) d) before a white sky; Cycles takes the root of the absorption color."""
    material = volume_material.volume_material("glass", 0.0)
    linear = np.array([1.0, 0.2158605, 0.0])
    expected = np.exp(-1.5 * (1 - np.sqrt(0.85 * linear)))
    assert rendered(material, 1.5, (255, 128, 0), tmp_path, world=1.0) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(("style", "depth"), [("smoke", 8.0), ("glass", 3.5)])
def test_looks_bring_the_body_to_their_depth(style, depth):
    material = volume_material.volume_material(style, 120.0)
    node = next(n for n in material.node_tree.nodes if n.bl_idname == "ShaderNodeVolumePrincipled")
    assert node.inputs["Density"].default_value * 120.0 == pytest.approx(depth)
    assert node.inputs["Density Attribute"].default_value == "density"
    thin = volume_material.volume_material(style, 0.5)
    node = next(n for n in thin.node_tree.nodes if n.bl_idname == "ShaderNodeVolumePrincipled")
    assert node.inputs["Density"].default_value == 1.0


def test_the_surface_of_glass_is_a_material_of_its_own():
    glass, color = volume_material.mesh_material("glass"), volume_material.mesh_material("color")
    surface = next(n for n in glass.node_tree.nodes if n.bl_idname == "ShaderNodeBsdfPrincipled")
    assert glass != color and surface.inputs["Transmission Weight"].default_value == 1.0
    assert surface.inputs["Base Color"].is_linked


def keyed(obj, frames):
    """Keyframe the threshold of the modifier as a user does."""
    owner, path = geometry_nodes.input_of(geometry_nodes.meshing_modifier(obj), geometry_nodes.THRESHOLD)
    for frame, value in frames.items():
        if path == "value":
            owner.value = value
        else:
            owner[path[2:-2]] = value
        assert owner.keyframe_insert(path, frame=frame)


def test_a_keyframed_threshold_changes_the_mesh_from_frame_to_frame(saved):
    kept_result(small_ball(SIZE))
    bpy.ops.dreamwright.convert_to_geometry_nodes(style="COLOR")
    mesh = bpy.context.view_layer.objects.active
    keyed(mesh, {1: 10.0, 11: 40.0})
    radii = []
    for frame in (1, 6, 11):
        bpy.context.scene.frame_set(frame)
        low, high = box_of(mesh)
        radii.append((high - low).max() / 2)
    assert radii == pytest.approx([0.6, 0.45, 0.3], abs=0.03)  # 100 per meter


def test_the_mesh_has_colors_its_material_and_one_node_group_for_all(saved):
    kept_result(small_ball(SIZE))
    bpy.ops.dreamwright.convert_to_geometry_nodes(style="COLOR")
    first = bpy.context.view_layer.objects.active
    evaluated = first.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    colors = np.array([each.color[:3] for each in evaluated.attributes["Color"].data])
    points = np.array([vertex.co for vertex in evaluated.vertices])
    encoded = (points + 1) / 2
    assert colors == pytest.approx(((encoded + 0.055) / 1.055) ** 2.4, abs=0.05)
    assert [each.name for each in evaluated.materials if each] == ["Dreamwright Color"]
    assert evaluated.polygons[0].use_smooth
    assert bpy.data.volumes[0].users == 1 and bpy.data.objects["a ball.001"].hide_render
    bpy.context.view_layer.objects.active = bpy.data.objects["a ball"]
    bpy.ops.dreamwright.convert_to_geometry_nodes(style="GLASS")
    assert len(bpy.data.node_groups) == 1


def test_a_node_group_that_somebody_rebuilt_is_not_used():
    bpy.data.node_groups.new(geometry_nodes.NAME, "GeometryNodeTree")
    group = geometry_nodes.volume_to_mesh()
    assert group.name == geometry_nodes.NAME + ".001" and geometry_nodes.volume_to_mesh() != bpy.data.node_groups[0]


def test_other_objects_have_no_modifier_of_ours():
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.modifiers.new("theirs", "NODES")
    assert geometry_nodes.meshing_modifier(bpy.context.object) is None and geometry_nodes.meshing_modifier(None) is None
    assert JOB
