"""Cameras read from Blender against Blender's own frame of the camera, and its own picture of where points lie."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Euler, Matrix, Vector

from addon.blender.lens import full_size, view_from_camera, view_from_viewport
from addon.core.errors import SceneError

LENSES = {
    "plain": {},
    "long": {"lens": 120.0},
    "shifted": {"shift_x": 0.3, "shift_y": -0.15},
    "sensor up": {"sensor_fit": "VERTICAL", "sensor_height": 18.0, "shift_x": 0.2, "shift_y": 0.1},
    "sensor across": {"sensor_fit": "HORIZONTAL", "sensor_width": 50.0, "shift_y": 0.2},
    "parallel": {"type": "ORTHO", "ortho_scale": 5.0},
    "parallel, shifted": {"type": "ORTHO", "ortho_scale": 3.0, "shift_x": -0.2, "shift_y": 0.4},
}
PICTURES = {"wide": (160, 90, 1.0, 1.0), "tall": (90, 160, 1.0, 1.0), "wide pixels": (100, 100, 2.0, 1.0),
            "tall pixels": (120, 70, 1.0, 1.5)}  # fmt: skip


def camera(**settings):
    data = bpy.data.cameras.new("eye")
    for name, value in settings.items():
        setattr(data, name, value)
    eye = bpy.data.objects.new("eye", data)
    eye.matrix_world = Matrix.LocRotScale(Vector((1, -4, 2)), Euler((1.1, 0.2, 0.3)), Vector((2, 2, 2)))
    bpy.context.scene.collection.objects.link(eye)
    bpy.context.scene.camera = eye
    bpy.context.view_layer.update()
    return eye


def seen(eye):
    return view_from_camera(eye, bpy.context.evaluated_depsgraph_get(), bpy.context.scene.render)


def picture(width, height, aspect_x=1.0, aspect_y=1.0):
    render = bpy.context.scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.pixel_aspect_x, render.pixel_aspect_y = aspect_x, aspect_y


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("size", PICTURES)
def test_the_edges_are_those_of_blenders_own_frame(lens, size):
    """Camera.view_frame gives the four corners of the picture in the camera's frame."""
    eye = camera(**LENSES[lens])
    picture(*PICTURES[size])
    corners = np.array(eye.data.view_frame(scene=bpy.context.scene))
    corners = corners / -corners[:, 2:] if eye.data.type == "PERSP" else corners
    camera_view = seen(eye)
    assert (camera_view.left, camera_view.right) == pytest.approx((corners[:, 0].min(), corners[:, 0].max()), abs=1e-5)
    assert (camera_view.bottom, camera_view.top) == pytest.approx((corners[:, 1].min(), corners[:, 1].max()), abs=1e-5)
    assert (camera_view.near, camera_view.far) == pytest.approx((eye.data.clip_start, eye.data.clip_end), rel=1e-3)


@pytest.mark.parametrize("lens", LENSES)
def test_a_point_on_a_pixels_ray_is_where_blender_sees_that_pixel(lens):
    """world_to_camera_view is Blender's way back: shares of the picture from the lower left, and depth."""
    eye = camera(**LENSES[lens])
    picture(64, 48)
    origins, directions = seen(eye).rays()
    for row, column, depth in [(0, 0, 2.0), (47, 63, 3.0), (10, 40, 7.5)]:
        point = Vector(origins[row, column] + depth * directions[row, column])
        x, y, z = world_to_camera_view(bpy.context.scene, eye, point)
        assert (x * 64, (1 - y) * 48) == pytest.approx((column + 0.5, row + 0.5), abs=1e-3)
        assert z == pytest.approx(depth, rel=1e-5)


@pytest.mark.parametrize("lens", LENSES)
def test_what_the_wire_is_told_is_the_same_window(lens):
    """Lens, shift and aspect read back by the words of messages.View."""
    eye = camera(**LENSES[lens])
    picture(120, 70, 1.0, 1.5)
    camera_view = seen(eye)
    view = camera_view.view()
    across = 2 * math.tan(view.angle_x / 2) if view.lens == "perspective" else view.scale_x
    up = across * view.height / view.width * view.pixel_aspect
    assert (camera_view.left, camera_view.right) == pytest.approx(
        [(view.shift_x + side / 2) * across for side in (-1, 1)]
    )
    assert (camera_view.bottom, camera_view.top) == pytest.approx(
        [view.shift_y * across + side * up / 2 for side in (-1, 1)]
    )
    assert view.pixel_aspect == pytest.approx(1.5, rel=1e-5)
    assert np.array(view.pose) == pytest.approx(np.array(eye.matrix_world.normalized()), abs=1e-6)


def test_the_cameras_own_scale_changes_nothing():
    eye = camera()
    before = seen(eye)
    eye.scale = (5.0, 5.0, 5.0)
    bpy.context.view_layer.update()
    assert seen(eye).pose == pytest.approx(before.pose, abs=1e-6)


def test_a_border_is_the_same_pixels():
    eye = camera(shift_x=0.1)
    picture(100, 80)
    whole = seen(eye).rays()
    render = bpy.context.scene.render
    render.use_border = True
    render.border_min_x, render.border_max_x, render.border_min_y, render.border_max_y = 0.25, 0.5, 0.125, 0.75
    part = seen(eye)
    assert (part.width, part.height) == (25, 50)
    for of_whole, of_part in zip(whole, part.rays(), strict=True):
        assert of_part == pytest.approx(of_whole[80 - 60 : 80 - 10, 25:50], abs=1e-6)


def test_rows_are_bands_of_the_same_picture():
    camera_view = seen(camera(type="ORTHO", shift_y=0.2))
    rows = camera_view.rows(10, 30)
    for whole, band in zip(camera_view.rays(), rows.rays(), strict=True):
        assert band == pytest.approx(whole[10:30], abs=1e-9)


def test_the_size_is_rounded_as_blender_does():
    picture(101, 55)
    bpy.context.scene.render.resolution_percentage = 50
    assert full_size(bpy.context.scene.render) == (50, 27)


def test_panoramic_is_refused_in_a_sentence():
    with pytest.raises(SceneError, match="'eye' is panoramic.*choose another lens type"):
        seen(camera(type="PANO"))


class View:
    """What a RegionView3D has, of a view that Blender itself would make with these matrices."""

    def __init__(self, view_matrix, window_matrix):
        self.view_matrix, self.window_matrix = view_matrix, window_matrix


class Region:
    width, height = 80, 60


def test_a_viewport_with_parallel_rays_sees_what_lies_behind_its_camera():
    """Blender's orthographic viewport is clipped from -far to far around its pivot."""
    turn = Matrix.LocRotScale(Vector((0, 0, 3)), Euler((0.4, 0, 0.2)), None)
    far, across = 50.0, 4.0
    window = Matrix(((2 / across, 0, 0, 0), (0, 2 / 3, 0, 0), (0, 0, -1 / far, 0), (0, 0, 0, 1)))
    camera_view = view_from_viewport(Region(), View(turn.inverted(), window))
    assert (camera_view.near, camera_view.far) == pytest.approx((0.0, 2 * far), abs=1e-4)
    origins, directions = camera_view.rays()
    pivot = (origins + far * directions)[29:31, 39:41].mean(axis=(0, 1))
    assert pivot == pytest.approx(np.array(turn.translation), abs=1e-4)
    assert np.linalg.norm(directions, axis=-1) == pytest.approx(1.0)
