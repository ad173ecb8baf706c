"""The pictures of a result in one file: its sides in color, evenly around, and the first of them as form alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray
from PIL import Image

AZIMUTHS, ELEVATION, SIZE = (0, 90, 180, 270), 20.0, 96
"""Degrees, degrees, and pixels: 0 is the front."""
TILES = len(AZIMUTHS) + 1
HEADINGS = (*(f"{azimuth} degrees" for azimuth in AZIMUTHS), "form")
FRONT, BACK, FORM = 0, AZIMUTHS.index(180), TILES - 1

Picture = UInt8[ndarray, "h w 3"]


def write_strip(path: Path, pictures: Sequence[Picture]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(Image.fromarray(np.concatenate(pictures, axis=1)), path)


def read_strip(path: Path) -> list[Picture]:
    """White where the file is gone."""
    if not path.exists():
        return [np.full((SIZE, SIZE, 3), 255, np.uint8)] * TILES
    return np.split(np.asarray(Image.open(path).convert("RGB")), TILES, axis=1)


def write_whole(picture: Image.Image, path: Path) -> None:
    """Whoever looks meanwhile sees the old picture or the new one, never half of one."""
    part = path.with_suffix(".part")
    picture.save(part, format="PNG")
    part.replace(path)
