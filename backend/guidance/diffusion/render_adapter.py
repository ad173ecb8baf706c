"""How a rendering becomes what a model denoises. Differentiable, so that what the model says reaches the field.

RgbaAdapter      2 [srgb(premultiplied color), opacity] - 1                   the embedded model: it knows opacity
PixelAdapter     2 srgb(color over a background) - 1, resized                 DeepFloyd IF
LatentAdapter    an encoded PixelAdapter, or, where the field's own colors        Stable Diffusion
             are latents, these over the latents of a background
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.color import srgb_decoded, srgb_encoded
from backend.render import compositing
from backend.render.renderer import Rendering
from backend.resize import resize_pictures

from .latent_map import LatentMap
from .prediction import Views

Pictures = Float[Tensor, "b 3 h w"]
GRAYS = {"black": 0.0, "gray": 0.5, "white": 1.0}


class RenderAdapter(Protocol):
    """What stands between the renderer and a model."""

    size: int
    """width and height of the renders it wants"""
    color_channels: int
    """channels of the field's color at the start of the run"""
    limit: float | None
    """largest value of what it shows; None where there is no end"""

    def adapt(self, rendering: Rendering, count: int, generator: torch.Generator) -> Views:
        """`count` square views from their flat rays."""
        ...


class RgbaAdapter:
    """As the embedded model was trained: premultiplied on nothing, with opacity as a fourth channel."""

    color_channels = 3
    limit: float | None = 1.0

    def __init__(self, size: int, model_size: int) -> None:
        self.size, self.model_size = size, model_size

    def adapt(self, rendering: Rendering, count: int, generator: torch.Generator) -> Views:
        encoded = torch.cat([srgb_encoded(rendering.color), rendering.opacity[..., None]], dim=-1)
        return resized(2 * as_views(encoded, count) - 1, self.model_size)


class PixelAdapter:
    """Colors over a flat background of each view's own, so that the object cannot use it."""

    color_channels = 3
    limit: float | None = 1.0

    def __init__(self, size: int, model_size: int, background: str) -> None:
        self.size, self.model_size, self.background = size, model_size, background

    def adapt(self, rendering: Rendering, count: int, generator: torch.Generator) -> Pictures:
        background = flat_colors(self.background, count, generator).to(rendering.color)
        composited = rendering.over(srgb_decoded(background).repeat_interleave(len(rendering.opacity) // count, 0))
        return resized(2 * as_views(srgb_encoded(composited), count) - 1, self.model_size)


class LatentAdapter:
    """For a model of latents. A field whose color has as many channels as a latent is seen as it is, linearly."""

    limit: float | None = None

    def __init__(
        self,
        pixels: PixelAdapter,
        encode: Callable[[Pictures], Views],
        model_size: int,
        map_: LatentMap | None = None,
    ) -> None:
        """Makes an adapter that encodes; with `map_` the run begins with latents. `pixels` shows pictures of the
        encoder's size."""
        self.pixels, self.encode, self.model_size, self.map = pixels, encode, model_size, map_
        self.size = pixels.size
        self.color_channels = 3 if map_ is None else map_.channels

    def adapt(self, rendering: Rendering, count: int, generator: torch.Generator) -> Views:
        if self.map is None or rendering.color.shape[-1] == 3:
            return self.encode(self.pixels.adapt(rendering, count, generator))
        background = self.map.latents(flat_colors(self.pixels.background, count, generator)).to(rendering.color)
        rays = background.repeat_interleave(len(rendering.opacity) // count, 0)
        return resized(as_views(compositing.over(rendering.color, rendering.opacity, rays), count), self.model_size)


def flat_colors(background: str, count: int, generator: torch.Generator) -> Float[Tensor, "b 3"]:
    """One sRGB color for each view: drawn from the whole cube of colors, or always the same."""
    if background == "random":
        return torch.rand(count, 3, generator=generator)
    return torch.full((count, 3), GRAYS[background])


def as_views(pixels: Float[Tensor, "r c"], count: int) -> Views:
    """Flat rays, one square view after another, as pictures."""
    size = round((len(pixels) // count) ** 0.5)
    return pixels.reshape(count, size, size, -1).permute(0, 3, 1, 2)


def resized(views: Views, size: int) -> Views:
    """Bilinear, and without aliasing where it shrinks."""
    if views.shape[-1] == size:
        return views
    if views.shape[-1] > size:
        return resize_pictures(views, size)
    return F.interpolate(views, (size, size), mode="bilinear")
