"""LLFF's poses_bounds.npy (Mildenhall et al. 2019): a row of 17 numbers for each picture, by the order of their names.

The first 15 are 3 x 5: the camera's axes down, right and backwards, its position, and (height, width, focal); the last
two are the nearest and farthest depth. Pictures lie in images/, or smaller ones in images_4 and the like.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from backend.errors import DatasetError

from ..picture_names import pictures_in
from ..posed_list import PosedList
from ..regular_file import brief
from .text_file import LARGEST_TEXT, opened

FILE = "poses_bounds.npy"
FOLDERS = ("images", "input", "rgb", "", "images_2", "images_4", "images_8")
COLUMNS = 17


def find(folder: Path) -> Path | None:
    """Finds poses_bounds.npy."""
    return folder / FILE if os.path.exists(folder / FILE) else None


def read(folder: Path, path: Path) -> PosedList:
    """Reads the poses.

    Raises:
        DatasetError: it is no such array, or there is another number of pictures than rows.
    """
    rows, choices = _rows(path), {place: pictures_in(folder / place) for place in FOLDERS}
    place = next((place for place, names in choices.items() if len(names) == len(rows)), None)
    if place is None:
        there = ", ".join(
            f"{place or 'the folder itself'} has {len(names)}" for place, names in choices.items() if names
        )
        raise DatasetError(
            f"The file {brief(path)} has {len(rows)} poses, and no folder of pictures beside it has as many "
            f"({there or 'there are none'}): put exactly the pictures that were posed into images."
        )
    frames = [_frame(name, row) for name, row in zip(choices[place], rows, strict=True)]
    return PosedList(path, folder, frames, folders=(place,), noun="Row")


def _rows(path: Path) -> Float64[np.ndarray, "n 17"]:
    with opened(path, LARGEST_TEXT) as file:
        rows = np.lib.format.read_array(file, allow_pickle=False)
        if rows.ndim != 2 or rows.shape[1] != COLUMNS or rows.dtype.kind != "f" or not len(rows):
            raise ValueError(f"an array of {rows.shape}")
        return rows.astype(np.float64)


def _frame(name: str, row: Float64[np.ndarray, " 17"]) -> dict[str, object]:
    table = row[:15].reshape(3, 5)
    down, right, back, position, (height, width, focal) = table.T
    pose = np.eye(4)
    pose[:3, :4] = np.stack([right, -down, back, position], 1)
    return {
        "file_path": name, "transform_matrix": pose.tolist(), "fl_x": float(focal), "fl_y": float(focal),
        "w": float(width), "h": float(height),
    }  # fmt: skip
