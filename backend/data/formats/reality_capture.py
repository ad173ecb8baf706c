"""The CSV of RealityCapture and RealityScan ("Internal/External camera parameters"), which Postshot reads as well.

A line has name, x, y, alt, heading, pitch, roll, f, px, py, k1, k2, k3, k4, t1, t2. Angles are degrees, the world has Z
up, and heading turns clockwise seen from above; f, px and py are millimeters on a film 36 mm wide, laid along the
picture's longer side.
"""

from __future__ import annotations

import csv
import io
import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from backend.errors import DatasetError

from ..posed_list import PosedList
from ..regular_file import brief
from .matrices import pose_of
from .text_file import numbers, opened, read_text

FILM = 36.0
_NEEDED = ("name", "x", "y", "alt", "heading", "pitch", "roll", "f")
_LENS = {"k1": "k1", "k2": "k2", "k3": "k3", "k4": "k4", "t1": "p1", "t2": "p2"}
_PROBED = 4096
MISSING = 0.25


def find(folder: Path) -> Path | None:
    """Finds a CSV whose first line names the columns of such a list."""
    names = sorted(entry.name for entry in os.scandir(folder) if entry.name.lower().endswith(".csv"))
    return next((folder / name for name in names[:20] if _is_list(folder / name)), None)


def _is_list(path: Path) -> bool:
    with opened(path) as file:
        head = file.read(_PROBED).decode("utf-8-sig", "replace").partition("\n")[0]
    return set(_NEEDED) <= set(_columns(head.split(",")))


def _columns(words: list[str]) -> list[str]:
    return [word.strip().lstrip("#").strip().lower() for word in words]


def read(folder: Path, path: Path) -> PosedList:
    """Reads the poses; pictures are found by their names, wherever they lie below the folder.

    Raises:
        DatasetError
    """
    first, *lines = csv.reader(io.StringIO(read_text(path)), skipinitialspace=True)
    columns = _columns(first)
    frames = [_frame(dict(zip(columns, line, strict=False)), number, path) for number, line in enumerate(lines) if line]
    return PosedList(path, folder, frames, by_file_name=True, missing_share=MISSING, noun="Line")


def _frame(line: dict[str, str], number: int, path: Path) -> dict[str, Any]:
    try:
        x, y, alt, heading, pitch, roll, focal = numbers([line[key] for key in _NEEDED[1:]])
        px, py = numbers([line.get("px") or "0", line.get("py") or "0"])
        bent = numbers([line.get(key) or "0" for key in _LENS])
    except (KeyError, ValueError, AttributeError) as cause:
        raise DatasetError(f"Line {number} of {brief(path)} is not whole: export the cameras again.") from cause
    return {
        "file_path": line["name"],
        "transform_matrix": pose_of(_rotation(-heading, pitch, roll), (x, y, alt)).tolist(),
        "film_focal": (focal / FILM, px / FILM, py / FILM),
        **dict(zip(_LENS.values(), bent, strict=True)),
    }


def _rotation(yaw: float, pitch: float, roll: float) -> Any:
    """Returns Rz(yaw) Rx(pitch) Ry(roll), of degrees."""
    (cz, sz), (cx, sx), (cy, sy) = (
        (math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in (yaw, pitch, roll)
    )
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return about_z @ about_x @ about_y
