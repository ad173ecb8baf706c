"""A picture in bounded time: a camera and what makes a picture of it in, a picture out; resolution falls first.

A small picture is made first and timed. The largest one that should fit into the rest of the time comes next, in bands
of rows, and again while there is much to gain: what was timed small tells little of what is large. When the clock runs
out between two bands, the picture before is taken. So it takes the time given and at most one band more, or that of
the small picture where this alone is longer.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Protocol, Self, TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.camera import Camera

from .renderer import Renderer, Rendering
from .shading import Shading

FIRST_DIVISOR = 8
"""The small picture has this fraction of the width and height: a 64th of the work."""
BANDS = 8
BAND_PIXELS = 1 << 18
"""At most, so that the rays of a band are made in a moment, however large the picture is."""
TIME_SHARE = 0.7
"""Of the time that is left: a machine has other things to do, and a picture that comes too late is thrown away."""
MIN_GAIN = 1.2
"""A picture no larger than this beside the one that is there is not worth its time."""


class Resizable(Protocol):
    """Whatever sees a picture of some width and height, also fewer pixels of it, or some of its rows."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def resized(self, width: int, height: int) -> Self: ...

    def band(self, first: int, rows: int) -> Self: ...


C = TypeVar("C", bound=Resizable)
P = TypeVar("P")


def render_within(
    seconds: float,
    picture: Callable[[C], P],
    camera: C,
    stacked: Callable[[list[P]], P],
    clock: Callable[[], float] = time.monotonic,
    first: float = 1 / FIRST_DIVISOR,
) -> P:
    """Returns what `picture` makes of the camera, or of one with fewer pixels; `stacked` puts bands of rows together.

    `first` is how large the first picture is, beside the whole.
    """
    if math.isinf(seconds):
        return picture(camera)
    end = (began := clock()) + seconds
    scale, best = first, picture(_scaled(camera, first))
    while (larger := _affordable_scale(scale, clock() - began, end - clock())) >= MIN_GAIN * scale:
        began = clock()
        bands = _in_bands(picture, _scaled(camera, larger), lambda: clock() > end)
        if not bands:
            break
        scale, best = larger, stacked(bands)
    return best


def _affordable_scale(scale: float, spent: float, left: float) -> float:
    """Estimates how large a picture there is time for, after one of this scale took `spent`: time goes with pixels."""
    return min(1.0, scale * FIRST_DIVISOR, scale * math.sqrt(TIME_SHARE * max(0.0, left) / max(spent, 1e-9)))


def picture_within(
    seconds: float,
    renderer: Renderer,
    camera: Camera,
    device: torch.device | str = "cpu",
    *,
    shading: Shading | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Rendering:
    """Color, opacity and depth as `Renderer.picture` gives them, from as many rays as there is time for."""

    def picture(of: Camera) -> Rendering:
        rendering = renderer.picture(of, device, shading=shading)
        float(rendering.opacity.sum())  # a device that works ahead of the clock is waited for
        return rendering

    return enlarged(render_within(seconds, picture, camera, _stack_bands, clock), camera)


def enlarged(rendering: Rendering, camera: Camera) -> Rendering:
    """Resizes a rendering to the camera's size: color and opacity linear between pixels, depth the nearest one's, which
    has no halo."""
    if rendering.opacity.shape == (camera.height, camera.width):
        return rendering
    smooth, nearest = ({"mode": "bilinear", "align_corners": False}, {"mode": "nearest-exact"})
    color, opacity = _resized(rendering.color, camera, smooth), _resized(rendering.opacity[..., None], camera, smooth)
    depth = _resized(rendering.depth[..., None], camera, nearest)[..., 0]
    return Rendering(color, opacity[..., 0], depth, color.new_zeros(*depth.shape, 0))


def _in_bands(picture: Callable[[C], P], camera: C, late: Callable[[], bool]) -> list[P]:
    """The picture a few rows at a time; nothing when it was late before the last of them."""
    rows, bands = min(math.ceil(camera.height / BANDS), max(1, BAND_PIXELS // camera.width)), []
    for first in range(0, camera.height, rows):
        if late():
            return []
        bands.append(picture(camera.band(first, min(rows, camera.height - first))))
    return bands


def _stack_bands(bands: list[Rendering]) -> Rendering:
    names = ("color", "opacity", "depth", "weights")
    color, opacity, depth, weights = (torch.cat([getattr(band, name) for band in bands]) for name in names)
    return Rendering(color, opacity, depth, weights)


def _scaled(camera: C, scale: float) -> C:
    return camera.resized(max(1, round(camera.width * scale)), max(1, round(camera.height * scale)))


def _resized(picture: Tensor, camera: Camera, how: dict[str, Any]) -> Tensor:
    channels_first = picture.movedim(-1, 0)[None]
    return F.interpolate(channels_first, (camera.height, camera.width), **how)[0].movedim(0, -1)
