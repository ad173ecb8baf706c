"""A posed dataset whose pictures are known by formula: one ball, red above and blue below."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from PIL import Image

from backend.cameras.camera import Camera
from backend.cameras.orbit import orbit_view

SIZE, FOV, RADIUS = 24, math.radians(40), 0.6


def picture(camera: Camera) -> np.ndarray:
    """(h, w, 4) uint8: a ball of RADIUS at the origin, by the quadratic formula."""
    rays = camera.rays()
    origins, directions = rays.origins.double().numpy(), rays.directions.double().numpy()
    half = -(origins * directions).sum(-1)
    root = half**2 - (origins**2).sum(-1) + RADIUS**2
    hit = root > 0
    height = origins[..., 2] + (half - np.sqrt(np.maximum(root, 0))) * directions[..., 2]
    color = np.where(height[..., None] > 0, (220, 30, 20), (20, 40, 200))
    return np.concatenate([color * hit[..., None], 255 * hit[..., None]], -1).astype(np.uint8)


def write_split(folder: Path, name: str, count: int, turn: float) -> None:
    """Views on a rising spiral, and their transforms file."""
    (folder / name).mkdir(parents=True)
    frames = []
    for i in range(count):
        camera = orbit_view(2.4 * i + turn, -0.3 + 1.2 * i / count, 3.2, FOV, SIZE).camera
        Image.fromarray(picture(camera)).save(folder / name / f"r_{i}.png")
        frames.append({"file_path": f"./{name}/r_{i}", "transform_matrix": camera.pose.tolist()})
    (folder / f"transforms_{name}.json").write_text(json.dumps({"camera_angle_x": FOV, "frames": frames}))


def write_scene(folder: Path) -> Path:
    """Train and test splits in the NeRF-synthetic layout."""
    write_split(folder, "train", 12, 0.0)
    write_split(folder, "test", 4, 0.5)
    return folder
