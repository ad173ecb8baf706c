"""Lines of photographs' cameras and points, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from addon.core.box import Box
from addon.core.photo_lines import CROSS, camera_lines, point_lines
from addon.core.rig import FRUSTUM

BOX = Box((0, 0, 1), (2, 2, 4))


def test_a_camera_begins_where_it_stands_and_is_as_wide_as_its_picture():
    pose = np.eye(4)
    pose[:3, 3] = 0, 0, 11  # ten meters above the box's center, looking down
    lines = camera_lines(pose[None], np.array([[0.8, 0.5]]), BOX)
    length = FRUSTUM * 10
    assert lines.shape == (10, 2, 3)
    np.testing.assert_allclose(lines[:4, 0], np.tile([0, 0, 11], (4, 1)))
    corners = lines[:4, 1]
    np.testing.assert_allclose(corners[:, 2], 11 - length)
    assert np.ptp(corners[:, 0]) == pytest.approx(2 * 0.8 * length)
    assert np.ptp(corners[:, 1]) == pytest.approx(2 * 0.5 * length)


def test_a_point_is_a_cross_about_it():
    points = np.array([[0.5, 0.25, 1.0], [0, 0, 0]])
    lines = point_lines(points, BOX)
    assert lines.shape == (6, 2, 3)
    np.testing.assert_allclose(lines.mean(1), np.repeat(points, 3, axis=0))
    np.testing.assert_allclose(np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1), 2 * CROSS * 4)


def test_of_none_there_are_no_lines():
    assert camera_lines(np.zeros((0, 4, 4)), np.zeros((0, 2)), BOX).shape == (0, 2, 3)
    assert point_lines(np.zeros((0, 3)), BOX).shape == (0, 2, 3)
