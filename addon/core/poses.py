"""Where cameras stand, how wide they see, and the file that says so; numpy only.

Camera-to-world 4x4, the camera looks along its local -Z with +Y up (Blender's own convention, and NeRF's). Orbit:
azimuth 0 stands at -Y (front view) and grows towards +X: target + r (sin az cos el, -cos az cos el, sin el).
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import DiskError

GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
MIN_ELEVATION, MAX_ELEVATION = math.radians(-15.0), math.radians(75.0)
"""Elevations of views around a scene: a little from below, and not so steep that the sides are never seen."""


@dataclass(frozen=True)
class PosedImage:
    """One posed picture: `file` relative to the dataset's folder, lengths in pixels."""

    file: str
    pose: np.ndarray
    width: int
    height: int
    focal: float
    center: tuple[float, float]


def orbit_position(azimuth: float, elevation: float, radius: float, target: np.ndarray) -> np.ndarray:
    """The point at these angles (radians) and this distance from `target`."""
    flat = radius * math.cos(elevation)
    offset = [flat * math.sin(azimuth), -flat * math.cos(azimuth), radius * math.sin(elevation)]
    return np.asarray(target, np.float64) + offset


def angles_of(position: Sequence[float], target: Sequence[float]) -> tuple[float, float]:
    """Azimuth and elevation in degrees at which `position` stands around `target`; straight above has azimuth 0."""
    x, y, z = (float(p) - float(t) for p, t in zip(position, target, strict=True))
    flat = math.hypot(x, y)
    azimuth = math.atan2(x, -y) if flat > 0 else 0.0
    return math.degrees(azimuth), math.degrees(math.atan2(z, flat))


def look_at(position: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The pose at `position` that looks at `target`, the world's Z upwards in the picture."""
    back = np.asarray(position, np.float64) - target
    back /= np.linalg.norm(back)
    up = np.array([0.0, 1.0, 0.0]) if abs(back[2]) > 1 - 1e-9 else np.array([0.0, 0.0, 1.0])
    right = np.cross(up, back)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :4] = np.stack([right, np.cross(back, right), back, position], axis=1)
    return pose


def spherical_poses(
    count: int,
    target: np.ndarray,
    radius: float | np.ndarray,
    lowest: float = MIN_ELEVATION,
    highest: float = MAX_ELEVATION,
) -> list[np.ndarray]:
    """`count` poses spread evenly over a band of the sphere (Fibonacci: equal areas, azimuths by the golden angle).

    `radius` is one for all or one for each; elevations in radians.
    """
    heights = math.sin(lowest) + (math.sin(highest) - math.sin(lowest)) * (np.arange(count) + 0.5) / count
    angles = [(i * GOLDEN_ANGLE, math.asin(max(-1.0, min(1.0, z)))) for i, z in enumerate(heights)]
    radii = np.broadcast_to(radius, count)
    places = [orbit_position(*angle, float(r), target) for angle, r in zip(angles, radii, strict=True)]
    return [look_at(place, np.asarray(target, np.float64)) for place in places]


def distance_to_fit(half_size: np.ndarray, angle: float) -> float:
    """Returns how far off a camera with the field of view `angle` sees the whole box, from any side."""
    return float(np.linalg.norm(half_size)) / math.sin(angle / 2)


def focal_in_pixels(angle: float, pixels: int) -> float:
    """The focal length that sees `angle` radians across `pixels`."""
    return 0.5 * pixels / math.tan(0.5 * angle)


def split_held_out(count: int, held_out_every: int) -> tuple[list[int], list[int]]:
    """Returns which of `count` views are learned from, and which are held out: every n-th, not the first; the last of
    fewer."""
    held_out = [i for i in range(count) if i % held_out_every == held_out_every - 1] or [count - 1][: count - 1]
    return [i for i in range(count) if i not in held_out], held_out


def write_transforms(
    folder: Path, views: list[PosedImage], held_out_every: int, chosen: Collection[int] | None = None
) -> None:
    """Writes the poses as the programs of the field read them (docs/photos.md says which reads what).

    transforms_train.json, transforms_test.json and transforms_val.json are NeRF-synthetic's: names without a suffix,
    and one angle of view for all, which is left out where the lenses have none in common. transforms.json is
    instant-ngp's and nerfstudio's: whole names, lenses, and which views are held out. Each frame has its own lens in
    all of them.
    `chosen` are the views to hold out, by number; without any, every n-th is.

    Raises:
        DiskError: the folder cannot be written.
    """
    train, held_out = split_held_out(len(views), held_out_every)
    if chosen:
        train, held_out = [i for i in range(len(views)) if i not in chosen], sorted(chosen)
    for part, numbers in (("train", train), ("test", held_out), ("val", held_out)):
        if numbers:
            frames = [_frame(views[i], views[i].file.removesuffix(".png")) for i in numbers]
            _write(folder / f"transforms_{part}.json", _angle(views) | {"frames": frames})
    names = {"train": train, "val": held_out, "test": held_out}
    splits = {f"{part}_filenames": [views[i].file for i in numbers] for part, numbers in names.items()}
    frames = [_frame(view, view.file) for view in views]
    _write(folder / "transforms.json", _shared_lens(views) | splits | {"camera_model": "PINHOLE", "frames": frames})


def _write(path: Path, data: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    except OSError as cause:
        raise DiskError(f"The poses cannot be written to {path}: {cause.strerror}. Choose another folder.") from cause


def _angle(views: list[PosedImage]) -> dict[str, float]:
    """Returns the angle of view of all; nothing where they have none in common, or do not look through the middle."""
    lens = _lens(views[0])
    center = (views[0].width / 2, views[0].height / 2)
    middle = all(math.isclose(a, b, abs_tol=1e-3) for a, b in zip(views[0].center, center, strict=True))
    one = all(_lens(view) == lens for view in views)
    return {"camera_angle_x": 2 * math.atan(0.5 * views[0].width / views[0].focal)} if one and middle else {}


def _shared_lens(views: list[PosedImage]) -> dict[str, float]:
    lens = _lens(views[0])
    return lens if all(_lens(view) == lens for view in views) else {}


def _frame(view: PosedImage, name: str) -> dict[str, Any]:
    pose = {"file_path": name, "transform_matrix": np.asarray(view.pose, np.float64).tolist()}
    return pose | _lens(view)


def _lens(view: PosedImage) -> dict[str, float]:
    return {
        "fl_x": view.focal,
        "fl_y": view.focal,
        "cx": view.center[0],
        "cy": view.center[1],
        "w": view.width,
        "h": view.height,
    }
