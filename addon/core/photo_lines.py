"""The cameras and the sparse points of photographs as lines over the view; numpy only."""

from __future__ import annotations

import numpy as np

from .box import Box
from .rig import FRUSTUM, frustum

CROSS = 0.004
"""Half of a point's cross, of the longest side of the box."""


def camera_lines(poses: np.ndarray, tangents: np.ndarray, box: Box) -> np.ndarray:
    """Lines (n, 2, 3) of the cameras of poses (m, 4, 4), a tenth as long as most of them stand away from the box."""
    if not len(poses):
        return np.zeros((0, 2, 3))
    away = np.linalg.norm(poses[:, :3, 3] - np.array(box.center), axis=1)
    length = FRUSTUM * float(np.median(away))
    drawn = [frustum(pose, (float(x), float(y)), length) for pose, (x, y) in zip(poses, tangents, strict=True)]
    return np.concatenate(drawn)


def point_lines(points: np.ndarray, box: Box) -> np.ndarray:
    """Lines (3 n, 2, 3): a small cross for each point (n, 3)."""
    arms = CROSS * max(box.size) * np.eye(3)
    crosses = points[:, None, None, :] + np.stack([-arms, arms], axis=1)[None]
    lines: np.ndarray = crosses.reshape(-1, 2, 3)
    return lines
