"""Boxes as matrices, against rotations by scipy-free formulas: quaternions, dot products, counting."""

from __future__ import annotations

import math

import numpy as np
import pytest

from addon.core import box as boxes
from addon.core.box import Box
from addon.core.errors import SceneError

TURNED = Box((1.0, -2.0, 0.5), (2.0, 4.0, 1.0), (25.0, -40.0, 130.0))


def by_quaternions(degrees, point):
    """Turned about X, then Y, then Z, each as q p q*."""
    for axis, angle in enumerate(np.radians(degrees)):
        w, v = math.cos(angle / 2), np.eye(3)[axis] * math.sin(angle / 2)
        point = point + 2 * w * np.cross(v, point) + 2 * np.cross(v, np.cross(v, point))
    return point


def test_a_turned_cube_is_where_quaternions_bring_it():
    corner = boxes.transform_points(boxes.cube_matrix(TURNED), np.array([1.0, -1.0, 1.0]))
    expected = by_quaternions(TURNED.rotation_degrees, np.array([1.0, -2.0, 0.5])) + TURNED.center
    assert corner == pytest.approx(expected)


@pytest.mark.parametrize("rotation", [(0, 0, 0), (25, -40, 130), (-179, 10, 5), (90, 0, 0), (10, 90, 0), (10, -90, 50)])
def test_the_box_of_a_cubes_matrix_makes_the_same_cube(rotation):
    """Angles need not come back as they were (straight up there are many), the cube must."""
    matrix = boxes.cube_matrix(Box((3.0, 4.0, 5.0), (1.0, 2.0, 3.0), rotation))
    assert boxes.cube_matrix(boxes.from_cube(matrix)) == pytest.approx(matrix, abs=1e-6)


def test_a_mirrored_cube_is_the_same_box():
    mirrored = boxes.cube_matrix(TURNED) @ np.diag([1.0, -1.0, 1.0, 1.0])
    found = boxes.from_cube(mirrored)
    corners = {tuple(np.round(corner, 6)) for corner in boxes.corners(found)}
    assert corners == {tuple(np.round(corner, 6)) for corner in boxes.corners(TURNED)}
    assert np.linalg.det(boxes.to_scene(found)[:3, :3]) == pytest.approx(1.0)


def test_corners_and_edges_have_the_lengths_of_the_sides():
    corners = boxes.corners(TURNED)
    assert len({tuple(np.round(corner, 6)) for corner in corners}) == 8
    assert corners.mean(axis=0) == pytest.approx(TURNED.center)
    assert np.linalg.norm(corners - TURNED.center, axis=1) == pytest.approx(math.sqrt(1 + 4 + 0.25))


def test_in_the_frame_of_the_box_its_corners_are_those_of_a_box_that_is_not_turned():
    straight = boxes.corners(Box(TURNED.center, TURNED.size))
    assert boxes.to_box_frame(TURNED, boxes.corners(TURNED)) == pytest.approx(straight)


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        (np.diag([1.0, 1.0, 0.0, 1.0]), "is flat"),
        (np.diag([1.0, 1.0, 1e-9, 1.0]), "is flat"),
        (np.diag([1.0, np.nan, 1.0, 1.0]), "is flat"),
        (np.eye(4) + np.eye(4, k=1) * 0.2, "is skewed"),
    ],
)
def test_what_is_no_box_is_one_sentence(matrix, sentence):
    with pytest.raises(SceneError, match=sentence):
        boxes.from_cube(matrix)


def test_around_points_and_as_settings():
    found = boxes.bounding_box(np.array([[0.0, 1.0, 2.0], [4.0, 1.5, -2.0]]))
    assert boxes.to_config_values(found) == {
        "center": [2.0, 1.25, 0.0], "size": [4.0, 0.5, 4.0], "rotation_degrees": [0.0, 0.0, 0.0],
        "automatic": False,
    }  # fmt: skip
