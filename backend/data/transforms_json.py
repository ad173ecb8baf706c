"""Reads posed pictures in the two spellings of transforms.json that are in use.

- NeRF-synthetic: transforms_train.json, transforms_test.json (or _val) with one `camera_angle_x` for all frames.
- instant-ngp: one transforms.json with `fl_x`, `fl_y`, `cx`, `cy`, `w`, `h`, for all frames or for each.

Both give camera-to-world matrices in our own convention (the camera looks along its -Z, +Y up), so nothing is turned.
instant-ngp's `scale`, `offset` and `aabb_scale` describe its own unit cube and are not applied: poses stay as they are.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from backend.cameras.camera import Camera
from backend.errors import DatasetError

from .pictures import PosedPictures, read_picture

SUFFIXES = ("", ".png", ".jpg", ".jpeg")
SMALLEST = 11  # the window of structural similarity, by which a result is judged
HELD_OUT_FILES = ("transforms_test.json", "transforms_val.json")


@dataclass(frozen=True)
class Dataset:
    """Pictures to learn from, and pictures that are only looked at in the end."""

    train: PosedPictures
    held_out: PosedPictures


def read_dataset(folder: Path, downscale: int = 1, hold_out_every: int = 8) -> Dataset:
    """Train and held-out pictures: by their own files where there are any, else every n-th frame is held out.

    Raises:
        DatasetError: the folder, a file, a key or a picture is missing or cannot be read; the sentence names it.
    """
    train = folder / "transforms_train.json"
    if not train.exists():
        return _split(_read(folder / "transforms.json", downscale), hold_out_every)
    held_out = next((folder / name for name in HELD_OUT_FILES if (folder / name).exists()), None)
    if held_out is None:
        return _split(_read(train, downscale), hold_out_every)
    return Dataset(_read(train, downscale), _read(held_out, downscale))


def _split(pictures: PosedPictures, every: int) -> Dataset:
    """Frames 0, n, 2n, ... are held out."""
    if len(pictures) < 2:
        raise DatasetError("The dataset has one picture: at least two are needed, one of them to check the result.")
    held_out = list(range(0, len(pictures), every))
    return Dataset(
        pictures.subset([i for i in range(len(pictures)) if i % every]),
        pictures.subset(held_out if len(held_out) < len(pictures) else held_out[:1]),
    )


def _read(path: Path, downscale: int) -> PosedPictures:
    data = _parsed(path)
    frames = _frames(data, path)
    pictures, cameras = [], []
    for frame in frames:
        file = _picture_path(path.parent, _required(frame, "file_path", path))
        pictures.append(read_picture(file, downscale))
        cameras.append(_camera(data | frame, pictures[-1].shape, downscale, path))
    _check_sizes(pictures, path)
    return PosedPictures(torch.stack(pictures), cameras)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as cause:
        raise DatasetError(
            f"There is no transforms.json in {path.parent}: choose a folder of posed pictures."
        ) from cause
    except (OSError, ValueError) as cause:
        raise DatasetError(f"The file {path} cannot be read as JSON: export the poses again.") from cause
    if not isinstance(data, dict):
        raise DatasetError(f"The file {path} does not hold a JSON object: export the poses again.")
    return data


def _frames(data: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    frames = _required(data, "frames", path)
    if not isinstance(frames, list) or not frames:
        raise DatasetError(f"The file {path} names no frames: export at least two posed pictures.")
    if not all(isinstance(frame, dict) for frame in frames):
        raise DatasetError(f"A frame in {path} is not a JSON object: export the poses again.")
    return frames


def _required(data: dict[str, Any], key: str, path: Path) -> Any:
    if key not in data:
        raise DatasetError(f"The file {path} lacks '{key}': add it, or export the poses again.")
    return data[key]


def _picture_path(folder: Path, name: Any) -> Path:
    """The named file; NeRF-synthetic leaves the suffix out."""
    if not isinstance(name, str):
        raise DatasetError(f"A frame's file_path in {folder} is not text: export the poses again.")
    candidates = [folder / (name + suffix) for suffix in SUFFIXES]
    return next((path for path in candidates if path.is_file()), candidates[0])


def _camera(frame: dict[str, Any], shape: tuple[int, ...], downscale: int, path: Path) -> Camera:
    """A camera for a picture of this shape; intrinsics in the file are for the picture before it was made smaller."""
    height, width = shape[0] * downscale, shape[1] * downscale
    pose = _pose(_required(frame, "transform_matrix", path), path)
    try:
        focal = _focal(frame, width, path)
        centre = (float(frame.get("cx", width / 2)), float(frame.get("cy", height / 2)))
    except (TypeError, ValueError) as cause:
        raise DatasetError(f"A focal length or centre in {path} is not a number: export the poses again.") from cause
    return Camera(pose, width, height, focal, centre).resized(shape[1], shape[0])


def _focal(frame: dict[str, Any], width: int, path: Path) -> tuple[float, float]:
    """In pixels, from fl_x and fl_y, or from the horizontal angle."""
    if "fl_x" in frame:
        return float(frame["fl_x"]), float(frame.get("fl_y", frame["fl_x"]))
    focal = 0.5 * width / math.tan(0.5 * float(_required(frame, "camera_angle_x", path)))
    return focal, focal


def _pose(rows: Any, path: Path) -> torch.Tensor:
    try:
        pose = torch.tensor(rows, dtype=torch.float32)
    except (TypeError, ValueError, RuntimeError) as cause:
        raise DatasetError(
            f"A transform_matrix in {path} is not a matrix of numbers: export the poses again."
        ) from cause
    if pose.shape != (4, 4) or not pose.isfinite().all():
        raise DatasetError(f"A transform_matrix in {path} is not a finite 4 x 4 matrix: export the poses again.")
    return pose


def _check_sizes(pictures: list[torch.Tensor], path: Path) -> None:
    sizes = {tuple(picture.shape[:2]) for picture in pictures}
    if len(sizes) > 1:
        both = " and ".join(f"{width} x {height}" for height, width in sorted(sizes)[:2])
        raise DatasetError(f"The pictures of {path} differ in size ({both}): bring them to one size.")
    height, width = sizes.pop()
    if min(height, width) < SMALLEST:
        raise DatasetError(f"The pictures of {path} are {width} x {height} pixels: {SMALLEST} are the least.")
