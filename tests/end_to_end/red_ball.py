"""A dataset that can be told in closed form: a red ball of radius 1 at the origin, seen from a ring of cameras.

Written from the definition of the format and of a pinhole camera, without our own code.
"""

import json
import math
from pathlib import Path

import numpy as np
from PIL import Image

FOV = math.radians(40)
DISTANCE = 4.0


def write(folder: Path, views: int = 24, size: int = 40) -> Path:
    folder.mkdir(parents=True)
    frames = []
    for index in range(views):
        pose = pose_of(2 * math.pi * index / views, 0.5 * math.sin(index))
        Image.fromarray(picture(pose, size)).save(folder / f"{index:03d}.png")
        frames.append({"file_path": f"{index:03d}.png", "transform_matrix": pose.tolist()})
    (folder / "transforms.json").write_text(json.dumps({"camera_angle_x": FOV, "w": size, "h": size, "frames": frames}))
    return folder


def pose_of(azimuth: float, elevation: float) -> np.ndarray:
    """Camera to world; the camera looks along its -Z at the origin."""
    back = np.array([math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation),
                     math.sin(elevation)])  # fmt: skip
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1], pose[:3, 2], pose[:3, 3] = right, np.cross(back, right), back, back * DISTANCE
    return pose


def picture(pose: np.ndarray, size: int) -> np.ndarray:
    """RGBA, opaque where the ray of the pixel's center comes nearer than 1 to the origin."""
    offsets = ((np.arange(size) + 0.5) / size * 2 - 1) * math.tan(FOV / 2)
    x, y = np.meshgrid(offsets, -offsets)
    rays = np.stack([x, y, -np.ones_like(x)], axis=-1) @ pose[:3, :3].T
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    along = -(rays @ pose[:3, 3])
    nearest = np.linalg.norm(pose[:3, 3] + along[..., None] * rays, axis=-1)
    rgba = np.zeros((size, size, 4), np.uint8)
    rgba[nearest < 1] = (220, 30, 30, 255)
    return rgba
