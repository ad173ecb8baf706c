"""The pixels of a picture's file as the backend reads them: small, sRGB, row 0 the top one."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np

from ..core.errors import DiskError
from ..core.wire import config
from .image_files import pixels_of

LONGEST = 512
"""Pixels along the longer side; the backend reads 64."""


def picture_pixels(file: Path) -> np.ndarray:
    """The picture as uint8 (height, width, 4), sRGB-encoded with straight alpha. Nothing of it stays in the open
    file.

    Raises:
        DiskError: it is missing, or Blender cannot read it as a picture.
        ShareError: it is on another machine, which would hear of it.
    """
    config.refuse_share(file)
    try:
        image = bpy.data.images.load(str(file), check_existing=False)
    except RuntimeError as cause:
        raise _unreadable(file) from cause
    try:
        if not min(image.size):
            raise _unreadable(file)
        return _small(image)
    finally:
        bpy.data.images.remove(image)


def _small(image: bpy.types.Image) -> np.ndarray:
    """Blender scales what it holds, not the file."""
    width, height = image.size
    if max(width, height) > LONGEST:
        share = LONGEST / max(width, height)
        image.scale(max(1, round(width * share)), max(1, round(height * share)))
    pixels = pixels_of(image)[::-1]
    pixels = _encoded(pixels) if image.is_float else pixels
    return np.ascontiguousarray((_rgba(pixels).clip(0, 1) * 255).round().astype(np.uint8))


def _rgba(pixels: np.ndarray) -> np.ndarray:
    """Makes three alike of gray ones; what has no alpha is opaque."""
    channels = pixels.shape[-1]
    color = np.repeat(pixels[..., :1], 3, axis=-1) if channels < 3 else pixels[..., :3]
    alpha = pixels[..., channels - 1 :] if channels in (2, 4) else np.ones_like(pixels[..., :1])
    return np.concatenate([color, alpha], -1)


def _encoded(pixels: np.ndarray) -> np.ndarray:
    """Blender keeps pictures of floats linear (IEC 61966-2-1 encodes them)."""
    linear = pixels.clip(0, 1)
    bright = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, bright)
    if pixels.shape[-1] in (2, 4):
        encoded[..., -1] = linear[..., -1]
    return encoded


def _unreadable(file: Path) -> DiskError:
    return DiskError(f"The picture {file.name} is missing or cannot be read: choose a whole PNG or JPEG.")
