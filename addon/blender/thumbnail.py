"""The picture of an object is Blender's own preview of it: saved, undone, copied and appended with the object.

A preview has two sizes. Blender renders by itself what is missing, so both are given.
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

ICON_SIZE = 32
"""Pixels of the small one, as Blender's own."""


def set_thumbnail(obj: bpy.types.Object, image: np.ndarray) -> None:
    """Have an object shown by (h, w, 4) uint8 with straight alpha, row 0 the top one."""
    set_thumbnail_pixels(obj, image[::-1].astype(np.float32) / 255)


def set_thumbnail_pixels(obj: bpy.types.Object, pixels: np.ndarray) -> None:
    """Sets the preview from (h, w, 4) floats with straight alpha whose row 0 is the lowest, as Blender has them."""
    _write(obj, premultiplied(pixels), premultiplied(shrunk(pixels, ICON_SIZE)))


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    """Colors times alpha, as Blender draws icons: what is transparent would shine through in its color."""
    return np.concatenate([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], axis=-1)


def copy_thumbnail(giver: bpy.types.Object, taker: bpy.types.Object) -> None:
    """Have an object shown by the picture of another, where that has one."""
    if has_thumbnail(giver):
        preview = giver.preview
        large = _as_rows(preview.image_pixels_float, preview.image_size)
        _write(taker, large, _as_rows(preview.icon_pixels_float, preview.icon_size))


def _write(obj: bpy.types.Object, large: np.ndarray, small: np.ndarray) -> None:
    preview = obj.preview_ensure()
    preview.image_size = large.shape[1], large.shape[0]
    preview.image_pixels_float.foreach_set(large.astype(np.float32).ravel())
    preview.icon_size = small.shape[1], small.shape[0]
    preview.icon_pixels_float.foreach_set(small.astype(np.float32).ravel())


def _as_rows(pixels: Any, size: Any) -> np.ndarray:
    width, height = size
    return np.array(pixels[:], np.float32).reshape(height, width, 4)


def icon_of(obj: bpy.types.Object) -> int:
    """Blender's number of an object's picture; 0 where it has none that was given."""
    return obj.preview.icon_id if has_thumbnail(obj) else 0


def has_thumbnail(obj: bpy.types.Object) -> bool:
    """Tells whether the picture was given, and is not one that Blender rendered."""
    return bool(obj.preview and obj.preview.is_image_custom and all(obj.preview.image_size))


def shrunk(pixels: np.ndarray, size: int) -> np.ndarray:
    """(h, w, 4) as (size, size, 4), h and w at least `size`: means over blocks, colors weighted by their alpha."""
    alpha = pixels[..., 3:]
    sums = _block_sums(np.concatenate([pixels[..., :3] * alpha, alpha, np.ones_like(alpha)], axis=-1), size)
    color = sums[..., :3] / np.maximum(sums[..., 3:4], 1e-6)
    return np.concatenate([color, sums[..., 3:4] / sums[..., 4:]], axis=-1).astype(np.float32)


def _block_sums(values: np.ndarray, size: int) -> np.ndarray:
    for axis in (0, 1):
        starts = np.arange(size) * values.shape[axis] // size
        values = np.add.reduceat(values, starts, axis=axis)
    return values
