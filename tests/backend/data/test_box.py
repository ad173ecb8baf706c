"""Boxes of scenes that are known: where the cameras look, which way is up, how far the object reaches."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from backend.cameras.camera import Camera
from backend.cameras.orbit import orbit_view
from backend.config import BoundsConfig
from backend.data.box import (
    OBJECT,
    SCENE,
    FoundBox,
    Silhouette,
    find_box,
    focus_of,
    guess_up,
    hit_share,
    upright,
)  # fmt: skip

NO_POINTS = np.empty((0, 3))
MIDDLE = np.array([3.0, -2.0, 5.0])
TILT = np.array([[1, 0, 0], [0, math.cos(0.7), -math.sin(0.7)], [0, math.sin(0.7), math.cos(0.7)]])


def around(count: int = 20, turn: np.ndarray = TILT, scale: float = 1.0, size: int = 40) -> list[Camera]:
    """Cameras on a spiral around MIDDLE, 4 away, in a world whose up is the third column of `turn`."""
    cameras = []
    for i in range(count):
        camera = orbit_view(2.4 * i, -0.1 + 0.9 * i / count, 4.0, 0.7, size).camera
        pose = np.eye(4)
        pose[:3, :3] = turn @ camera.pose[:3, :3].double().numpy()
        pose[:3, 3] = MIDDLE + scale * turn @ camera.pose[:3, 3].double().numpy()
        cameras.append(Camera(torch.tensor(pose).float(), size, size, camera.focal, camera.center))
    return cameras


def poses_of(cameras: list[Camera]) -> np.ndarray:
    return np.stack([camera.pose.double().numpy() for camera in cameras])


def test_up_and_middle_of_a_tilted_world():
    poses = poses_of(around())
    np.testing.assert_allclose(guess_up(poses), TILT[:, 2], atol=1e-5)
    np.testing.assert_allclose(focus_of(poses), MIDDLE, atol=1e-4)


def test_a_few_strays_move_the_middle_little():
    poses = poses_of(around(24))
    for i in range(3):
        poses[i, :3, :3] = poses[i, :3, :3] @ np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]])  # they look sideways
    assert np.linalg.norm(focus_of(poses) - MIDDLE) < 0.1


def test_up_that_is_nearly_an_axis_is_that_axis():
    for axis in ([0, 0, 1], [0, 1, 0], [0, -1, 0], [-1, 0, 0]):
        turn = upright(np.array(axis, float)) @ upright(np.array([0.03, 0.02, 1]) / np.linalg.norm([0.03, 0.02, 1]))
        assert guess_up(poses_of(around(turn=turn))).tolist() == axis


@pytest.mark.parametrize("axis", [(0, 0, 1), (0, 0, -1), (1, 0, 0), (0.6, 0, 0.8), (0, -0.6, -0.8)])
def test_the_turn_brings_z_up_and_blender_reads_its_angles(axis: tuple[float, float, float]):
    turn = upright(np.array(axis, float))
    np.testing.assert_allclose(turn[:, 2], axis, atol=1e-9)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1)
    degrees = FoundBox(np.zeros(3), np.ones(3), turn, OBJECT).degrees
    again = np.array(BoundsConfig(rotation_degrees=degrees).to_scene)[:3, :3]
    np.testing.assert_allclose(again, turn, atol=1e-6)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_an_object_s_box_grows_with_its_world(scale: float):
    box = find_box(around(scale=scale), NO_POINTS)
    assert box.kind == OBJECT
    np.testing.assert_allclose(box.center, MIDDLE, atol=2e-3 * max(scale, 1))
    reach = 4.0 * math.tan(0.35)
    assert box.size == pytest.approx(2.5 * reach * scale, rel=1e-2)
    assert hit_share(around(scale=scale), box) > 0.9


def test_masks_tell_how_large_the_object_is():
    """A ball of radius 0.5, seen as a disc of its own angle: its hull is a little more than the ball."""
    silhouettes = []
    for camera in around(24, size=64):
        rays = camera.rays()
        local = MIDDLE - rays.origins.double().numpy()
        along = rays.directions.double().numpy()
        away = np.linalg.norm(np.cross(local, along), axis=-1)
        silhouettes.append(Silhouette(camera, away < 0.5))
    box = find_box(around(24), NO_POINTS, silhouettes)
    np.testing.assert_allclose(box.center, MIDDLE, atol=0.06)
    assert box.size.min() > 1.0 and box.size.max() < 1.35


def test_cameras_that_look_outwards_stand_in_a_scene():
    cameras = around(12, np.eye(3))
    for camera in cameras:
        camera.pose[:3, :3] = camera.pose[:3, :3] @ torch.diag(torch.tensor([-1.0, 1, -1]))
    points = MIDDLE + np.random.default_rng(0).uniform(-10, 10, (2000, 3)) * [1, 1, 0.3]
    points[:20] *= 1000  # strays
    box = find_box(cameras, points)
    assert box.kind == SCENE
    assert 18 < box.size[0] < 23 and 5 < box.size[2] < 8
    alone = find_box(cameras, NO_POINTS)
    assert alone.kind == SCENE and (alone.size > 8).all()


def test_cameras_side_by_side_meet_nowhere():
    """As of LLFF: all look along -Z, and the points say how far."""
    cameras = []
    for i in range(9):
        pose = torch.eye(4)
        pose[:2, 3] = torch.tensor([0.1 * (i % 3), 0.1 * (i // 3)])
        cameras.append(Camera(pose, 40, 40, (50.0, 50.0), (20.0, 20.0)))
    assert focus_of(poses_of(cameras)) is None
    points = np.random.default_rng(0).uniform((-2, -2, -6), (2, 2, -4), (500, 3))
    box = find_box(cameras, points)
    assert box.kind == SCENE and abs(box.turn[:, 1] @ box.center) < 10
    assert hit_share(cameras, box) > 0.9


def test_the_cube_of_the_file_is_the_most():
    assert find_box(around(), NO_POINTS, cube=((0, 0, 0), 100.0)).size[0] < 5
    small = find_box(around(), NO_POINTS, cube=((3.0, -2.0, 5.0), 1.0))
    assert small.size.tolist() == [1, 1, 1] and small.center.tolist() == [3, -2, 5]


def test_how_many_rays_meet_a_box():
    """Seen from 10 away through a window of +-1 at depth 1, a box 4 wide covers a fifth of it each way."""
    pose = torch.eye(4)
    pose[2, 3] = 10
    camera = Camera(pose, 120, 120, (60.0, 60.0), (60.0, 60.0))
    thin = FoundBox(np.zeros(3), np.array([8.0, 8.0, 1e-3]), np.eye(3), OBJECT)
    assert hit_share([camera], thin) == pytest.approx(0.16, abs=0.06)
    behind = FoundBox(np.array([0, 0, 30.0]), np.array([8.0, 8.0, 1.0]), np.eye(3), OBJECT)
    assert hit_share([camera], behind) == 0


def test_one_place_has_no_size():
    assert find_box([around(1)[0]] * 3, NO_POINTS) is None
