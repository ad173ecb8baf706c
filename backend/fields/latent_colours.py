"""Colours of a field whose own are latents of a diffusion model, by an affine map (guidance/diffusion/latent_map.py).

colour = srgb_decoded(clamp(latent A + a, 0, 1))
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

from backend.colour import srgb_decoded

from .field import Stretches, Visible, asked, extent_of

Affine = tuple[Float[Tensor, "c 3"], Float[Tensor, " 3"]]
LEAST = 1e-3
"""A raw colour stays this far from black and white, where its slope would be gone."""


def linear_colours(latents: Float[Tensor, "*n c"], matrix: Float[Tensor, "c 3"], bias: Float[Tensor, " 3"]) -> Tensor:
    """Linear colours in [0, 1]; the map gives sRGB."""
    return srgb_decoded((latents @ matrix.to(latents) + bias.to(latents)).clamp(0, 1))


def logit(colours: Float[Tensor, "*n"]) -> Float[Tensor, "*n"]:
    """Raw values whose sigmoid they are."""
    return torch.logit(colours.clamp(LEAST, 1 - LEAST))


def shown(field: Visible, colours: Affine | None) -> Visible:
    """The field as a person can look at it: itself, or with colours where it holds latents."""
    return Coloured(field, colours) if colours is not None and getattr(field, "colour_channels", 3) != 3 else field


class Coloured:
    """A field of latents that shows colours; for those who only look."""

    def __init__(self, field: Visible, colours: Affine) -> None:
        self.field, self.colours, self.bounds, self.extent = field, colours, field.bounds, extent_of(field)
        self.wants_stretches = getattr(field, "wants_stretches", False)

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        return self.field.density(positions)

    def density_and_colour(
        self,
        positions: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"] | None = None,
        stretches: Stretches | None = None,
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        density, latents = asked(self.field, positions, directions, stretches)
        return density, linear_colours(latents, *self.colours)

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        return self.field.density_gradient(positions)

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        return self.field.named_parameters()
