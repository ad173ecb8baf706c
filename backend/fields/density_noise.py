"""A field whose raw density is shaken while it is looked at (NeRF, arXiv 2003.08934, section A; Dream Fields, table 2).

    density = scale softplus(raw + noise),   noise ~ N(0, deviation^2) for each sample

Thin density is shaken away in half of the draws, so only what is firm looks the same from draw to draw: a field that
must please learns to be firm. The raw value is found back from the density, so any field with this activation will do:

    y = density / scale,   raw = log(exp(y) - 1) = y + log(1 - exp(-y))
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from backend.errors import ConfigError
from backend.random_numbers import normal_like

from .field import ConicalFrustums, Field, extent_of, query_field


class SoftplusField(Field, Protocol):
    """A field whose density is scale x softplus(raw)."""

    scale: float


class DensityNoise:
    """What a renderer needs of a field, with noise in its density."""

    def __init__(self, field: SoftplusField, deviation: float, generator: torch.Generator) -> None:
        """Wraps a field; `deviation` is that of the noise on its raw density.

        Raises:
            ConfigError: the field's density is no softplus.
        """
        if not hasattr(field, "scale"):
            raise ConfigError("This kind of field has no raw density to shake: choose another dream_fields.sparsity.")
        self._field, self._deviation, self._generator = field, deviation, generator
        self.bounds, self.extent = field.bounds, extent_of(field)
        self.integrates_frustums = getattr(field, "integrates_frustums", False)

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """The field's own: what is measured is not shaken."""
        return self._field.density(positions)

    def density_and_color(
        self,
        positions: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"] | None = None,
        frustums: ConicalFrustums | None = None,
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Shaken density, and the field's own color."""
        density, color = query_field(self._field, positions, directions, frustums)
        noise = normal_like(density, density.shape, self._generator)
        return noisy_density(density, self._deviation * noise, self._field.scale), color

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """The field's own: noise of one sample has no slope."""
        return self._field.density_gradient(positions)

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        return self._field.named_parameters()


def noisy_density(density: Float[Tensor, " n"], noise: Float[Tensor, " n"], scale: float) -> Float[Tensor, " n"]:
    """scale softplus(raw + noise); where there is no density (outside the bounds) there is none after it either."""
    there = density > 0
    y = torch.where(there, density / scale, torch.ones_like(density))
    raw = y + torch.log(-torch.expm1(-y))
    return torch.where(there, scale * F.softplus(raw + noise), torch.zeros_like(density))
