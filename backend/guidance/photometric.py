"""Difference of rendered and photographed pixels (NeRF, arXiv 2003.08934, eq. 6).

    L = mean | C_field over b  -  C_photo over b |^2      in sRGB, as the published figures are measured
      + coarse_weight  mean | C_coarse over b  -  C_photo over b |^2          where there are coarse and fine samples

NeRF's two colors come from two networks, and the coarse one learns from nothing but its own term. Here both come from
one field: the term only says that few samples should do.

A picture with alpha shows through to a random background b for each ray: only opacity that equals alpha is right before
every background, so the field cannot fake transparency with color. A picture without alpha has alpha 1: b is unseen.

With `photometric.exposure` each picture has an exposure and a white balance of its own (exposure.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.color import srgb_encoded
from backend.config import JobConfig
from backend.data.pictures import PosedPictures
from backend.random_numbers import uniform_like
from backend.render import compositing
from backend.render.renderer import Rendering

from .exposure import PictureExposures
from .guidance import GuidanceLoss, RayRequest


@dataclass(frozen=True)
class DrawnPixels:
    """Pixels that are compared in one step."""

    rgba: Float[Tensor, "r 4"]
    """Straight, in linear light."""
    picture: Int[Tensor, " r"]
    """Which one each is of."""


class Photometric:
    """Random pixels of all training pictures."""

    models: list[dict[str, str]] = []

    def __init__(
        self, pictures: PosedPictures, config: JobConfig, device: torch.device, generator: torch.Generator
    ) -> None:
        self.pictures, self.pixels = pictures, pictures.pixels
        self.device, self.generator = device, generator
        self.edit(config)
        self.exposures = PictureExposures(len(pictures), device) if config.photometric.exposure else None

    def edit(self, config: JobConfig) -> None:
        self.config, self.coarse_weight = config.photometric, config.render.coarse_weight

    def sample_views(self, step: int) -> RayRequest:
        """Pixels drawn uniformly, with replacement."""
        drawn = torch.randint(len(self.pixels), (self.config.rays_per_step,), generator=self.generator)
        rays = self.pictures.rays_at(drawn)
        picture = torch.searchsorted(self.pictures.ends, drawn, right=True)
        return RayRequest(
            rays.to(self.device), DrawnPixels(self.pixels[drawn].to(self.device), picture.to(self.device))
        )

    def loss(self, request: RayRequest, rendering: Rendering, step: int) -> GuidanceLoss:
        """Mean squared difference before one random background a ray."""
        pixels: DrawnPixels = request.context
        background = uniform_like(rendering.color, self.generator)
        target = srgb_encoded(_over(pixels.rgba, background))
        gains = self.exposures.gains(pixels.picture) if self.exposures else torch.ones_like(background)
        error = _error(rendering, gains, background, target)
        terms, loss = {"photometric": float(error.detach())}, error
        if rendering.coarse is not None and self.coarse_weight > 0:
            coarse = _error(rendering.coarse, gains, background, target)
            terms, loss = terms | {"photometric_coarse": float(coarse.detach())}, error + self.coarse_weight * coarse
        return GuidanceLoss(self.config.weight * loss, terms)

    def state(self) -> dict[str, Tensor]:
        return self.exposures.state() if self.exposures else {}

    def restore(self, state: dict[str, Tensor]) -> None:
        if self.exposures:
            self.exposures.restore(state)


def _error(
    rendering: Rendering, gains: Float[Tensor, "r 3"], background: Float[Tensor, "r 3"], target: Float[Tensor, "r 3"]
) -> Float[Tensor, ""]:
    shown = compositing.over(rendering.color * gains, rendering.opacity, background)
    return (srgb_encoded(shown) - target).square().mean()


def _over(pixels: Float[Tensor, "r 4"], background: Float[Tensor, "r 3"]) -> Float[Tensor, "r 3"]:
    color, alpha = pixels[:, :3], pixels[:, 3]
    return compositing.over(color * alpha[:, None], alpha, background)
