"""The box that a result fills, as matrices (camera-to-world conventions of poses.py); numpy only.

A job keeps to the box's own frame, in which the box is not turned. `to_scene` turns that frame about the box's center
into the scene's; `cube` is the matrix that an Empty has whose cube [-1, 1]^3 is the box.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, TypeAlias

import numpy as np

from .errors import SceneError
from .wire import config

Box: TypeAlias = config.BoundsConfig

SMALLEST = 1e-4
"""Meters of a side; as the config has it."""
SKEW = 1e-3
"""Cosine between two sides from which on a box is no box any more."""


def to_scene(box: Box) -> np.ndarray:
    """The 4x4 from the box's own frame to the scene's."""
    return np.array(box.to_scene, np.float64)


def cube_matrix(box: Box) -> np.ndarray:
    """The 4x4 that takes the cube [-1, 1]^3 to the box: T(center) R S(size / 2)."""
    matrix = to_scene(box)
    matrix[:3, :3] = matrix[:3, :3] @ np.diag(box.size) / 2
    matrix[:3, 3] = box.center
    return matrix


def from_cube(matrix: np.ndarray) -> Box:
    """The box that `matrix` makes of the cube [-1, 1]^3. A mirrored cube is the same box.

    Raises:
        SceneError: a side has no length, or the sides are not square to one another.
    """
    axes = np.array(matrix, np.float64)[:3, :3]
    lengths = np.linalg.norm(axes, axis=0)
    if not (lengths * 2 >= SMALLEST).all():
        raise SceneError("The box is flat: scale it until every side has a length.")
    turn = axes / lengths
    if np.abs(turn.T @ turn - np.eye(3)).max() > SKEW:
        raise SceneError(
            "The box is skewed, as its parent is scaled unevenly: apply the parent's scale, or unparent it."
        )
    turn[:, 0] *= np.sign(np.linalg.det(turn))
    return Box(_floats(np.array(matrix)[:3, 3]), _floats(lengths * 2), _floats(np.degrees(euler_of(turn))))


def bounding_box(points: np.ndarray) -> Box:
    """The box along the axes around points (n, 3)."""
    low, high = points.min(axis=0), points.max(axis=0)
    return Box(_floats((low + high) / 2), _floats(high - low))


def corners(box: Box) -> np.ndarray:
    """The eight corners in the scene, (8, 3): -x -y -z first, z runs fastest."""
    unit = np.array(list(itertools.product((-1.0, 1.0), repeat=3)))
    return transform_points(cube_matrix(box), unit)


def transform_points(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (..., 3) under a 4x4."""
    moved: np.ndarray = points @ matrix[:3, :3].T + matrix[:3, 3]
    return moved


def to_box_frame(box: Box, points: np.ndarray) -> np.ndarray:
    """Points (..., 3) of the scene in the box's own frame."""
    return transform_points(np.linalg.inv(to_scene(box)), np.asarray(points, np.float64))


def to_config_values(box: Box) -> dict[str, Any]:
    """Returns the box in the form that a job's config takes; a box that somebody gives is not found anew."""
    return {name: list(getattr(box, name)) for name in ("center", "size", "rotation_degrees")} | {"automatic": False}


def euler_of(turn: np.ndarray) -> np.ndarray:
    """Angles (radians) about X, then Y, then Z of a rotation Rz Ry Rx; straight up or down, Z is 0."""
    flat = math.hypot(turn[0, 0], turn[1, 0])
    y = math.atan2(-turn[2, 0], flat)
    if flat < 1e-6:
        return np.array([math.atan2(-turn[1, 2], turn[1, 1]), y, 0.0])
    return np.array([math.atan2(turn[2, 1], turn[2, 2]), y, math.atan2(turn[1, 0], turn[0, 0])])


def _floats(values: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z
