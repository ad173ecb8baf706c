"""What all fields of a network share: where points lie, how raw values become density, and what is there at first.

    density(p) = D softplus(network(p) + start(p)) / side       D: config.density_scale
    density(p) = D exp(network(p) + start(p)) / side            where the paper has an exponential

`start` gives the same density as a dense grid would begin with (density_init.py) while the network says 0.
"""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional as F

from backend.config import FieldConfig

from .color_head import ColorHead
from .contraction import contracted
from .density_init import DENSITY_INITS, DENSITY_SCALE
from .field import Bounds, autograd_gradient

MAX_EXPONENT = 15.0
"""exp(15) is denser than anything; beyond it an exponential is held, so that no density is infinite (Instant-NGP)."""


class NeuralField(nn.Module):
    """A field whose network is `_raw`, with a head for color; implements `Field`."""

    activation = "softplus"

    def __init__(self, bounds: Bounds, config: FieldConfig, density_init: str, learning_rate: float) -> None:
        super().__init__()
        self.bounds, self.config, self.density_init = bounds, config, density_init
        self.side = max(high - low for low, high in zip(bounds.low, bounds.high, strict=True))
        self.extent = scaled_bounds(bounds, config.reach) if config.unbounded else bounds
        self.learning_rates = {"network": learning_rate}
        self.color: ColorHead
        if self.activation == "softplus":
            self.scale = config.density_scale / self.side  # what `DensityNoise` needs to find raw density back

    @property
    def color_channels(self) -> int:
        return self.color.channels

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/meter, 0 where the field ends."""
        return self._density(positions, self._raw(self._to_coords(positions))[0])

    def density_and_color(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None = None
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Density, and linear color as seen along the directions."""
        raw, features = self._raw(self._to_coords(positions))
        return self._density(positions, raw), self.color(features, directions)

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Differentiates density automatically, in 1/meter^2."""
        return autograd_gradient(self.density, positions)

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        return {"network": list(self.parameters())}

    @torch.no_grad()
    def to_colors(self, matrix: Float[Tensor, "c 3"], bias: Float[Tensor, " 3"]) -> None:
        """Latents become what they stand for; parameters are new objects, so an optimizer must be made anew."""
        self.color.to_colors(matrix, bias)

    def head(self, features: int, channels: int, layers: int, width: int) -> ColorHead:
        """A head as the config wants it."""
        octaves = self.config.direction_frequencies if self.config.view_dependent_color else None
        return ColorHead(features, channels, layers, width, octaves)

    def _raw(self, coords: Float[Tensor, "n 3"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n f"]]:
        """Raw density, and features for the head, at places in [-1, 1]."""
        raise NotImplementedError

    def _to_coords(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Maps positions to [-1, 1]; with all of space in it, the box takes the inner half. Points outside are answered
        for their nearest position inside, and masked: a network may say anything there, even NaN at infinity."""
        coords = self.bounds.normalized(positions)
        if self.config.unbounded:
            coords = contracted(coords.nan_to_num(0.0, 1e9, -1e9)) / 2
        return coords.nan_to_num(0.0).clamp(-1, 1)

    def _density(self, positions: Float[Tensor, "n 3"], raw: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        """Activated, and 0 outside."""
        raw = raw + self._initial_density(positions)
        dense = torch.exp(raw.clamp_max(MAX_EXPONENT)) if self.activation == "exp" else F.softplus(raw)
        return self.config.density_scale / self.side * dense * self._in_extent(positions)

    def _initial_density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns what is added to raw density; at infinity it is what it is far away."""
        if self.density_init == "none":
            return torch.zeros_like(positions[:, 0])
        radius = self.bounds.normalized(positions).nan_to_num(0.0, 1e3, -1e3).norm(dim=-1).clamp_max(1e3)
        initial = F.softplus(DENSITY_INITS[self.density_init](radius)) * (DENSITY_SCALE / self.config.density_scale)
        return initial.log() if self.activation == "exp" else initial + torch.log(-torch.expm1(-initial))

    def _in_extent(self, positions: Float[Tensor, "n 3"]) -> Bool[Tensor, " n"]:
        """Tells whether a point lies in the extent; rounding at a face must not open it."""
        return (self.extent.normalized(positions).abs() <= 1 + 1e-5).all(-1)


def scaled_bounds(bounds: Bounds, factor: float) -> Bounds:
    """The box around the same middle, this many times as large."""
    ends = [((low + high) / 2, (high - low) / 2 * factor) for low, high in zip(bounds.low, bounds.high, strict=True)]
    (x, a), (y, b), (z, c) = ends
    return Bounds((x - a, y - b, z - c), (x + a, y + b, z + c))
