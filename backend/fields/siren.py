"""A network of sines (SIREN, Sitzmann et al. 2020, arXiv 2006.09661).

    x_1 = sin(omega_0 W p + b),     x_{i+1} = sin(omega W x_i + b),     omega = 30

First weights are drawn from U(-1/n, 1/n), the others from U(-sqrt(6/n) / omega, sqrt(6/n) / omega), n values going in:
what goes into a sine is then a standard normal in every layer, what comes out follows the arcsine law (theorem 1.8).
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from backend.config import FieldConfig

from .field import Bounds
from .neural_field import NeuralField

OMEGA = 30.0
"""Of the layers after the first (section 3.2)."""


class Sine(nn.Module):
    """sin(omega (W x + b)); the bias stands inside the brackets, as in the published code."""

    def __init__(self, inputs: int, outputs: int, omega: float, first: bool = False) -> None:
        super().__init__()
        self.linear, self.omega = nn.Linear(inputs, outputs), omega
        bound = 1 / inputs if first else math.sqrt(6 / inputs) / omega
        nn.init.uniform_(self.linear.weight, -bound, bound)

    def forward(self, values: Float[Tensor, "n i"]) -> Float[Tensor, "n o"]:
        return torch.sin(self.omega * self.linear(values))


class Siren(NeuralField):
    """Sines, and linear heads."""

    def __init__(self, bounds: Bounds, config: FieldConfig, density_init: str, color_channels: int = 3) -> None:
        settings = config.siren
        super().__init__(bounds, config, density_init, settings.learning_rate)
        later = [Sine(settings.width, settings.width, OMEGA) for _ in range(settings.layers - 1)]
        self.trunk = nn.Sequential(Sine(3, settings.width, settings.frequency, first=True), *later)
        self.raw_density = nn.Linear(settings.width, 1)
        self.color = self.head(settings.width, color_channels, 0, settings.width)

    def _raw(self, coords: Float[Tensor, "n 3"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n f"]]:
        values = self.trunk(coords)
        return self.raw_density(values)[:, 0], values
