"""A network of positions at rising frequencies (NeRF, Mildenhall et al. 2020, arXiv 2003.08934, appendix A).

Eight ReLU layers of 256 values read gamma(p), again after the fourth; density comes from the last of them, color from
one more linear layer and one of half the width, which reads gamma(direction) too where color depends on it. There is
one network: fine samples ask the same one again. Density is a softplus instead of a ReLU, as in mip-NeRF: it has a
slope everywhere.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from backend.config import FieldConfig

from .field import Bounds
from .network import SkipNetwork
from .neural_field import NeuralField
from .positional_encoding import PositionalEncoding


class Nerf(NeuralField):
    """gamma, trunk, two heads."""

    def __init__(self, bounds: Bounds, config: FieldConfig, density_init: str, color_channels: int = 3) -> None:
        settings = config.nerf
        super().__init__(bounds, config, density_init, settings.learning_rate)
        self.encoding = PositionalEncoding(settings.frequencies)
        self.trunk = SkipNetwork(self.encoding.width, settings.width, settings.layers, settings.skip)
        self.raw_density = nn.Linear(settings.width, 1)
        self.bottleneck = nn.Linear(settings.width, settings.width)
        self.color = self.head(settings.width, color_channels, 1, settings.width // 2)

    def _raw(self, coords: Float[Tensor, "n 3"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n f"]]:
        values = self.trunk(self.encoding(coords))
        return self.raw_density(values)[:, 0], self.bottleneck(values)
