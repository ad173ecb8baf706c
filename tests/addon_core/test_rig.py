"""Cameras around a box: that they look at it, see it, stand where the settings say; and the lines that show them."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from addon.core import rig as rigs
from addon.core.box import Box, corners, to_box_frame
from addon.core.capture_config import CaptureConfig
from addon.core.wire import config

BOX = Box((1.0, 2.0, 3.0), (2.0, 4.0, 1.0), (15.0, 70.0, -160.0))
ORBIT = config.OrbitConfig(
    radius_low=2.0, radius_high=5.0, elevation_low_degrees=-10, elevation_high_degrees=60, fov_degrees=50
)


def angles(position, box):
    """Elevation above the ground of the box, in degrees, by the arc sine."""
    offset = to_box_frame(box, position) - box.center
    return math.degrees(math.asin(offset[2] / np.linalg.norm(offset)))


@pytest.mark.parametrize(("pictures", "half"), [(False, 0.5), (True, 2.0)])
def test_radii_count_in_half_widths_of_the_cube_in_which_the_job_works(pictures, half):
    rig = rigs.orbit_rig(BOX, ORBIT, pictures)
    distances = [np.linalg.norm(pose[:3, 3] - BOX.center) for pose in rigs.rig_poses(rig, 200)]
    assert (min(distances), max(distances)) == pytest.approx((2.0 * half, 5.0 * half), rel=0.02)
    assert np.histogram(distances, bins=5)[0].min() > 30  # evenly in between


def test_every_camera_looks_at_the_center_and_keeps_to_its_elevations():
    poses = rigs.rig_poses(rigs.orbit_rig(BOX, ORBIT), 60)
    for pose in poses:
        ahead = np.array(BOX.center) - pose[:3, 3]
        assert -pose[:3, 2] == pytest.approx(ahead / np.linalg.norm(ahead))
        assert pose[:3, :3].T @ pose[:3, :3] == pytest.approx(np.eye(3), abs=1e-12)
    found = [angles(pose[:3, 3], BOX) for pose in poses]
    assert -10 <= min(found) < -8 and 55 < max(found) <= 60


def test_from_a_sphere_every_camera_sees_every_corner():
    settings = CaptureConfig(fov_degrees=35.0)
    rig = rigs.capture_rig(BOX, settings)
    for pose in rigs.rig_poses(rig, 50):
        seen = np.concatenate([corners(BOX), np.ones((8, 1))], axis=1) @ np.linalg.inv(pose).T
        assert (np.abs(seen[:, :2]) <= -seen[:, 2:3] * math.tan(math.radians(35.0) / 2) + 1e-9).all()


def test_a_frustum_is_as_wide_as_its_field_of_view():
    lines = rigs.frustum(np.eye(4), (1.0, 1.0), 2.0)
    assert lines.shape == (10, 2, 3)
    assert np.abs(lines[:4, 1]) == pytest.approx(np.full((4, 3), 2.0))  # tan 45 degrees = 1
    assert lines[:8, :, 2].max() == 0.0 and lines[-1, 1, 1] > 2.0  # the roof is above the picture


def test_rings_lie_on_the_rims():
    rig = rigs.orbit_rig(BOX, ORBIT)
    points = rigs.rig_rings(rig).reshape(-1, 3)
    distances = np.linalg.norm(points - BOX.center, axis=1)
    assert distances.min() == pytest.approx(rig.near) and distances.max() == pytest.approx(rig.far)
    found = np.array([angles(point, BOX) for point in points])
    assert found.min() == pytest.approx(-10.0) and found.max() == pytest.approx(60.0)


def test_a_shell_without_thickness_is_drawn_once():
    thin = dataclasses.replace(rigs.orbit_rig(BOX, ORBIT), near=3.0, far=3.0)
    thick = rigs.orbit_rig(BOX, ORBIT)
    rim = rigs.ARC_POINTS - 1
    assert len(rigs.rig_rings(thick)) - len(rigs.rig_rings(thin)) == 2 * rim


def test_edges_are_the_twelve_of_a_box():
    lengths = np.linalg.norm(np.diff(rigs.box_edges(BOX), axis=1)[:, 0], axis=1)
    assert sorted(np.round(lengths, 6)) == [1.0] * 4 + [2.0] * 4 + [4.0] * 4


def test_lines_are_kept_until_something_changes():
    rig = rigs.orbit_rig(BOX, ORBIT)
    assert rigs.rig_lines(rig, 5) is rigs.rig_lines(rigs.orbit_rig(BOX, ORBIT), 5)
    assert rigs.rig_lines(rig, 6) is not rigs.rig_lines(rig, 5)
