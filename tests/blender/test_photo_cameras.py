"""Show Cameras: what the real backend says of photographs, drawn, with the box that a job would fill."""

from __future__ import annotations

import json
import math

import bpy
import numpy as np
import pytest
from data_dump import differences, dump
from mathutils import Matrix

from addon import flows, headless
from addon.blender import bounds
from addon.flows import photo_cameras
from addon.ui import gizmos, requests
from addon.ui.panels import request
from tests.fakes.layout import FakeLayout

COUNT, DISTANCE = 9, 3.0
POINTS = [(0.1, 0.2, 0.3), (-0.2, 0.1, 0.0), (0.0, -0.3, 0.2)]


def pose(number):
    """A ring of cameras that look at the origin."""
    around = Matrix.Rotation(2 * math.pi * number / COUNT, 4, "Z")
    return around @ Matrix.Rotation(math.radians(60 + 10 * (number % 3)), 4, "X") @ Matrix.Translation((0, 0, DISTANCE))


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    image = bpy.data.images.new("photo", 16, 12)
    image.file_format = "PNG"
    frames = []
    for number in range(COUNT):
        image.filepath_raw = str(folder / f"{number}.png")
        image.save()
        frames.append({"file_path": f"{number}.png", "transform_matrix": [list(row) for row in pose(number)]})
    bpy.data.images.remove(image)
    head = f"ply\nformat ascii 1.0\nelement vertex {len(POINTS)}\n"
    head += "".join(f"property float {axis}\n" for axis in "xyz") + "end_header\n"
    (folder / "points.ply").write_text(head + "".join(f"{x} {y} {z}\n" for x, y, z in POINTS))
    lens = {"fl_x": 20, "fl_y": 20, "cx": 8, "cy": 6, "w": 16, "h": 12, "ply_file_path": "points.ply"}
    (folder / "transforms.json").write_text(json.dumps({**lens, "frames": frames}))
    settings = bpy.context.scene.dreamwright
    settings.method, settings.dataset = "PHOTOS", str(folder)
    return folder


def buttons():
    layout = FakeLayout()
    request._draw_photos(layout, bpy.context.scene.dreamwright)
    return [name for name in layout.operators() if "photo" in name]


def test_cameras_points_and_the_box_appear_where_the_file_says(backend_python, photos):
    assert bpy.ops.dreamwright.show_photo_cameras() == {"FINISHED"}
    scene = bpy.context.scene
    by_color = {color: lines for color, lines in gizmos.drawn_lines(bpy.context)}
    apexes = np.concatenate([by_color[photo_cameras.TRAINING], by_color[photo_cameras.HELD_OUT]]).reshape(-1, 10, 2, 3)
    known = np.array([list(pose(number).translation) for number in range(COUNT)])
    away = np.linalg.norm(apexes[:, 0, 0, None] - known[None], axis=-1)
    assert len(apexes) == COUNT and away.min(1).max() < 1e-4 and away.min(0).max() < 1e-4
    assert len(by_color[photo_cameras.HELD_OUT]) == 10 * 2  # every eighth of nine
    crosses = by_color[photo_cameras.POINT].mean(1)
    np.testing.assert_allclose(np.unique(crosses.round(4), axis=0), np.unique(POINTS, axis=0), atol=1e-4)
    box = bounds.box_of(bounds.box_empty(scene))
    np.testing.assert_allclose(box.center, 0, atol=0.3)
    assert all(0.3 < side < 2 * DISTANCE for side in box.size)
    shown = photo_cameras.visible_cameras(scene)
    assert shown.sentence.startswith("9 cameras, 2 of them only for checking, 3 sparse points.")

    assert "center (0, 0, 0)" in shown.sentence
    assert buttons() == ["dreamwright.hide_photo_cameras"]
    assert bpy.ops.dreamwright.hide_photo_cameras() == {"FINISHED"}
    assert not gizmos.drawn_lines(bpy.context) and bounds.box_empty(scene) is not None
    assert buttons() == ["dreamwright.show_photo_cameras"]


def test_a_box_that_a_person_chose_stays_and_one_of_other_photos_does_not(backend_python, photos):
    scene = bpy.context.scene
    own = bounds.new_empty(scene, bounds.Box((0.1, 0, 0), (1, 1, 1)))
    bpy.ops.dreamwright.show_photo_cameras()
    assert bounds.box_of(own).size == pytest.approx((1, 1, 1)) and bounds.box_empty(scene) == own
    own[photo_cameras.FOUND_FOR] = "/other/photos"
    bpy.ops.dreamwright.show_photo_cameras()
    assert bounds.box_of(own).size != pytest.approx((1, 1, 1)) and own[photo_cameras.FOUND_FOR] == str(photos)
    scene.dreamwright.dataset = "/elsewhere"
    assert photo_cameras.visible_cameras(scene) is None, "other photos were chosen"


def test_a_box_that_was_made_while_the_photos_were_read_stays(backend_python, photos):
    scene = bpy.context.scene
    settings = scene.dreamwright
    flow = photo_cameras.show_photo_cameras(bpy.context, requests.panel_config(settings, "cpu"), settings.dataset)
    next(flow)
    own = bounds.new_empty(scene, bounds.Box((0.1, 0, 0), (1, 1, 1)))
    headless.run(flow)
    assert bounds.box_empty(scene) == own and bounds.box_of(own).size == pytest.approx((1, 1, 1))


def test_photos_that_cannot_be_read_change_nothing(backend_python, photos):
    (photos / "transforms.json").write_text("{}")
    before = dump()
    with pytest.raises(RuntimeError, match="transforms.json"):
        bpy.ops.dreamwright.show_photo_cameras()
    assert not differences(before, dump()) and not flows.APP.current_task
