"""Cameras against the convention that backend/cameras states, and the file against the backend's own reader."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from addon.core import poses
from addon.core.errors import DiskError
from backend.cameras import orbit
from backend.data.dataset import read_dataset


@pytest.mark.parametrize(("azimuth", "elevation"), [(0.0, 0.0), (0.7, 0.3), (-2.0, 1.2), (3.0, -0.4)])
def test_orbit_is_the_backends_orbit(azimuth, elevation):
    ours = poses.orbit_position(azimuth, elevation, 3.0, np.array([1.0, 2.0, 3.0]))
    theirs = orbit.orbit_position(azimuth, elevation, 3.0).numpy() + [1.0, 2.0, 3.0]
    assert ours == pytest.approx(theirs, abs=1e-6)
    expected = orbit.look_at(torch.tensor(ours), torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64))
    assert poses.look_at(ours, np.array([1.0, 2.0, 3.0])) == pytest.approx(expected.numpy(), abs=1e-6)


@pytest.mark.parametrize(("azimuth", "elevation"), [(0.0, 0.0), (40.0, 20.0), (-115.0, 70.0), (180.0, -30.0)])
def test_angles_are_those_that_the_orbit_was_made_from(azimuth, elevation):
    target = np.array([1.0, 2.0, 3.0])
    position = poses.orbit_position(math.radians(azimuth), math.radians(elevation), 2.5, target)
    assert poses.angles_of(position, target) == pytest.approx((azimuth, elevation))


def test_straight_above_has_no_azimuth():
    assert poses.angles_of((0.0, 0.0, 2.0), (0.0, 0.0, 0.0)) == pytest.approx((0.0, 90.0))


def test_azimuth_zero_is_the_front_view():
    assert poses.orbit_position(0.0, 0.0, 2.0, np.zeros(3)) == pytest.approx([0, -2, 0])
    assert poses.orbit_position(math.pi / 2, 0.0, 2.0, np.zeros(3)) == pytest.approx([2, 0, 0])


@pytest.mark.parametrize("position", [(0.0, 0.0, 3.0), (0.0, 0.0, -3.0), (1.0, 2.0, 0.5)])
def test_poses_are_rotations_also_at_the_poles(position):
    pose = poses.look_at(np.array(position), np.zeros(3))
    assert pose[:3, :3] @ pose[:3, :3].T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)
    assert -pose[:3, 2] == pytest.approx(-np.array(position) / np.linalg.norm(position))


def test_spherical_poses_are_spread_and_all_see_the_target():
    target = np.array([1.0, 0.0, 2.0])
    places = np.array([pose[:3, 3] for pose in poses.spherical_poses(50, target, 4.0)])
    assert np.linalg.norm(places - target, axis=1) == pytest.approx(np.full(50, 4.0))
    gaps = np.linalg.norm(places[:, None] - places[None], axis=-1) + 99 * np.eye(50)
    assert gaps.min(axis=1).max() < 2.5 * gaps.min(axis=1).min()  # no heap, no hole
    elevations = np.arcsin((places[:, 2] - 2.0) / 4.0)
    assert elevations.min() >= poses.MIN_ELEVATION - 1e-9 and elevations.max() <= poses.MAX_ELEVATION + 1e-9


def test_a_box_fits_into_the_view_from_every_side():
    half, angle = np.array([1.0, 2.0, 0.5]), math.radians(40)
    distance = poses.distance_to_fit(half, angle)
    corners = np.array(np.meshgrid(*[(-1, 1)] * 3)).reshape(3, -1).T * half
    for pose in poses.spherical_poses(30, np.zeros(3), distance):
        local = (corners - pose[:3, 3]) @ pose[:3, :3]
        assert (np.abs(local[:, :2] / -local[:, 2:]) <= math.tan(angle / 2) + 1e-9).all()


def test_split_never_holds_out_all():
    assert poses.split_held_out(8, 8) == ([0, 1, 2, 3, 4, 5, 6], [7])
    assert poses.split_held_out(3, 8) == ([0, 1], [2]) and poses.split_held_out(1, 8) == ([0], [])
    train, held_out = poses.split_held_out(40, 8)
    assert len(held_out) == 5 and sorted(train + held_out) == list(range(40))


def test_the_backend_reads_what_we_write(tiny):
    from pathlib import Path

    data = read_dataset(Path(tiny.dataset))
    assert (len(data.train), len(data.held_out)) == (5, 1)
    camera = data.train.cameras[0]
    assert camera.focal[0] == pytest.approx(poses.focal_in_pixels(math.radians(40), 24))
    assert camera.pose.numpy() == pytest.approx(poses.spherical_poses(6, np.zeros(3), 4.0)[0], abs=1e-6)


def test_poses_that_cannot_be_written_are_one_sentence(tmp_path):
    view = poses.PosedImage("a.png", np.eye(4), 8, 8, 8.0, (4.0, 4.0))
    with pytest.raises(DiskError, match="cannot be written"):
        poses.write_transforms(tmp_path / "missing", [view, view], 8)
