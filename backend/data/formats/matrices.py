"""Poses as other programs write them, turned into ours: camera to world, looking along -Z, +Y up; the world Z up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float64

Matrix = Float64[np.ndarray, "4 4"]
OPENCV = np.diag([1.0, -1.0, -1.0, 1.0])
"""From the right, it turns a pose of OpenCV and COLMAP, whose cameras look along +Z with +Y down, into ours."""
Y_UP = np.array([[0.0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
"""A world with Y up (ARKit) turned into one with Z up, as nerfstudio turns it."""


def turned(quaternion: Sequence[float]) -> Float64[np.ndarray, "3 3"]:
    """Returns the rotation of a quaternion (w, x, y, z), which need not have unit length.

    Raises:
        ValueError: it is zero.
    """
    length = float(np.linalg.norm(quaternion))
    if not 1e-12 < length < 1e12:
        raise ValueError("a quaternion of no length")
    w, x, y, z = (float(part) / length for part in quaternion)
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip


def pose_of(rotation: Float64[np.ndarray, "3 3"], position: Any) -> Matrix:
    """Returns the pose that turns by `rotation` and then moves to `position`."""
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = rotation, position
    return pose


def from_world_to_camera(quaternion: Sequence[float], translation: Sequence[float]) -> list[list[float]]:
    """Returns our pose for COLMAP's: x_camera = R x_world + t, the camera looking along +Z with +Y down."""
    rotation = turned(quaternion)
    pose: list[list[float]] = (pose_of(rotation.T, -rotation.T @ np.asarray(translation)) @ OPENCV).tolist()
    return pose
