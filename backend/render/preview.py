"""A picture in bounded time: a camera and a renderer in, a picture of the camera's size out; resolution falls first.

A small picture is made first and timed. The largest one that should fit into the rest of the time comes next, in bands
of rows; when the clock runs out between two bands, the small one is enlarged instead. So it takes the time given and
at most one band more, or that of the small picture where this alone is longer.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.camera import Camera

from .renderer import Renderer, Rendering
from .shading import Shading

FIRST = 8
"""The small picture has this fraction of the width and height: a 64th of the work."""
BANDS = 8
AIM = 0.7
"""Of the time that is left: a machine has other things to do, and a picture that comes too late is thrown away."""

Picture = Callable[[Camera], Rendering]


def picture_within(
    seconds: float,
    renderer: Renderer,
    camera: Camera,
    device: torch.device | str = "cpu",
    *,
    shading: Shading | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Rendering:
    """Colour, opacity and depth as `Renderer.picture` gives them, from as many rays as there is time for."""

    def picture(of: Camera) -> Rendering:
        seen = renderer.picture(of, device, shading=shading)
        float(seen.opacity.sum())  # a device that works ahead of the clock is waited for
        return seen

    if math.isinf(seconds):
        return picture(camera)
    began = clock()
    small = picture(_scaled(camera, 1 / FIRST))
    spent = max(clock() - began, 1e-9)
    scale = min(1.0, math.sqrt(AIM * max(0.0, seconds - spent) / spent) / FIRST)
    if scale <= 1 / FIRST:
        return enlarged(small, camera)
    return enlarged(_in_bands(picture, _scaled(camera, scale), lambda: clock() - began > seconds) or small, camera)


def enlarged(seen: Rendering, camera: Camera) -> Rendering:
    """At the camera's size: colour and opacity linear between pixels, depth the nearest one's, which has no halo."""
    if seen.opacity.shape == (camera.height, camera.width):
        return seen
    smooth, nearest = ({"mode": "bilinear", "align_corners": False}, {"mode": "nearest-exact"})
    colour, opacity = _resized(seen.colour, camera, smooth), _resized(seen.opacity[..., None], camera, smooth)
    depth = _resized(seen.depth[..., None], camera, nearest)[..., 0]
    return Rendering(colour, opacity[..., 0], depth, colour.new_zeros(*depth.shape, 0))


def _in_bands(picture: Picture, camera: Camera, late: Callable[[], bool]) -> Rendering | None:
    """The picture a few rows at a time; None when it was late before the last of them."""
    rows, bands = math.ceil(camera.height / BANDS), []
    for first in range(0, camera.height, rows):
        if late():
            return None
        bands.append(picture(_band(camera, first, min(rows, camera.height - first))))
    parts = (torch.cat([getattr(band, name) for band in bands]) for name in ("colour", "opacity", "depth", "weights"))
    return Rendering(*parts)


def _band(camera: Camera, first: int, rows: int) -> Camera:
    """Some rows of a camera's picture."""
    return replace(camera, height=rows, centre=(camera.centre[0], camera.centre[1] - first))


def _scaled(camera: Camera, scale: float) -> Camera:
    return camera.resized(max(1, round(camera.width * scale)), max(1, round(camera.height * scale)))


def _resized(picture: Tensor, camera: Camera, how: dict) -> Tensor:
    channels_first = picture.movedim(-1, 0)[None]
    return F.interpolate(channels_first, (camera.height, camera.width), **how)[0].movedim(0, -1)
