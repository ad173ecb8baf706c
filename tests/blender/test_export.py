"""Files of other programs: read by hand where their format can be, and imported again by Blender."""

from __future__ import annotations

import json
import struct
import sys

import bpy
import numpy as np
import pytest
from mathutils import Vector
from small_results import kept_result, small_ball
from small_scenes import lit_ball, names

from addon import flows
from addon.blender import export, image_files, prompt_group, unwrap
from addon.core.bake_export_config import TextureConfig
from addon.core.errors import DiskError, SceneError

IMPORT = {
    ".glb": lambda file: bpy.ops.import_scene.gltf(filepath=file),
    ".fbx": lambda file: bpy.ops.import_scene.fbx(filepath=file),
    ".obj": lambda file: bpy.ops.wm.obj_import(filepath=file),
    ".usd": lambda file: bpy.ops.wm.usd_import(filepath=file),
    ".stl": lambda file: bpy.ops.wm.stl_import(filepath=file),
    ".ply": lambda file: bpy.ops.wm.ply_import(filepath=file),
}
TRIANGLES_ONLY = {".glb", ".stl"}
PICTURES = {".glb": 2, ".fbx": 2, ".obj": 1, ".usd": 2}
"""How many Blender reads again: of the pictures of an .obj, it does not know that of the normals."""
COLORS = {".glb", ".fbx", ".obj", ".usd", ".ply"}


@pytest.fixture
def folder(tmp_path):
    """Apart from the cache, so that all that lies in it was exported."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def colored():
    """A ball that was stretched and moved: 1.2 wide, 2.4 high, and not where the world begins."""
    made = kept_result(small_ball(16), "a cup")
    made.location, made.scale = (1.0, 2.0, 5.0), (1.0, 1.0, 2.0)
    bpy.context.view_layer.update()
    return made


def textured():
    colored()
    return flows.bake_textures(bpy.context, TextureConfig(faces=300, size=64)).object


def box(objects):
    bpy.context.view_layer.update()
    corners = np.array([obj.matrix_world @ Vector(corner) for obj in objects for corner in obj.bound_box])
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def triangles(obj):
    return len(obj.data.loops) - 2 * len(obj.data.polygons)


def imported(file):
    """The meshes in a file, in an empty Blender."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert IMPORT[file.suffix](str(file)) == {"FINISHED"}
    return [obj for obj in bpy.context.scene.objects if obj.type == "MESH"]


@pytest.mark.parametrize("ending", [ending for ending, each in export.FORMATS.items() if each.has_uvs])
def test_a_mesh_without_a_uv_map_gets_one_in_the_file_alone(folder, ending):
    made = colored()
    export.export(folder / f"cup{ending}", made, overwrite=False)
    assert not made.data.uv_layers
    (found,) = imported(folder / f"cup{ending}")
    corners = np.empty(len(found.data.loops) * 2, np.float32)
    found.data.uv_layers[0].data.foreach_get("uv", corners)
    assert corners.min() >= -1e-4 and corners.max() <= 1 + 1e-4
    assert unwrap.uv_coverage(found.data) > 0.2


def test_a_uv_map_of_ones_own_is_written_and_stays(folder):
    made = colored()
    made.data.uv_layers.new(name="mine")
    export.export(folder / "cup.glb", made, overwrite=False)
    assert [layer.name for layer in made.data.uv_layers] == ["mine"]


def test_what_is_being_edited_is_written_without_a_new_map(folder):
    made = colored()
    bpy.ops.object.mode_set(mode="EDIT")
    export.export(folder / "cup.obj", made, overwrite=False)
    bpy.ops.object.mode_set(mode="OBJECT")
    assert not made.data.uv_layers and "vt " not in (folder / "cup.obj").read_text()


@pytest.mark.parametrize("ending", list(export.FORMATS))
@pytest.mark.parametrize("make", [colored, textured])
def test_what_is_read_again_is_what_was_written(folder, ending, make):
    made = make()
    faces, expected, before = triangles(made), box([made]), names()
    written = export.export(folder / f"cup{ending}", made, overwrite=False)
    assert names() == before and sorted(written) == sorted(path for path in folder.rglob("*") if path.is_file())
    (found,) = imported(folder / f"cup{ending}")
    assert triangles(found) == faces
    assert box([found]) == pytest.approx(expected, abs=2e-3)  # the same size, the same place, the same way up
    if make is colored and ending in COLORS:
        assert found.data.color_attributes
        assert color_at_the_top(found) == pytest.approx([0.5, 0.5, 0.8], abs=0.05)
    if make is textured and ending in PICTURES:
        assert found.data.uv_layers and not found.data.color_attributes
        seen = export.images_of(found)
        assert [tuple(image.size) for image in seen] == [(64, 64)] * PICTURES[ending], seen


def color_at_the_top(obj):
    """Encoded, as it was given: red and green in the middle of the ball are 0.5, blue at z = 0.6 is 0.8."""
    attribute = obj.data.color_attributes[0]
    corners = [obj.matrix_world @ vertex.co for vertex in obj.data.vertices]
    top = max(range(len(corners)), key=lambda index: corners[index].z)
    if attribute.domain == "POINT":
        return attribute.data[top].color_srgb[:3]
    return next(attribute.data[loop.index].color_srgb[:3] for loop in obj.data.loops if loop.vertex_index == top)


def test_glb_has_y_up_and_meters(folder):
    made = colored()
    export.export(folder / "cup.glb", made, overwrite=False)
    data = (folder / "cup.glb").read_bytes()
    magic, version, length, chunk, kind = struct.unpack("<4sIII4s", data[:20])
    assert (magic, version, length, kind) == (b"glTF", 2, len(data), b"JSON")
    held = json.loads(data[20 : 20 + chunk])
    (node,) = held["nodes"]
    assert node["translation"] == pytest.approx([1.0, 5.0, -2.0]) and node["scale"] == pytest.approx([1.0, 2.0, 1.0])
    assert "COLOR_0" in held["meshes"][0]["primitives"][0]["attributes"] and "images" not in held


def test_glb_with_textures_holds_the_pictures_and_no_colors_of_points(folder):
    export.export(folder / "cup.glb", textured(), overwrite=False)
    data = (folder / "cup.glb").read_bytes()
    held = json.loads(data[20 : 20 + struct.unpack("<I", data[12:16])[0]])
    (material,) = held["materials"]
    assert "baseColorTexture" in material["pbrMetallicRoughness"] and "normalTexture" in material
    assert len(held["images"]) == 2 and all("bufferView" in image for image in held["images"])
    assert "COLOR_0" not in held["meshes"][0]["primitives"][0]["attributes"]


def test_obj_has_y_up_and_names_its_pictures_without_a_folder(folder):
    made = textured()
    written = export.export(folder / "cup.obj", made, overwrite=False)
    assert sorted(path.name for path in written) == ["cup.mtl", "cup.obj", "cup_color.png", "cup_normal.png"]
    text = (folder / "cup.obj").read_text()
    points = np.array([line.split()[1:4] for line in text.splitlines() if line.startswith("v ")], float)
    x0, y0, z0, x1, y1, z1 = box([made])
    assert points.min(axis=0) == pytest.approx([x0, z0, -y1], abs=1e-4)
    assert points.max(axis=0) == pytest.approx([x1, z1, -y0], abs=1e-4)
    material = (folder / "cup.mtl").read_text()
    assert "map_Kd cup_color.png\n" in material and "\nnorm cup_normal.png\n" in material and "Bump" not in material
    assert str(folder) not in text + material


def test_stl_and_ply_have_z_up(folder):
    made = colored()
    for ending in (".stl", ".ply"):
        export.export(folder / f"cup{ending}", made, overwrite=False)
    data = (folder / "cup.stl").read_bytes()
    assert struct.unpack("<I", data[80:84])[0] == triangles(made)
    facets = np.frombuffer(data[84:], np.dtype([("numbers", "<f4", 12), ("count", "<u2")]))["numbers"]
    assert facets[:, 5::3].max() == pytest.approx(box([made])[5], abs=1e-4)
    head = (folder / "cup.ply").read_bytes().split(b"end_header")[0].decode()
    assert f"element vertex {len(made.data.vertices)}" in head and "red" in head


def test_fbx_says_y_up_and_centimeters(folder):
    sys.path.insert(0, bpy.utils.system_resource("SCRIPTS", path="addons_core"))
    from io_scene_fbx import parse_fbx

    export.export(folder / "cup.fbx", colored(), overwrite=False)
    tree, _ = parse_fbx.parse(str(folder / "cup.fbx"))
    said = {}

    def walk(element):
        if element.id == b"P" and element.props[0] in (b"UpAxis", b"UnitScaleFactor"):
            said[element.props[0]] = element.props[-1]
        for inner in element.elems:
            walk(inner)

    walk(tree)
    assert said[b"UpAxis"] == 1 and said[b"UnitScaleFactor"] == pytest.approx(1.0)


def test_usd_says_z_up_and_meters_and_its_pictures_relatively(folder):
    bpy.utils.expose_bundled_modules()
    usd = pytest.importorskip("pxr.Usd", reason="this Blender does not bundle the USD bindings")
    from pxr import UsdGeom, UsdShade

    export.export(folder / "cup.usd", textured(), overwrite=False)
    stage = usd.Stage.Open(str(folder / "cup.usd"))
    assert UsdGeom.GetStageUpAxis(stage) == "Z" and UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    shaders = [UsdShade.Shader(prim) for prim in stage.Traverse() if prim.IsA(UsdShade.Shader)]
    files = [each.GetInput("file").Get().path for each in shaders if each.GetInput("file")]
    assert len(files) == 2 and all(file.startswith("./textures/") for file in files)


def test_only_the_object_is_written_and_nothing_of_the_users_changes(folder):
    theirs, made = lit_ball(location=(9.0, 0.0, 0.0)), colored()
    for obj in bpy.context.selected_objects:
        obj.select_set(False)
    theirs.select_set(True)
    bpy.context.view_layer.objects.active = theirs
    made.hide_set(True)
    made.hide_render = made.hide_select = True
    scene = bpy.context.scene
    for ending in export.FORMATS:
        export.export(folder / f"cup{ending}", made, overwrite=False)
        assert bpy.context.scene == scene == bpy.context.window.scene and len(bpy.data.scenes) == 1
        assert bpy.context.selected_objects == [theirs] and bpy.context.view_layer.objects.active == theirs
        assert made.hide_get() and made.hide_render and made.hide_select and not made.hide_viewport
        assert list(made.users_collection) == [bpy.data.collections["Dreamwright"]]
    for ending in export.FORMATS:  # also what is hidden was written, and only that
        assert len(imported(folder / f"cup{ending}")) == 1


@pytest.mark.parametrize("ending", sorted(PICTURES))
def test_pictures_of_a_file_that_was_just_opened_are_written(folder, ending):
    textured()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(folder / "a.blend"))
    export.export(folder / f"cup{ending}", bpy.data.objects["a cup textured"], overwrite=False)
    (found,) = imported(folder / f"cup{ending}")
    assert len(export.images_of(found)) == PICTURES[ending]


def test_pictures_keep_their_paths(folder):
    made = textured()
    before = [(image.filepath_raw, image.packed_file is not None) for image in bpy.data.images]
    for ending in export.FORMATS:
        export.export(folder / f"cup{ending}", made, overwrite=False)
    assert [(image.filepath_raw, image.packed_file is not None) for image in bpy.data.images] == before
    assert image_files.pixels_of(bpy.data.images[0]).size == 64 * 64 * 4


@pytest.mark.parametrize("ending", list(export.FORMATS))
def test_a_file_that_is_there_is_only_replaced_when_that_is_allowed(folder, ending):
    file = folder / f"cup{ending}"
    file.write_text("precious")
    made = colored()
    with pytest.raises(DiskError, match="exists already"):
        export.export(file, made, overwrite=False)
    assert file.read_text() == "precious" and list(folder.iterdir()) == [file]
    export.export(file, made, overwrite=True)
    assert file.read_bytes() != b"precious"


def test_a_picture_that_is_there_is_not_replaced_either_and_then_nothing_is_written(folder):
    (folder / "cup_color.png").write_text("precious")
    with pytest.raises(DiskError, match="cup_color.png exists already"):
        export.export(folder / "cup.obj", textured(), overwrite=False)
    assert [path.name for path in folder.iterdir()] == ["cup_color.png"]


def test_an_ending_that_nobody_knows_is_one_sentence(folder):
    with pytest.raises(SceneError, match="none of the endings .glb, .fbx"):
        export.export(folder / "cup.xyz", colored(), overwrite=False)


def test_a_folder_that_is_not_there_is_one_sentence(folder):
    with pytest.raises(DiskError, match="choose another"):
        export.export(folder / "gone" / "cup.glb", colored(), overwrite=False)


def test_an_exporter_that_fails_leaves_nothing(folder):
    made = colored()
    bpy.ops.preferences.addon_disable(module="io_scene_fbx")
    try:
        with pytest.raises((SceneError, AttributeError)):
            export.export(folder / "cup.fbx", made, overwrite=False)
    finally:
        bpy.ops.preferences.addon_enable(module="io_scene_fbx")
    assert not list(folder.iterdir()) and len(bpy.data.scenes) == 1


def pair_of_things():
    """A ball and another, 4 m beside it, under the empty of the prompt that made both."""
    empty = bpy.data.objects.new("two cups", None)
    empty[prompt_group.SCENE] = "two cups"
    bpy.context.scene.collection.objects.link(empty)
    made = [kept_result(small_ball(16), name) for name in ("a cup", "another cup")]
    for number, obj in enumerate(made):
        obj.parent, obj.location, obj.hide_viewport = empty, (4.0 * number, 0, 0), False
    bpy.context.view_layer.update()
    return empty, made


@pytest.mark.parametrize("ending", list(export.FORMATS))
@pytest.mark.parametrize("active", ["empty", "thing"])
def test_what_one_prompt_made_goes_into_one_file(folder, ending, active):
    empty, made = pair_of_things()
    bpy.context.view_layer.objects.active = empty if active == "empty" else made[1]
    expected, faces = box(made), sum(map(triangles, made))
    bpy.ops.dreamwright.export(filepath=str(folder / f"cups{ending}"))
    found = imported(folder / f"cups{ending}")
    assert sum(map(triangles, found)) == faces and box(found) == pytest.approx(expected, abs=2e-3)
    assert len(found) == (1 if ending in (".ply", ".stl") else 2)  # these know one mesh


def test_one_thing_goes_alone_where_that_is_wanted(folder):
    _, made = pair_of_things()
    bpy.context.view_layer.objects.active = made[1]
    expected = box(made[1:])
    bpy.ops.dreamwright.export(filepath=str(folder / "cup.glb"), alone=True)
    (found,) = imported(folder / "cup.glb")
    assert box([found]) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("ending", list(export.FORMATS))
def test_a_result_under_a_parent_of_the_users_stands_where_it_was(folder, ending):
    made, parent = colored(), bpy.data.objects.new("shelf", None)
    bpy.context.scene.collection.objects.link(parent)
    parent.location, made.parent = (0, 0, 3), parent
    expected = box([made])
    export.export(folder / f"cup{ending}", made, overwrite=False)
    (found,) = imported(folder / f"cup{ending}")
    assert box([found]) == pytest.approx(expected, abs=2e-3)
