"""Difference of rendered and photographed pixels (NeRF, arXiv 2003.08934, eq. 6).

    L = mean | C_field over b  -  C_photo over b |^2      in sRGB, as the published figures are measured
      + coarse_weight  mean | C_coarse over b  -  C_photo over b |^2          where there are coarse and fine samples

NeRF's two colors come from two networks, and the coarse one learns from nothing but its own term. Here both come from
one field: the term only says that few samples should do.

A picture with alpha shows through to a random background b for each ray: only opacity that equals alpha is right before
every background, so the field cannot fake transparency with color. A picture without alpha has alpha 1: b is unseen.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from backend.color import srgb_encoded
from backend.config import JobConfig
from backend.data.pictures import PosedPictures
from backend.random_numbers import uniform_like
from backend.render import compositing
from backend.render.renderer import Rendering

from .guidance import GuidanceLoss, RayRequest, Stateless


class Photometric(Stateless):
    """Random pixels of all training pictures."""

    models: list[dict[str, str]] = []

    def __init__(
        self, pictures: PosedPictures, config: JobConfig, device: torch.device, generator: torch.Generator
    ) -> None:
        self.pictures, self.pixels = pictures, pictures.pixels
        self.device, self.generator = device, generator
        self.edit(config)

    def edit(self, config: JobConfig) -> None:
        self.config, self.coarse_weight = config.photometric, config.render.coarse_weight

    def sample_views(self, step: int) -> RayRequest:
        """Pixels drawn uniformly, with replacement; the note is their straight linear RGBA."""
        drawn = torch.randint(len(self.pixels), (self.config.rays_per_step,), generator=self.generator)
        rays = self.pictures.rays_at(drawn)
        return RayRequest(rays.to(self.device), self.pixels[drawn].to(self.device))

    def loss(self, request: RayRequest, rendering: Rendering, step: int) -> GuidanceLoss:
        """Mean squared difference before one random background a ray."""
        background = uniform_like(rendering.color, self.generator)
        target = srgb_encoded(_over(request.context, background))
        error = _error(rendering, background, target)
        terms, loss = {"photometric": float(error.detach())}, error
        if rendering.coarse is not None and self.coarse_weight > 0:
            coarse = _error(rendering.coarse, background, target)
            terms, loss = terms | {"photometric_coarse": float(coarse.detach())}, error + self.coarse_weight * coarse
        return GuidanceLoss(self.config.weight * loss, terms)


def _error(rendering: Rendering, background: Float[Tensor, "r 3"], target: Float[Tensor, "r 3"]) -> Float[Tensor, ""]:
    return (srgb_encoded(rendering.over(background)) - target).square().mean()


def _over(pixels: Float[Tensor, "r 4"], background: Float[Tensor, "r 3"]) -> Float[Tensor, "r 3"]:
    color, alpha = pixels[:, :3], pixels[:, 3]
    return compositing.over(color * alpha[:, None], alpha, background)
