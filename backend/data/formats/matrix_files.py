"""Layouts of papers that hold matrices.

- SDFStudio's meta_data.json: frames with `rgb_path`, `camtoworld` and `intrinsics`, both 4 x 4, for cameras that look
  along +Z with +Y down; `foreground_mask` where there is one.
- NSVF's folders: `intrinsics.txt` (4 x 4, or focal and center first), `pose/*.txt` (4 x 4, the same cameras) and
  `rgb/*.png`; names that begin with 0 train and those with 1 and 2 are held out, where there are such names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from backend.errors import DatasetError

from ..json_file import read_object
from ..picture_names import pictures_in
from ..posed_list import PosedList
from ..regular_file import brief
from .matrices import OPENCV, Matrix
from .text_file import numbers, read_text

SDFSTUDIO = "meta_data.json"
MOST_FRAMES = 100_000


def find_sdfstudio(folder: Path) -> Path | None:
    """Finds meta_data.json."""
    return folder / SDFSTUDIO if os.path.exists(folder / SDFSTUDIO) else None


def read_sdfstudio(folder: Path, path: Path) -> PosedList:
    """Reads SDFStudio's frames.

    Raises:
        DatasetError
    """
    data = read_object(path)
    try:
        frames = [_sdfstudio_frame(frame, data) for frame in data["frames"]]
    except (KeyError, TypeError, ValueError, IndexError) as cause:
        raise DatasetError(f"The file {brief(path)} is not as SDFStudio writes it: export the poses again.") from cause
    return PosedList(path, folder, frames)


def _sdfstudio_frame(frame: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    pose = np.array(frame["camtoworld"], np.float64).reshape(4, 4) @ OPENCV
    masks = {"mask_path": frame["foreground_mask"]} if frame.get("foreground_mask") else {}
    size = {"w": data.get("width"), "h": data.get("height")}
    return {
        "file_path": frame["rgb_path"], "transform_matrix": pose.tolist(), "K": frame["intrinsics"], **size, **masks
    }  # fmt: skip


def find_nsvf(folder: Path) -> Path | None:
    """Finds intrinsics.txt beside a folder of poses."""
    path = folder / "intrinsics.txt"
    return path if os.path.exists(path) and os.path.isdir(folder / "pose") else None


def read_nsvf(folder: Path, path: Path) -> PosedList:
    """Reads NSVF's matrices.

    Raises:
        DatasetError
    """
    lens = _nsvf_lens(path)
    stems = {name.rpartition(".")[0]: name for name in pictures_in(folder / "rgb")}
    poses = sorted(name for name in os.listdir(folder / "pose") if name.lower().endswith(".txt"))[:MOST_FRAMES]
    frames = []
    for name in poses:
        pose = _square(folder / "pose" / name, 4) @ OPENCV
        picture = stems.get(name[:-4], name[:-4])
        frames.append(lens | {"file_path": picture, "transform_matrix": pose.tolist()})
    held_out = frozenset(name for name in stems.values() if name[:2] in ("1_", "2_"))
    return PosedList(path, folder, frames, folders=("rgb",), held_out=held_out or None, noun="Pose")


def _nsvf_lens(path: Path) -> dict[str, Any]:
    try:
        lines = [numbers(line.split()) for line in read_text(path).splitlines() if line.strip()]
        if len(lines[0]) == 4 and len(lines) >= 3 and len(lines[1]) == 4 and lines[1][1]:
            return {"K": lines[:3]}
        focal, cx, cy = lines[0][:3]
    except (ValueError, IndexError) as cause:
        raise DatasetError(f"The file {brief(path)} holds no intrinsics: export the poses again.") from cause
    return {"fl_x": focal, "fl_y": focal, "cx": cx, "cy": cy}


def _square(path: Path, side: int) -> Matrix:
    try:
        return np.array(numbers(read_text(path).split())).reshape(side, side)
    except ValueError as cause:
        raise DatasetError(f"The file {brief(path)} is not {side} x {side} numbers: export the poses again.") from cause
