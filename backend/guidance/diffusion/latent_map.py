"""Latents and colors as affine maps of one another, fitted to what a model's own autoencoder does.

    color = latent A + a        latent = color B + b        color: sRGB in [0, 1], mean of a latent's pixels

Least squares over pictures that hold all colors, flat and mixed (the linear decoder of Latent-NeRF, arXiv 2211.07600).
It is rough, as one latent stands for 8 x 8 pixels: good enough to see a field of latents, to go on with colors,
and to say what latent a flat background has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.render.backgrounds import checkerboard, fourier

Pictures = Float[Tensor, "n 3 h w"]
Encode = Callable[[Pictures], Float[Tensor, "n c h w"]]
Decode = Callable[[Float[Tensor, "n c h w"]], Pictures]

LEVELS = 5  # flat pictures: every mixture of so many levels of red, green and blue
TEXTURES = 32  # of each kind
BATCH = 16


@dataclass(frozen=True)
class LatentMap:
    """Both directions."""

    to_colors: tuple[Float[Tensor, "c 3"], Float[Tensor, " 3"]]
    to_latents: tuple[Float[Tensor, "3 c"], Float[Tensor, " c"]]
    error: float
    """root mean square of what the map to colors misses, over the pictures it was fitted to"""

    @property
    def channels(self) -> int:
        return len(self.to_colors[0])

    def colors(self, latents: Float[Tensor, "n c"]) -> Float[Tensor, "n 3"]:
        """sRGB; not clamped."""
        return _applied(self.to_colors, latents)

    def latents(self, colors: Float[Tensor, "n 3"]) -> Float[Tensor, "n c"]:
        return _applied(self.to_latents, colors)


@torch.no_grad()
def fit_latent_map(encode: Encode, decode: Decode, size: int, device: torch.device) -> LatentMap:
    """Look at flat colors and textures through the autoencoder; `size` is the side of a picture in pixels.

    Pictures enter and leave in [-1, 1]. The same pictures each time: no random number of the job is used up.
    """
    generator = torch.Generator().manual_seed(0)
    textures = [make(TEXTURES, size, generator) for make in (checkerboard, fourier)]
    pictures = torch.cat([_flat(size), *textures])
    latents, colors = [], []
    for batch in pictures.split(BATCH):
        encoded = encode(2 * batch.to(device) - 1)
        decoded = ((decode(encoded) + 1) / 2).clamp(0, 1)
        latents.append(_pixels(encoded))
        colors.append(_pixels(F.adaptive_avg_pool2d(decoded, (encoded.shape[-2], encoded.shape[-1]))))
    return _fitted(torch.cat(latents), torch.cat(colors))


def _fitted(latents: Float[Tensor, "n c"], colors: Float[Tensor, "n 3"]) -> LatentMap:
    to_colors, to_latents = _least_squares(latents, colors), _least_squares(colors, latents)
    error = (_applied(to_colors, latents) - colors).square().mean().sqrt()
    return LatentMap(to_colors, to_latents, float(error))


def _least_squares(given: Float[Tensor, "n p"], targets: Float[Tensor, "n q"]) -> tuple[Tensor, Tensor]:
    """Matrix and bias; the pseudo-inverse, so that given values that are linearly dependent do no harm."""
    ones = given.new_ones(len(given), 1)
    solution = torch.linalg.pinv(torch.cat([given, ones], 1).double()) @ targets.double()
    return solution[:-1].float(), solution[-1].float()


def _applied(affine: tuple[Tensor, Tensor], values: Float[Tensor, "n p"]) -> Float[Tensor, "n q"]:
    matrix, bias = (part.to(values) for part in affine)
    return values @ matrix + bias


def _flat(size: int) -> Pictures:
    level = torch.linspace(0, 1, LEVELS)
    return torch.cartesian_prod(level, level, level)[:, :, None, None].expand(-1, 3, size, size)


def _pixels(views: Float[Tensor, "n c h w"]) -> Float[Tensor, "m c"]:
    return views.permute(0, 2, 3, 1).flatten(0, 2).float().cpu()  # where double precision is sure to be
