"""Objects of the scene as triangles with colors: modifiers, transforms, paint, materials and images, many at once."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from small_scenes import lit_ball

from addon.blender.bounds import box_of_meshes
from addon.blender.scene_mesh import read_mesh, read_meshes
from addon.core.errors import SceneError

RED, BLUE, GREEN = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0), (0.0, 0.5, 0.0, 1.0)


def cube(name="Cube", location=(0, 0, 0), size=2.0):
    bpy.ops.mesh.primitive_cube_add(size=size, location=location)
    obj = bpy.context.object
    obj.name = name
    return obj


def plain(name, color):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = color
    return material


def read(*objects):
    return read_meshes(bpy.context, objects)


def volume(mesh):
    """Positive where faces look outward."""
    a, b, c = mesh.points[mesh.triangles].transpose(1, 0, 2)
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def colors(mesh):
    return {tuple(color) for color in mesh.colors.reshape(-1, 3).tolist()}


def test_a_cube_stands_where_it_stands():
    obj = cube(location=(5, -3, 1))
    obj.scale, obj.rotation_euler = (1, 2, 3), (0, 0, math.radians(90))
    mesh = read(obj)
    np.testing.assert_allclose(mesh.points.min(axis=0), (3, -4, -2), atol=1e-6)
    np.testing.assert_allclose(mesh.points.max(axis=0), (7, -2, 4), atol=1e-6)
    assert len(mesh.triangles) == 12 and volume(mesh) == pytest.approx(48)


def test_a_mirrored_object_still_looks_outward():
    obj = cube()
    obj.scale = (-1, 1, 1)
    assert volume(read(obj)) == pytest.approx(8)


def test_modifiers_are_applied_and_the_object_is_as_it_was():
    obj = cube()
    obj.modifiers.new("array", "ARRAY").count = 3
    before = len(obj.data.vertices)
    mesh = read(obj)
    assert volume(mesh) == pytest.approx(24) and len(mesh.triangles) == 36
    assert len(obj.data.vertices) == before and len(obj.modifiers) == 1


def test_several_objects_are_several_solids():
    mesh = read(cube("A"), cube("B", (5, 0, 0)), lit_ball())
    assert sorted(set(mesh.objects.tolist())) == [0, 1, 2] and (np.diff(mesh.objects) >= 0).all()
    assert mesh.triangles.max() < len(mesh.points)


def test_curves_and_text_have_faces_too():
    curve = bpy.data.curves.new("bar", "CURVE")
    curve.dimensions, curve.bevel_depth = "3D", 0.2
    spline = curve.splines.new("POLY")
    spline.points.add(1)
    spline.points[1].co = (2, 0, 0, 1)
    bar = bpy.data.objects.new("bar", curve)
    bpy.context.collection.objects.link(bar)
    bpy.context.view_layer.update()
    assert len(read(bar).triangles) > 8


def test_what_is_edited_just_now_is_read_as_it_is():
    obj = cube()
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.transform.resize(value=(2, 2, 2))
    assert volume(read(obj)) == pytest.approx(64)
    assert obj.mode == "EDIT"
    bpy.ops.object.mode_set(mode="OBJECT")


def test_materials_color_their_faces():
    obj = cube()
    for material in (plain("red", RED), plain("blue", BLUE)):
        obj.data.materials.append(material)
    for polygon in obj.data.polygons:
        polygon.material_index = int(polygon.normal.x > 0.5)
    mesh = read(obj)
    normals = np.cross(*np.diff(mesh.points[mesh.triangles], axis=1).transpose(1, 0, 2))
    towards_x = normals[:, 0] > 0.5
    assert (mesh.colors[towards_x] == (0, 0, 255)).all() and (mesh.colors[~towards_x] == (255, 0, 0)).all()


def test_a_base_color_is_linear_and_is_sent_as_srgb():
    obj = cube()
    obj.data.materials.append(plain("green", GREEN))
    assert colors(read(obj)) == {(0, 188, 0)}


@pytest.mark.parametrize(
    ("domain", "kind"), [("POINT", "BYTE_COLOR"), ("CORNER", "BYTE_COLOR"), ("POINT", "FLOAT_COLOR")]
)
def test_paint_is_read_from_points_and_corners(domain, kind):
    obj = cube()
    obj.data.materials.append(plain("red", RED))
    paint = obj.data.color_attributes.new("paint", kind, domain)
    paint.data.foreach_set("color_srgb", np.tile([0.2, 0.4, 0.6, 1.0], len(paint.data)).astype(np.float32))
    obj.data.color_attributes.active_color = paint
    assert colors(read(obj)) == {(51, 102, 153)}


def test_an_image_is_read_at_the_corners():
    obj, material = cube(), plain("pictured", RED)
    image = bpy.data.images.new("picture", 4, 4)
    image.pixels[:] = [0.2, 0.4, 0.8, 1.0] * 16
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.links.new(
        node.outputs["Color"], material.node_tree.nodes["Principled BSDF"].inputs["Base Color"]
    )
    obj.data.materials.append(material)
    assert colors(read(obj)) == {(51, 102, 204)}
    paint = obj.data.color_attributes.new("paint", "BYTE_COLOR", "POINT")
    paint.data.foreach_set("color_srgb", np.tile([1.0, 1.0, 1.0, 1.0], len(paint.data)).astype(np.float32))
    obj.data.color_attributes.active_color = paint
    assert colors(read(obj)) == {(51, 102, 204)}, "what is seen of a mesh of the scene is its image"
    assert colors(read_mesh(bpy.context, obj)) == {(255, 255, 255)}, "what is painted by hand on a result is its paint"


def test_without_any_color_it_is_gray():
    assert colors(read(cube())) == {(188, 188, 188)}


def test_far_from_the_origin_nothing_is_rounded():
    obj = cube(location=(1e6, 0, 0), size=0.01)
    assert np.ptp(read(obj).points[:, 0]) == pytest.approx(0.01, rel=0.2)


def test_nothing_with_faces_is_one_sentence():
    empty = bpy.data.objects.new("empty", None)
    loose = bpy.data.objects.new("loose", bpy.data.meshes.new("loose"))
    for obj in (empty, loose):
        bpy.context.collection.objects.link(obj)
    with pytest.raises(SceneError, match="select the meshes to start from"):
        read(empty, loose)
    with pytest.raises(SceneError, match="has no faces any more"):
        read_mesh(bpy.context, loose)


def test_dyntopo_is_asked_to_end_first():
    obj = cube()
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="SCULPT")
    try:
        bpy.ops.sculpt.dynamic_topology_toggle()
    except RuntimeError:
        pytest.skip("this Blender toggles Dyntopo only in a window")
    with pytest.raises(SceneError, match="leave Sculpt Mode first"):
        read(obj)
    bpy.ops.object.mode_set(mode="OBJECT")


def test_the_box_around_meshes_is_a_cube_with_room():
    box = box_of_meshes(read(cube("A"), cube("B", (4, 0, 0))).points)
    assert box.center == pytest.approx((2, 0, 0)) and box.size == pytest.approx((7.5,) * 3)
