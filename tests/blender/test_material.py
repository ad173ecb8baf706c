"""The material shows the colors of the mesh, measured in a render."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from small_scenes import sky

from addon.blender import grid_mesh, results
from addon.blender.material import NAME, color_material

ORIGIN = results.Provenance("a wall", 0, "a1", 1.0, 1, "[]", "", True, (0.0, 0.0, 0.0))


def wall(color):
    """One square that fills the view, in one sRGB color."""
    points = np.array([[-2, 0, -2], [2, 0, -2], [2, 0, 2], [-2, 0, 2]], np.float32)
    surface = grid_mesh.Surface(points, np.array([[0, 1, 2, 3]], np.int32), np.tile(np.float32(color), (4, 1)))
    return results.add_result(bpy.context.scene, grid_mesh.mesh_from(surface, "wall"), ORIGIN, "wall")


def rendered(folder):
    scene = bpy.context.scene
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.location, camera.rotation_euler = (0, -1, 0), (np.pi / 2, 0, 0)
    scene.collection.objects.link(camera)
    scene.camera, scene.render.engine, scene.cycles.samples = camera, "CYCLES", 16
    scene.render.resolution_x = scene.render.resolution_y = 8
    scene.view_settings.view_transform, scene.render.filepath = "Standard", str(folder / "a.png")
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(scene.render.filepath)
    return np.array(image.pixels[:]).reshape(8, 8, 4)[4, 4, :3]


@pytest.mark.parametrize("color", [(0.8, 0.1, 0.1), (0.1, 0.6, 0.2), (0.15, 0.2, 0.9)])
def test_a_white_sky_shows_the_color(tmp_path, color):
    """Under a white sky a matt surface shows its color, but for the few percent that a plastic sheen adds."""
    wall(color)
    sky()
    seen = rendered(tmp_path)
    assert seen == pytest.approx(color, abs=0.16)
    assert int(seen.argmax()) == int(np.argmax(color))


def test_each_result_has_a_material_of_its_own_with_its_mean_color():
    """A viewport in its default state shows that: Solid, Color: Material."""
    red, green = wall((1, 0, 0)).data.materials[0], wall((0, 0.5, 0)).data.materials[0]
    assert red != green and [each.name for each in (red, green)] == ["wall", "wall.001"]
    assert tuple(red.diffuse_color) == pytest.approx((1, 0, 0, 1), abs=0.01)
    assert tuple(green.diffuse_color) == pytest.approx((0, 0.214, 0, 1), abs=0.01)  # linear


def test_the_mean_is_over_all_points():
    surface = grid_mesh.Surface(
        np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32),
        np.array([[0, 1, 2, 3]], np.int32),
        np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1]], np.float32),
    )
    mesh = grid_mesh.mesh_from(surface, "two colors")
    made = results.add_result(bpy.context.scene, mesh, ORIGIN, "two colors")
    assert tuple(mesh.materials[0].diffuse_color) == pytest.approx((0.5, 0, 0.5, 1), abs=0.01)
    assert tuple(made.color) == pytest.approx((0.5, 0, 0.5, 1), abs=0.01)


def test_a_material_of_the_user_with_our_name_is_left_alone():
    theirs = bpy.data.materials.new(NAME)
    assert color_material() != theirs and theirs.name == NAME
