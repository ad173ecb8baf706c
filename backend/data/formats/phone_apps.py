"""What apps of phones with a depth sensor export: poses of ARKit, whose world has Y up and whose cameras are ours.

- Record3D ("Shareable/Internal format", unpacked): a `metadata.json` with `poses` (x, y, z, w of a quaternion and a
  position each), `K` column by column or `perFrameIntrinsicCoeffs` (fx, fy, cx, cy), `w`, `h`; pictures rgb/0.jpg, ...
- Polycam ("Raw data", developer mode): keyframes/corrected_cameras/*.json (else cameras/), each with t_00 to t_23, fx,
  fy, cx, cy, width, height; pictures of the same names in corrected_images (else images).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from backend.errors import DatasetError

from ..json_file import read_object
from ..posed_list import PosedList
from ..regular_file import brief
from .matrices import Y_UP, pose_of, turned

RECORD3D = "metadata.json"
RECORD3D_FOLDERS = ("rgb", "rgbd", "images", "EXR_RGBD/rgb")
POLYCAM = (("keyframes/corrected_cameras", "keyframes/corrected_images"), ("keyframes/cameras", "keyframes/images"))
MOST_FRAMES = 100_000


def find_record3d(folder: Path) -> Path | None:
    """Finds metadata.json with poses."""
    path = folder / RECORD3D
    return path if os.path.exists(path) and {"poses", "K"} <= set(read_object(path)) else None


def read_record3d(folder: Path, path: Path) -> PosedList:
    """Reads Record3D's poses.

    Raises:
        DatasetError
    """
    data = read_object(path)
    try:
        frames = [_record3d_frame(data, number) for number in range(len(data["poses"]))]
    except (KeyError, TypeError, ValueError, IndexError) as cause:
        raise DatasetError(f"The file {brief(path)} is not as Record3D writes it: export again.") from cause
    places = [place for place in RECORD3D_FOLDERS if os.path.isdir(folder / place)]
    return PosedList(path, folder, frames, folders=tuple(places) or ("",), missing_share=0.25, noun="Pose")


def _record3d_frame(data: dict[str, Any], number: int) -> dict[str, Any]:
    x, y, z, w, *position = (float(value) for value in data["poses"][number])
    pose = Y_UP @ pose_of(turned((w, x, y, z)), position)
    if data.get("perFrameIntrinsicCoeffs"):
        fx, fy, cx, cy = (float(value) for value in data["perFrameIntrinsicCoeffs"][number][:4])
    else:
        fx, fy, cx, cy = (float(data["K"][place]) for place in (0, 4, 6, 7))
    return {
        "file_path": str(number), "transform_matrix": pose.tolist(), "fl_x": fx, "fl_y": fy, "cx": cx, "cy": cy,
        "w": data.get("w"), "h": data.get("h"),
    }  # fmt: skip


def find_polycam(folder: Path) -> Path | None:
    """Finds the folder of cameras, the corrected ones first."""
    return next((folder / cameras for cameras, _ in POLYCAM if os.path.isdir(folder / cameras)), None)


def read_polycam(folder: Path, cameras: Path) -> PosedList:
    """Reads Polycam's cameras.

    Raises:
        DatasetError
    """
    names = sorted(name for name in os.listdir(cameras) if name.lower().endswith(".json"))[:MOST_FRAMES]
    frames = [_polycam_frame(cameras / name) for name in names]
    pictures = next(images for place, images in POLYCAM if folder / place == cameras)
    return PosedList(cameras, folder, frames, folders=(pictures,), missing_share=0.25, noun="Camera")


def _polycam_frame(path: Path) -> dict[str, Any]:
    data = read_object(path)
    try:
        rows = [[float(data[f"t_{row}{column}"]) for column in range(4)] for row in range(3)]
        pose = Y_UP @ np.array([*rows, [0, 0, 0, 1]])
        lens = {word: float(data[key]) for word, key in (("fl_x", "fx"), ("fl_y", "fy"), ("cx", "cx"), ("cy", "cy"))}
        size = {"w": int(data["width"]), "h": int(data["height"])}
    except (KeyError, TypeError, ValueError) as cause:
        raise DatasetError(f"The file {brief(path)} is not as Polycam writes it: export the raw data again.") from cause
    return lens | size | {"file_path": re.sub(r"\.json$", "", path.name, flags=re.I), "transform_matrix": pose.tolist()}
