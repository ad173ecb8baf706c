"""Light twins with textures, against a ball whose points, normals and colors are known in closed form.

The colors of the ball say the place: encoded red, green and blue are (x + 1) / 2 and so on.
"""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from small_results import grid_of, inside_ball, kept_result, places, small_ball
from small_scenes import lit_ball, names, settings, with_nodes

from addon import flows
from addon.blender import image_files, low_poly, results, takes, unwrap
from addon.blender.scratch_scene import scratch_scene
from addon.core.bake_export_config import TextureConfig
from addon.core.errors import DiskError, EmptyMeshError, SceneError

RADIUS = 0.6
QUICK = TextureConfig(faces=600, size=128)


def ball(size=24):
    return kept_result(small_ball(size))


def triangles(mesh):
    """Places and places in the texture of the corners of every triangle: (n, 3, 3) and (n, 3, 2)."""
    mesh.calc_loop_triangles()
    corners = [[(mesh.loops[i].vertex_index, i) for i in each.loops] for each in mesh.loop_triangles]
    uv = mesh.uv_layers.active.data
    at = [[mesh.vertices[vertex].co[:] for vertex, _ in each] for each in corners]
    return np.array(at), np.array([[uv[loop].uv[:] for _, loop in each] for each in corners])


def covering(uv, size):
    """How many triangles cover the center of each texel: three signed areas of one sign (slow, texel by texel)."""
    centers = (np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1) + 0.5) / size
    count = np.zeros((size, size), int)
    for a, b, c in uv:
        sides = [np.cross(np.append(v - u, 0), np.dstack([centers - u, np.zeros((size, size))]))[..., 2]
                 for u, v in ((a, b), (b, c), (c, a))]  # fmt: skip
        count += (np.min(sides, axis=0) > 1e-9) | (np.max(sides, axis=0) < -1e-9)
    return count


def looked_up(image, uv):
    """The texels that hold these places of the texture."""
    pixels = image_files.pixels_of(image)
    column, row = np.clip((uv * image.size[0]).astype(int), 0, image.size[0] - 1).T
    return pixels[row, column]


@pytest.fixture
def textured():
    source = ball()
    return source, low_poly.bake_textures(source, QUICK)


def test_the_light_mesh_keeps_to_its_faces_and_the_ball_its_volume():
    source = ball()
    dense = unwrap.evaluated_mesh(source)
    assert unwrap.triangle_count(dense) > 2 * QUICK.faces
    with scratch_scene() as scratch:
        light = unwrap.decimate(scratch, scratch.add_mesh(dense), QUICK.faces)
    at, _ = triangles_without_uv(light)
    assert 0.9 * QUICK.faces < len(at) <= QUICK.faces
    volume = np.einsum("ij,ij->i", at[:, 0], np.cross(at[:, 1], at[:, 2])).sum() / 6
    assert volume == pytest.approx(4 / 3 * np.pi * RADIUS**3, rel=0.03)


def triangles_without_uv(mesh):
    mesh.calc_loop_triangles()
    at = [[mesh.vertices[vertex].co[:] for vertex in each.vertices] for each in mesh.loop_triangles]
    return np.array(at), None


def test_a_mesh_that_is_light_enough_keeps_its_faces():
    source = ball(12)
    before = len(source.data.polygons)
    textures = low_poly.bake_textures(source, TextureConfig(faces=20_000, size=64))
    assert len(textures.mesh.polygons) == before == len(source.data.polygons)


def test_islands_lie_in_the_square_and_nowhere_on_one_another(textured):
    _, textures = textured
    _, uv = triangles(textures.mesh)
    assert uv.min() >= 0 and uv.max() <= 1
    count = covering(uv, QUICK.size)
    assert (count > 1).sum() <= 0.002 * (count > 0).sum()  # on an edge that two triangles share, once in a while
    assert textures.used == pytest.approx((count > 0).mean(), abs=0.02) and textures.used > 0.15


def test_the_colors_are_those_of_the_place(textured):
    _, textures = textured
    at, uv = triangles(textures.mesh)
    seen = looked_up(textures.color, uv.mean(axis=1))[:, :3]
    assert np.abs(seen - (at.mean(axis=1) + 1) / 2).max() < 0.05
    assert textures.color.colorspace_settings.name == "sRGB"


def test_between_the_islands_are_the_colors_of_their_edges(textured):
    """No black: the darkest color on the ball is that at x = y = z = -r / sqrt 3, or one channel at -r."""
    _, textures = textured
    pixels = image_files.pixels_of(textures.color)
    assert pixels[..., :3].min() > (1 - RADIUS) / 2 - 0.04 and (pixels[..., 3] == 1).all()


def test_the_relief_gives_the_light_mesh_the_normals_of_the_ball():
    """n = x T + y B + z N, with the tangents that Blender gives the light mesh, is the direction of the place."""
    textures = low_poly.bake_textures(ball(40), TextureConfig(faces=120, size=256))
    mesh = textures.mesh
    mesh.calc_tangents()
    at, uv = triangles(mesh)
    loops = [list(each.loops) for each in mesh.loop_triangles]
    frames = [[(mesh.loops[i].tangent, mesh.loops[i].bitangent, mesh.loops[i].normal) for i in each] for each in loops]
    frames = np.array(frames).mean(axis=1)
    local = looked_up(textures.normal, uv.mean(axis=1))[:, :3] * 2 - 1
    seen = np.einsum("nk,nkj->nj", local, frames)
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    true = at.mean(axis=1) / np.linalg.norm(at.mean(axis=1), axis=1, keepdims=True)
    facets = np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0])
    facets /= np.linalg.norm(facets, axis=1, keepdims=True)
    off = np.degrees(np.arccos(np.clip((seen * true).sum(axis=1), -1, 1)))
    assert np.median(off) < 3.0, np.median(off)
    assert textures.normal.colorspace_settings.name == "Non-Color"


def test_without_relief_there_is_no_second_picture():
    textures = low_poly.bake_textures(ball(12), TextureConfig(faces=600, size=64, normals=False))
    assert textures.normal is None and len(bpy.data.images) == 1


@pytest.mark.parametrize("metallic", [0.0, 1.0])
def test_a_material_of_the_user_is_baked_and_its_numbers_are_kept(metallic):
    source = ball(12)
    material = bpy.data.materials.new("paint")
    with_nodes(material)
    surface = material.node_tree.nodes["Principled BSDF"]
    surface.inputs["Base Color"].default_value = (0.5, 0.2, 0.0, 1.0)
    surface.inputs["Metallic"].default_value, surface.inputs["Roughness"].default_value = metallic, 0.3
    source.data.materials[0] = material
    textures = low_poly.bake_textures(source, TextureConfig(faces=600, size=64))
    srgb = 1.055 * np.array([0.5, 0.2]) ** (1 / 2.4) - 0.055  # IEC 61966-2-1
    assert np.abs(image_files.pixels_of(textures.color)[..., :3] - [*srgb, 0.0]).max() < 0.01
    made = next(n for n in textures.mesh.materials[0].node_tree.nodes if n.bl_idname == "ShaderNodeBsdfPrincipled")
    assert made.inputs["Metallic"].default_value == metallic and made.inputs[
        "Roughness"
    ].default_value == pytest.approx(0.3)
    assert list(source.data.materials) == [material] and not surface.inputs["Base Color"].is_linked


def test_a_material_of_another_kind_is_baked_as_cycles_sees_it():
    source = ball(12)
    material = bpy.data.materials.new("chalk")
    with_nodes(material)
    tree = material.node_tree
    chalk = tree.nodes.new("ShaderNodeBsdfDiffuse")
    chalk.inputs["Color"].default_value = (1.0, 0.0, 1.0, 1.0)
    tree.links.new(chalk.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    source.data.materials[0] = material
    textures = low_poly.bake_textures(source, TextureConfig(faces=600, size=64))
    assert np.abs(image_files.pixels_of(textures.color)[..., :3] - [1.0, 0.0, 1.0]).max() < 0.01


def test_a_mesh_without_a_material_has_the_colors_of_its_points():
    source = ball(12)
    source.data.materials.clear()
    textures = low_poly.bake_textures(source, TextureConfig(faces=600, size=64))
    at, uv = triangles(textures.mesh)
    off = np.abs(looked_up(textures.color, uv.mean(axis=1))[:, :3] - (at.mean(axis=1) + 1) / 2)
    assert np.median(off) < 0.01 and not source.data.materials


def test_modifiers_count():
    source = ball(12)
    source.modifiers.new("thin", "DECIMATE").ratio = 0.3
    dense = unwrap.evaluated_mesh(source)
    assert unwrap.triangle_count(dense) < 0.5 * unwrap.triangle_count(source.data)
    source.modifiers.new("mask", "MASK").vertex_group = source.vertex_groups.new(name="none").name
    before = names()
    with pytest.raises(EmptyMeshError, match="has no faces"):
        low_poly.bake_textures(source, QUICK)
    assert names() == before


def test_nothing_of_the_users_is_touched():
    theirs, source = lit_ball(location=(3.0, 0.0, 0.0)), ball(12)
    theirs.select_set(True)
    scene = bpy.context.scene
    scene.render.bake.margin, scene.render.bake.use_selected_to_active = 3, False
    bpy.context.view_layer.objects.active = theirs
    before, chosen = settings(scene), sorted(obj.name for obj in bpy.context.selected_objects)
    low_poly.bake_textures(source, QUICK)
    assert settings(scene) == before and bpy.context.scene == scene and len(bpy.data.scenes) == 1
    assert sorted(obj.name for obj in bpy.context.selected_objects) == chosen
    assert bpy.context.view_layer.objects.active == theirs and bpy.context.mode == "OBJECT"
    assert source.data.materials[0].name == source.name and "Color" in source.data.color_attributes


def test_without_cycles_is_one_sentence_and_leaves_nothing():
    source = ball(12)
    before = names()
    bpy.ops.preferences.addon_disable(module="cycles")
    try:
        with pytest.raises(SceneError, match="enable it in the add-ons"):
            low_poly.bake_textures(source, QUICK)
    finally:
        bpy.ops.preferences.addon_enable(module="cycles")
    assert names() == before


def test_the_twin_stands_where_the_dense_one_does_and_hides_it():
    source = ball(12)
    source.location, source.rotation_euler, source.scale = (1, 2, 3), (0.1, 0.2, 0.3), (1, 1, 2)
    source.parent = bpy.data.objects.new("parent", None)
    bpy.context.scene.collection.objects.link(source.parent)
    source.parent.location = (5, 0, 0)
    twin = flows.bake_textures(bpy.context, QUICK).object
    bpy.context.view_layer.update()
    assert np.array(twin.matrix_world) == pytest.approx(np.array(source.matrix_world), abs=1e-6)
    assert list(twin.users_collection) == list(source.users_collection)
    assert source.hide_get() and source.hide_render and not twin.hide_get()
    assert bpy.context.selected_objects == [twin] == [bpy.context.object]
    assert not twin.data.color_attributes  # glTF viewers would multiply the texture by them
    assert {image.packed_file is not None for image in bpy.data.images} == {True}


def test_the_twin_knows_its_prompt_but_is_no_result_and_no_take():
    source = ball(12)
    twin = flows.bake_textures(bpy.context, QUICK).object
    assert twin["dreamwright_prompt"] == "a ball" and twin["dreamwright_license"] == "GPL"
    assert not results.is_result(twin) and takes.take_of(twin) is None and low_poly.is_low_poly(twin)
    assert low_poly.export_subject(bpy.context) == twin and low_poly.high_poly_of(twin) == source


def test_a_twin_is_baked_again_from_the_dense_one():
    ball(12)
    first = flows.bake_textures(bpy.context, QUICK).object
    second = flows.bake_textures(bpy.context, TextureConfig(faces=100, size=64)).object
    assert low_poly.high_poly_of(second) == low_poly.high_poly_of(first) and len(second.data.polygons) <= 100
    bpy.data.objects.remove(low_poly.high_poly_of(first))
    bpy.context.view_layer.objects.active = second
    with pytest.raises(SceneError, match="was deleted"):
        flows.bake_textures(bpy.context, QUICK)


def test_a_dense_one_in_an_excluded_collection_harms_nothing():
    source = ball(12)
    bpy.context.view_layer.layer_collection.children[results.COLLECTION].exclude = True
    assert low_poly.export_subject(bpy.context) == source
    flows.bake_textures(bpy.context, QUICK)


def test_pictures_beside_the_blend_have_relative_paths_and_are_there_after_reopening(tmp_path):
    ball(12)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    wanted = TextureConfig(faces=100, size=64, pack=False)
    (tmp_path / "textures").mkdir()
    (tmp_path / "textures" / "a_ball_color.png").write_text("the user's own")
    flows.bake_textures(bpy.context, wanted)
    flows.bake_textures(bpy.context, wanted)
    assert (tmp_path / "textures" / "a_ball_color.png").read_text() == "the user's own"
    (tmp_path / "textures" / "a_ball_color.png").unlink()
    files = ["a_ball_color 2.png", "a_ball_color_001.png", "a_ball_normal.png", "a_ball_normal_001.png"]
    assert sorted(path.name for path in (tmp_path / "textures").iterdir()) == files
    assert {image.filepath for image in bpy.data.images} == {f"//textures/{file}" for file in files}
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert all(image.has_data or len(image.pixels) for image in bpy.data.images)
    assert all(image.size[0] == 64 and not image.packed_file for image in bpy.data.images)


def test_packed_pictures_are_there_after_reopening(tmp_path):
    ball(12)
    flows.bake_textures(bpy.context, TextureConfig(faces=100, size=64))
    before = image_files.pixels_of(bpy.data.images["a ball color"])
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert image_files.pixels_of(bpy.data.images["a ball color"]) == pytest.approx(before, abs=1 / 255)


def test_beside_a_blend_that_was_never_saved_is_one_sentence():
    ball(12)
    before = names()
    with pytest.raises(DiskError, match="save it first"):
        flows.bake_textures(bpy.context, TextureConfig(pack=False))
    assert names() == before


def test_a_folder_that_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path):
    ball(12)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    (tmp_path / "textures").write_text("a file")
    before = names()
    with pytest.raises(DiskError, match="pack the textures"):
        flows.bake_textures(bpy.context, TextureConfig(faces=100, size=64, pack=False))
    assert names() == before


def test_a_mesh_in_many_pieces_is_warned_of():
    at = places(24)
    crumbs = [inside_ball(at, center, 0.1) for center in np.random.default_rng(0).uniform(-0.8, 0.8, (60, 3))]
    source = kept_result(grid_of(np.max(crumbs, axis=0)))
    with pytest.raises(SceneError, match="too many pieces for pictures of 16 px"):
        low_poly.bake_textures(source, TextureConfig(faces=200_000, size=16))
    done = flows.bake_textures(bpy.context, TextureConfig(faces=200_000, size=32))
    assert len(done.warnings) == 1 and "many islands" in done.warnings[0]
    bpy.context.view_layer.objects.active = source
    assert not flows.bake_textures(bpy.context, TextureConfig(faces=200_000, size=512, normals=False)).warnings


def test_nothing_chosen_is_one_sentence():
    with pytest.raises(SceneError, match="select the object to bake or export"):
        flows.bake_textures(bpy.context, QUICK)
