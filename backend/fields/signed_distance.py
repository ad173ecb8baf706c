"""A signed distance on any encoding, made into density (VolSDF, Yariv et al. 2021, arXiv 2106.12052).

    d(p) = |p - middle| / h - radius + network(p, encoding(p))       in half-widths h of the box; below 0 is inside
    density(p) = Psi_beta(-d) / (beta h)                              beta = beta_min + |learned|  (section 3.5)

The network begins near 0, so that the field begins as a ball, whatever the encoding: VolSDF draws its weights so that
it does. Color is made of the network's features; VolSDF's reads position and normal too. The slope of d should be 1
everywhere (eikonal term, Gropp et al. 2020, eq. 2): `distance_gradient` is there for whoever weighs it.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from backend.config import FieldConfig

from .encodings import build_encoding
from .field import Bounds, autograd_gradient
from .laplace_density import laplace_density
from .network import dense
from .neural_field import NeuralField

BETA_MIN = 1e-3
"""In half-widths: softer than any sample's stretch, so that a surface is never missed between two."""
ENCODING_RATE = 1e-2
"""At which tables and planes learn (Instant-NGP, section 4)."""
SHARPNESS = 100.0
"""Of softplus layers, whose second derivative the eikonal term needs (IGR; VolSDF)."""
FIRST_WEIGHTS = 0.1
"""Factor of the last layer's weights at the start."""


class SignedDistance(NeuralField):
    """A ball that a network bends. `start` is not asked: a distance has no fog."""

    activation = "laplace"

    def __init__(self, bounds: Bounds, config: FieldConfig, density_init: str, color_channels: int = 3) -> None:
        settings = config.sdf
        super().__init__(bounds, config, density_init, settings.learning_rate)
        self.learning_rates["encoding"] = ENCODING_RATE
        self.half_width, self.radius, self.eikonal_weight = self.side / 2, settings.radius, settings.eikonal_weight
        self.encoding = build_encoding(settings.encoding, config)
        widths = [3 + self.encoding.width, *[settings.width] * settings.layers, 1 + settings.width]
        self.trunk = dense(widths, lambda: nn.Softplus(SHARPNESS))
        self.color = self.head(settings.width, color_channels, 1, settings.width)
        self.learned_beta = nn.Parameter(torch.tensor(settings.beta - BETA_MIN))
        with torch.no_grad():
            last = self.trunk[-1]
            assert isinstance(last, nn.Linear)
            last.weight[0] *= FIRST_WEIGHTS
            last.bias[0] = 0.0

    @property
    def beta(self) -> Float[Tensor, ""]:
        """Half-widths over which density falls by e outside the surface."""
        return BETA_MIN + self.learned_beta.abs()

    def distance(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the distance to the surface, in half-widths of the box; negative inside."""
        return self._raw(self._to_coords(positions))[0] + self._ball(positions)

    def distance_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Its slope, without a unit: half-widths a half-width."""
        return self.half_width * autograd_gradient(self.distance, positions)

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Features of the encoding learn faster than layers do."""
        encoding = list(self.encoding.parameters())
        rest = [p for name, p in self.named_parameters() if not name.startswith("encoding.")]
        return {"network": rest} | ({"encoding": encoding} if encoding else {})

    def _raw(self, coords: Float[Tensor, "n 3"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n f"]]:
        """Returns what the network adds to the ball's distance, and features."""
        values = self.trunk(torch.cat([coords, self.encoding(coords)], dim=-1))
        return values[:, 0], values[:, 1:]

    def _ball(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """|p - middle| / h - radius; rounded off in the very middle, where it would have no slope."""
        middle = [(low + high) / 2 for low, high in zip(self.bounds.low, self.bounds.high, strict=True)]
        away = (positions - torch.tensor(middle).to(positions)).nan_to_num(0.0, 1e9, -1e9) / self.half_width
        return (away.square().sum(-1) + 1e-6).sqrt() - self.radius

    def _density(self, positions: Float[Tensor, "n 3"], raw: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        dense_ = laplace_density(raw + self._ball(positions), self.beta) / self.half_width
        return dense_ * self._in_extent(positions)
