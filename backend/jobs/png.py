"""Pictures as PNG files."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from backend.disk import write_whole


def encode_png(image: np.ndarray) -> bytes:
    """A PNG of (height, width, 4) uint8: sRGB with straight alpha."""
    file = io.BytesIO()
    Image.fromarray(image, "RGBA").save(file, format="PNG")
    return file.getvalue()


def write_png(path: Path, image: np.ndarray) -> None:
    """Writes a picture as a whole file.

    Raises:
        DiskError: it could not be written.
    """
    write_whole(path, encode_png(image))
