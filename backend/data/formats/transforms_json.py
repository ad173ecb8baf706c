"""transforms.json in the dialects that are in use.

- NeRF-synthetic: transforms_train.json, transforms_test.json (or _val) with one `camera_angle_x` for all frames.
- instant-ngp: one transforms.json with `fl_x`, `fl_y`, `cx`, `cy`, `w`, `h`, for all frames or for each, and lenses.
- nerfstudio: the same with `camera_model`, `mask_path`, `train_filenames` and the like, and `ply_file_path`.

All give camera-to-world matrices in our own convention (the camera looks along its -Z, +Y up), so nothing is turned.
instant-ngp's `scale`, `offset` and `aabb_scale` describe its own unit cube: poses stay as they are, and the cube is the
box where none is given. Poses are also left as they stand where `applied_transform` says how they came about.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from backend.errors import DatasetError

from ..frame_camera import required
from ..json_file import read_object
from ..picture_names import PictureNames
from ..posed_list import PosedList, no_points, same_name
from ..regular_file import brief
from . import ply_points

TRAIN = "transforms_train.json"
HELD_OUT_FILES = ("transforms_test.json", "transforms_val.json")
WHOLE = "transforms.json"
MISSING = 0.25
"""Share of the pictures of a transforms.json that may be missing: instant-ngp leaves them out as well."""
SCALE, OFFSET = 0.33, 0.5
"""instant-ngp's own, where a file has none: position * scale + offset lies in its unit cube."""


def find(folder: Path) -> Path | None:
    """Finds transforms_train.json, or else transforms.json."""
    return next((folder / name for name in (TRAIN, WHOLE) if os.path.exists(folder / name)), None)


def held_out_file(folder: Path, path: Path) -> Path | None:
    """Returns the file that lists the pictures for checking, beside transforms_train.json."""
    if path.name != TRAIN:
        return None
    return next((folder / name for name in HELD_OUT_FILES if os.path.exists(folder / name)), None)


def read(folder: Path, path: Path, outside: bool = False) -> PosedList:
    """Reads one file.

    Raises:
        DatasetError
    """
    data = read_object(path)
    frames = _frames(data, path)
    shared = {key: value for key, value in data.items() if key not in ("frames", "train_filenames", "test_filenames")}
    return PosedList(
        path, path.parent, [shared | frame for frame in frames],
        missing_share=MISSING if path.name == WHOLE else 0.0,
        held_out=_held_out(data, path), cube=_cube(data, path), points=_points(data, path, outside),
    )  # fmt: skip


def _frames(data: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    frames = required(data, "frames", f"The file {brief(path)}")
    if not isinstance(frames, list) or not frames:
        raise DatasetError(f"The file {brief(path)} names no frames: export at least two posed pictures.")
    odd = next((i for i, frame in enumerate(frames) if not isinstance(frame, dict)), None)
    if odd is not None:
        raise DatasetError(f"Frame {odd} of {brief(path)} is not a JSON object: export the poses again.")
    return frames


def _held_out(data: dict[str, Any], path: Path) -> frozenset[str] | None:
    """Returns the names of test_filenames, or else val_filenames; None where there are neither."""
    names = data.get("test_filenames") or data.get("val_filenames")
    if not names:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DatasetError(f"The test_filenames of {brief(path)} are not a list of names: export the poses again.")
    return frozenset(same_name(name) for name in names)


def _cube(data: dict[str, Any], path: Path) -> tuple[tuple[float, float, float], float] | None:
    """Returns instant-ngp's box in the poses' own lengths: aabb_scale of its unit cubes about its middle."""
    if "aabb_scale" not in data:
        return None
    try:
        side, scale, offset = float(data["aabb_scale"]), float(data.get("scale", SCALE)), data.get("offset", OFFSET)
        shifts = [float(each) for each in (offset if isinstance(offset, list) else [offset] * 3)]
        x, y, z = ((0.5 - shift) / scale for shift in shifts)
        cube = (x, y, z), side / scale
    except (TypeError, ValueError, ArithmeticError) as cause:
        raise DatasetError(f"The aabb_scale, scale or offset of {brief(path)} is no number: export again.") from cause
    if not 1e-6 < cube[1] < 1e6 or not all(abs(each) < 1e6 for each in cube[0]):
        raise DatasetError(f"The aabb_scale, scale or offset of {brief(path)} makes no cube: export again.")
    return cube


def _points(data: dict[str, Any], path: Path, outside: bool) -> Any:
    name = data.get("ply_file_path")
    if not isinstance(name, str):
        return no_points
    file = PictureNames(path, outside).file_of(name, 0, "ply_file_path")
    return partial(ply_points.read, file)
