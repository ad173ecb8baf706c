"""Colors of a field whose own are latents of a diffusion model, by an affine map (guidance/diffusion/latent_map.py).

color = srgb_decoded(clamp(latent A + a, 0, 1))
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

from backend.color import srgb_decoded

from .field import ConicalFrustums, DensityField, extent_of, query_field

Affine = tuple[Float[Tensor, "c 3"], Float[Tensor, " 3"]]
MIN_LOGIT_MARGIN = 1e-3
"""A raw color stays this far from black and white, where its slope would be gone."""


def linear_colors(latents: Float[Tensor, "*n c"], matrix: Float[Tensor, "c 3"], bias: Float[Tensor, " 3"]) -> Tensor:
    """Linear colors in [0, 1]; the map gives sRGB."""
    return srgb_decoded((latents @ matrix.to(latents) + bias.to(latents)).clamp(0, 1))


def logit(colors: Float[Tensor, "*n"]) -> Float[Tensor, "*n"]:
    """Raw values whose sigmoid they are."""
    return torch.logit(colors.clamp(MIN_LOGIT_MARGIN, 1 - MIN_LOGIT_MARGIN))


def with_colors(field: DensityField, colors: Affine | None) -> DensityField:
    """The field as a person can look at it: itself, or with colors where it holds latents."""
    return Colored(field, colors) if colors is not None and getattr(field, "color_channels", 3) != 3 else field


class Colored:
    """A field of latents that shows colors; for those who only look."""

    def __init__(self, field: DensityField, colors: Affine) -> None:
        self.field, self.colors, self.bounds, self.extent = field, colors, field.bounds, extent_of(field)
        self.integrates_frustums = getattr(field, "integrates_frustums", False)

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        return self.field.density(positions)

    def density_and_color(
        self,
        positions: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"] | None = None,
        frustums: ConicalFrustums | None = None,
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        density, latents = query_field(self.field, positions, directions, frustums)
        return density, linear_colors(latents, *self.colors)

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        return self.field.density_gradient(positions)

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        return self.field.named_parameters()
