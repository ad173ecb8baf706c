"""Pictures made as large as they shall be, and laid over one another by depth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .calls import EMPTY_DEPTH
from .grid_view import RenderedImage


def empty_image(height: int, width: int) -> RenderedImage:
    """A picture of nothing."""
    size = (height, width)
    return RenderedImage(
        np.zeros((*size, 3), np.float32),
        np.zeros(size, np.float32),
        np.full(size, EMPTY_DEPTH, np.float32),
        np.zeros((*size, 3), np.float32),
    )


def composite(pictures: Sequence[RenderedImage]) -> RenderedImage:
    """Each pixel's layers from the farthest to the nearest, each over those behind it (Porter and Duff 1984).

    Depth and normal are those of the nearest layer that hides at least half of what is behind it, else of the one that
    hides most. Things that reach into one another are told apart by their mean depths only.
    """
    if len(pictures) == 1:
        return pictures[0]
    color, alpha, depth, normal = (
        np.stack([getattr(each, name) for each in pictures]) for name in ("color", "alpha", "depth", "normal")
    )
    order = np.argsort(-depth, axis=0, kind="stable")  # the farthest first
    total, hidden = np.zeros_like(color[0]), np.zeros_like(alpha[0])
    for layer in order:
        front = np.take_along_axis(alpha, layer[None], axis=0)[0]
        total = _select_layer(color, layer) + (1 - front)[..., None] * total
        hidden = front + (1 - front) * hidden
    shown = _front_layer(alpha, depth)
    return RenderedImage(total, hidden, np.take_along_axis(depth, shown[None], axis=0)[0], _select_layer(normal, shown))


def stack_bands(bands: Sequence[RenderedImage]) -> RenderedImage:
    """Bands of one picture, from the top down."""
    parts = ([getattr(band, name) for band in bands] for name in ("color", "alpha", "depth", "normal"))
    return RenderedImage(*(np.concatenate(part) for part in parts))


def upscale(picture: RenderedImage, height: int, width: int) -> RenderedImage:
    """Resizes a picture: color and alpha linear between pixels, depth and normal the nearest one's (no halo)."""
    if picture.shape == (height, width):
        return picture
    rows, columns = _nearest_indices(picture.shape[0], height), _nearest_indices(picture.shape[1], width)
    nearest = np.ix_(rows, columns)
    return RenderedImage(
        _resize_linear(picture.color, height, width),
        _resize_linear(picture.alpha, height, width),
        picture.depth[nearest],
        picture.normal[nearest],
    )


def _select_layer(values: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """`values` (layers, h, w, 3) of each pixel's own layer."""
    selected: np.ndarray = np.take_along_axis(values, layer[None, ..., None], axis=0)[0]
    return selected


def _front_layer(alpha: np.ndarray, depth: np.ndarray) -> np.ndarray:
    solid = alpha >= 0.5
    nearest = np.argmin(np.where(solid, depth, np.inf), axis=0)
    front: np.ndarray = np.where(solid.any(axis=0), nearest, np.argmax(alpha, axis=0))
    return front


def _nearest_indices(count: int, wanted: int) -> np.ndarray:
    return np.minimum(((np.arange(wanted) + 0.5) * count / wanted).astype(np.int64), count - 1)


def _resize_linear(values: np.ndarray, height: int, width: int) -> np.ndarray:
    return _resize_axis(_resize_axis(values, 0, height), 1, width)


def _resize_axis(values: np.ndarray, axis: int, wanted: int) -> np.ndarray:
    count = values.shape[axis]
    at = np.clip((np.arange(wanted) + 0.5) * count / wanted - 0.5, 0, count - 1)
    low = at.astype(np.int64)
    part = (at - low).astype(values.dtype).reshape([-1 if i == axis else 1 for i in range(values.ndim)])
    first, second = np.take(values, low, axis), np.take(values, np.minimum(low + 1, count - 1), axis)
    resized: np.ndarray = first + (second - first) * part
    return resized
