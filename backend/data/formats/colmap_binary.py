"""COLMAP's cameras.bin, images.bin and points3D.bin: little endian, a count first; features are skipped unread."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..posed_list import Points
from ..regular_file import NAME_LIMIT
from .colmap_lenses import MODELS, OTHERS, Image, lens_of, unknown
from .text_file import numbers, opened

MOST_POINTS = 1_000_000
_FEATURE, _TRACK = 24, 8
"""Bytes of a feature of a picture, and of a picture that saw a point."""


def read_cameras(path: Path) -> dict[int, dict[str, Any]]:
    """Reads lenses by their number."""
    lenses = {}
    with opened(path) as file:
        for _ in range(_count(file, 24)):
            number, model, width, height = _unpack(file, "<IiQQ")
            if model not in MODELS:
                raise unknown(OTHERS.get(model, f"number {model}"))
            name, words = MODELS[model]
            parameters = _finite(_unpack(file, f"<{len(words)}d"))
            lenses[number] = lens_of(model, name, width, height, parameters)
    return lenses


def read_images(path: Path) -> list[Image]:
    """Reads name, lens and pose of each picture."""
    found = []
    with opened(path) as file:
        for _ in range(_count(file, 73)):
            _, *values, camera = _unpack(file, "<I7dI")
            name = _name(file)
            _skip(file, _FEATURE * _unpack(file, "<Q")[0])
            _finite(values)
            found.append(Image(name, camera, values[:4], values[4:]))
    return found


def read_points(path: Path) -> Points:
    """Reads where the points are; none where there is no file."""
    found: list[list[float]] = []
    if os.path.exists(path):
        with opened(path) as file:
            for _ in range(min(_count(file, 51), MOST_POINTS)):
                _, x, y, z, _, _, _, _, tracks = _unpack(file, "<Q3d3BdQ")
                _skip(file, _TRACK * tracks)
                found.append([x, y, z])
    points = np.array(found, np.float64).reshape(-1, 3)
    return points[np.isfinite(points).all(-1)]


def _unpack(file: BinaryIO, form: str) -> tuple[Any, ...]:
    size = struct.calcsize(form)
    data = file.read(size)
    if len(data) < size:
        raise ValueError("the file ends too early")
    return struct.unpack(form, data)


def _count(file: BinaryIO, least: int) -> int:
    """Reads how many follow, each at least so large: no more than the file can hold."""
    count: int = _unpack(file, "<Q")[0]
    if count * least > os.fstat(file.fileno()).st_size:
        raise ValueError("more entries than the file holds")
    return count


def _skip(file: BinaryIO, size: int) -> None:
    if file.tell() + size > os.fstat(file.fileno()).st_size:
        raise ValueError("the file ends too early")
    file.seek(size, os.SEEK_CUR)


def _name(file: BinaryIO) -> str:
    """Reads up to the next NUL."""
    start = file.tell()
    data, end, _ = file.read(NAME_LIMIT + 1).partition(b"\0")
    if not end:
        raise ValueError("a name without end")
    file.seek(start + len(data) + 1)
    return data.decode("utf-8")


def _finite(values: Any) -> list[float]:
    return numbers([str(value) for value in values])
