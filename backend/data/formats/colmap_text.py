"""COLMAP's cameras.txt, images.txt and points3D.txt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..posed_list import Points
from .colmap_lenses import NUMBERS, Image, lens_of, unknown
from .text_file import numbers, opened

LONGEST_LINE = 64_000_000
"""Bytes of a line: an image's features stand on one."""
MOST_POINTS = 1_000_000


def read_cameras(path: Path) -> dict[int, dict[str, Any]]:
    """Reads lenses by their number: CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]."""
    lenses = {}
    with opened(path) as file:
        for line in _lines(file):
            if line:
                number, name, width, height, *parameters = line.split()
                if name not in NUMBERS:
                    raise unknown(name[:60])
                lenses[int(number)] = lens_of(NUMBERS[name], name, int(width), int(height), numbers(parameters))
    return lenses


def read_images(path: Path) -> list[Image]:
    """Reads every second line: IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME; between them stand features,
    on a line that may be empty."""
    found = []
    with opened(path) as file:
        lines = _lines(file)
        for line in lines:
            if not line:
                continue
            words = line.split(maxsplit=9)
            values = numbers(words[1:8])
            found.append(Image(words[9], int(words[8]), values[:4], values[4:]))
            next(lines, "")
    return found


def read_points(path: Path) -> Points:
    """Reads where the points are: POINT3D_ID, X, Y, Z, ...; none where there is no file."""
    found = []
    if os.path.exists(path):
        with opened(path) as file:
            for line in _lines(file):
                if line:
                    found.append(numbers(line.split(maxsplit=4)[1:4]))
                if len(found) == MOST_POINTS:
                    break
    return np.array(found, np.float64).reshape(-1, 3)


def _lines(file: Any) -> Iterator[str]:
    """Lines without comments; `file` begins with a byte order mark, or without."""
    begins = True
    while raw := file.readline(LONGEST_LINE):
        if not raw.endswith(b"\n") and len(raw) == LONGEST_LINE:
            raise ValueError("a line without end")
        text = raw.decode("utf-8-sig" if begins else "utf-8").strip()
        begins = False
        if not text.startswith("#"):
            yield text
