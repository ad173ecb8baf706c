"""Pictures made as large as they shall be, and laid over one another by depth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .calls import NOTHING
from .grid_view import Seen


def nothing(height: int, width: int) -> Seen:
    """A picture of nothing."""
    size = (height, width)
    return Seen(
        np.zeros((*size, 3), np.float32),
        np.zeros(size, np.float32),
        np.full(size, NOTHING, np.float32),
        np.zeros((*size, 3), np.float32),
    )


def composited(pictures: Sequence[Seen]) -> Seen:
    """Each pixel's layers from the farthest to the nearest, each over those behind it (Porter and Duff 1984).

    Depth and normal are those of the nearest layer that hides at least half of what is behind it, else of the one that
    hides most. Things that reach into one another are told apart by their mean depths only.
    """
    if len(pictures) == 1:
        return pictures[0]
    colour, alpha, depth, normal = (
        np.stack([getattr(each, name) for each in pictures]) for name in ("colour", "alpha", "depth", "normal")
    )
    order = np.argsort(-depth, axis=0, kind="stable")  # the farthest first
    total, hidden = np.zeros_like(colour[0]), np.zeros_like(alpha[0])
    for layer in order:
        front = np.take_along_axis(alpha, layer[None], axis=0)[0]
        total = _of(colour, layer) + (1 - front)[..., None] * total
        hidden = front + (1 - front) * hidden
    shown = _shown(alpha, depth)
    return Seen(total, hidden, np.take_along_axis(depth, shown[None], axis=0)[0], _of(normal, shown))


def stacked(bands: Sequence[Seen]) -> Seen:
    """Bands of one picture, from the top down."""
    parts = ([getattr(band, name) for band in bands] for name in ("colour", "alpha", "depth", "normal"))
    return Seen(*(np.concatenate(part) for part in parts))


def enlarged(picture: Seen, height: int, width: int) -> Seen:
    """At this size: colour and alpha linear between pixels, depth and normal the nearest one's, which have no halo."""
    if picture.shape == (height, width):
        return picture
    rows, columns = _nearest(picture.shape[0], height), _nearest(picture.shape[1], width)
    nearest = np.ix_(rows, columns)
    return Seen(
        _linear(picture.colour, height, width),
        _linear(picture.alpha, height, width),
        picture.depth[nearest],
        picture.normal[nearest],
    )


def _of(values: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """`values` (layers, h, w, 3) of each pixel's own layer."""
    return np.take_along_axis(values, layer[None, ..., None], axis=0)[0]


def _shown(alpha: np.ndarray, depth: np.ndarray) -> np.ndarray:
    solid = alpha >= 0.5
    nearest = np.argmin(np.where(solid, depth, np.inf), axis=0)
    return np.where(solid.any(axis=0), nearest, np.argmax(alpha, axis=0))


def _nearest(count: int, wanted: int) -> np.ndarray:
    return np.minimum(((np.arange(wanted) + 0.5) * count / wanted).astype(np.int64), count - 1)


def _linear(values: np.ndarray, height: int, width: int) -> np.ndarray:
    return _along(_along(values, 0, height), 1, width)


def _along(values: np.ndarray, axis: int, wanted: int) -> np.ndarray:
    count = values.shape[axis]
    at = np.clip((np.arange(wanted) + 0.5) * count / wanted - 0.5, 0, count - 1)
    low = at.astype(np.int64)
    part = (at - low).astype(values.dtype).reshape([-1 if i == axis else 1 for i in range(values.ndim)])
    first, second = np.take(values, low, axis), np.take(values, np.minimum(low + 1, count - 1), axis)
    return first + (second - first) * part
