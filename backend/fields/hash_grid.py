"""Hashed lattices and two small networks (Instant-NGP, Mueller et al. 2022, arXiv 2201.05989, section 5.4).

One hidden layer of 64 makes 16 values of the features, the first of which is the logarithm of density; two hidden
layers make color of them. Directions, where color depends on them, are encoded as NeRF's, where the paper has
spherical harmonics. Tables and networks learn at one rate, as there.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from backend.config import FieldConfig

from .field import Bounds
from .hash_encoding import HashEncoding
from .network import dense
from .neural_field import NeuralField

FEATURES = 16


class HashGrid(NeuralField):
    """Tables, a network for density, a head for color."""

    activation = "exp"

    def __init__(self, bounds: Bounds, config: FieldConfig, density_init: str, color_channels: int = 3) -> None:
        settings = config.hash_grid
        super().__init__(bounds, config, density_init, settings.learning_rate)
        self.encoding = HashEncoding(
            settings.levels, settings.level_features, settings.log2_table, settings.coarsest, settings.finest
        )
        self.trunk = dense([self.encoding.width, settings.width, FEATURES])
        self.color = self.head(FEATURES, color_channels, 2, settings.width)

    def _raw(self, coords: Float[Tensor, "n 3"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n f"]]:
        values = self.trunk(self.encoding(coords))
        return values[:, 0], values
