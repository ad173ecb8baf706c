"""A box that is turned in the scene: pictures come into its frame, and a grid goes back, by rotations written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from backend.cameras.camera import Camera
from backend.config import BoundsConfig, preset, with_changes
from backend.data.dataset import Dataset
from backend.data.pictures import PosedPictures
from backend.export.grid import Grid
from backend.optimize.scene_transform import to_box_frame, to_scene, with_box_rotation
from backend.optimize.trainer import Trainer
from tests.backend.posed_scene import write_scene

CENTER, ANGLES = (1.0, -2.0, 0.5), (20.0, -35.0, 110.0)


def around(axis: int, degrees: float) -> np.ndarray:
    """Rodrigues' formula about a coordinate axis."""
    k = np.zeros((3, 3))
    k[(axis + 2) % 3, (axis + 1) % 3], k[(axis + 1) % 3, (axis + 2) % 3] = 1.0, -1.0
    angle = math.radians(degrees)
    return np.eye(3) + math.sin(angle) * k + (1 - math.cos(angle)) * k @ k


def scene_of(point) -> np.ndarray:
    """Turned about the center: around X first, then Y, then Z."""
    moved = np.asarray(point, float) - CENTER
    for axis in range(3):
        moved = around(axis, ANGLES[axis]) @ moved
    return moved + CENTER


def asked(method: str = "text"):
    box = {"center": CENTER, "size": (1.0, 2.0, 3.0), "rotation_degrees": ANGLES}
    return with_changes(preset(method, "draft"), {"bounds": box})


def test_the_box_is_turned_about_its_center():
    matrix = np.array(asked().bounds.to_scene)
    for point in (CENTER, (0.0, 0.0, 0.0), (3.0, 1.0, -4.0)):
        assert matrix @ [*point, 1.0] == pytest.approx([*scene_of(point), 1.0], abs=1e-12)
    assert np.array(BoundsConfig().to_scene) == pytest.approx(np.eye(4))


def test_a_camera_sees_the_same_in_the_frame_of_the_box():
    """What it has at a place of its own picture: the scene's point before, the box's point after."""
    pose = torch.eye(4)
    pose[:3, 3] = torch.tensor([4.0, 5.0, 6.0])
    pictures = PosedPictures.of_one_size(torch.zeros(1, 2, 2, 4), [Camera(pose, 2, 2, (2.0, 2.0), (1.0, 1.0))])
    moved = to_box_frame(asked("reconstruct"), Dataset(pictures, pictures)).train.cameras[0]
    inside = (moved.pose @ torch.tensor([0.3, -0.2, -5.0, 1.0]))[:3].numpy()
    assert scene_of(inside) == pytest.approx([4.3, 4.8, 1.0], abs=1e-5)


def test_a_grid_for_the_command_line_lies_in_the_scene():
    grid = Grid(np.ones((2, 2, 2)), np.ones((2, 2, 2, 3)), (-1,) * 3, (1,) * 3, to_scene(asked()), 1.0, {})
    matrix = np.array(with_box_rotation(asked(), grid).transform)
    corner = np.array(CENTER) + 0.5  # of the unit cube, scaled to the smallest side of the box
    assert (matrix @ [1.0, 1.0, 1.0, 1.0])[:3] == pytest.approx(scene_of(corner), abs=1e-12)


@pytest.mark.parametrize("angle", [0.0, 90.0])
def test_a_job_reads_its_pictures_in_the_frame_of_its_box(tmp_path, angle):
    """Of the same scene, turned by a quarter: the first camera of a box not turned stands where the angle says."""
    write_scene(tmp_path)
    changes = {"dataset": str(tmp_path), "bounds": {"center": (0.0, 0.0, 0.0), "rotation_degrees": (0.0, 0.0, angle)}}
    job = Trainer(with_changes(preset("reconstruct", "draft"), changes), print)
    x, y, z = job.dataset.train.cameras[0].pose[:3, 3].tolist()
    flat = math.hypot(x, y)
    front = math.radians(-90.0 - angle)  # azimuth 0 is at -Y, and what turns with the box goes back by the angle
    assert (x, y) == pytest.approx((flat * math.cos(front), flat * math.sin(front)), abs=1e-5) and z < 0
