"""Color from what a network knows of a point, and, where it is wanted, of the side that it is seen from.

    color = sigmoid(head(features))        or        sigmoid(head(features, gamma(direction)))      (NeRF, appendix A)

Asked without directions (a grid is exported, a point is looked up), a color that depends on them is the mean over the
six axes.
"""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from backend.color import srgb_decoded

from .network import dense
from .positional_encoding import PositionalEncoding

SIX_SIDES = torch.cat([torch.eye(3), -torch.eye(3)])


class ColorHead(nn.Module):
    """`layers` hidden layers of `width`; one more where there are directions and no other would mix them in."""

    decodes: Bool[Tensor, ""]

    def __init__(
        self, features: int, channels: int, layers: int = 0, width: int = 64, octaves: int | None = None
    ) -> None:
        """`octaves` encode directions; None: the color is the same from everywhere."""
        super().__init__()
        self.directions = None if octaves is None else PositionalEncoding(octaves)
        more = 0 if self.directions is None else self.directions.width
        self.layers = dense([features + more, *[width] * max(layers, 1 if more else 0), channels])
        self.register_buffer("decodes", torch.tensor(False))
        """Whether raw values are sRGB, which latents become (`to_colors`)."""

    @property
    def channels(self) -> int:
        return self._last.out_features

    @property
    def _last(self) -> nn.Linear:
        last = self.layers[-1]
        assert isinstance(last, nn.Linear)
        return last

    def forward(self, features: Float[Tensor, "n f"], directions: Float[Tensor, "n 3"] | None) -> Float[Tensor, "n c"]:
        """Linear color in [0, 1]; with more than three channels latents without bounds."""
        if self.directions is None:
            return self._activated(self.layers(features))
        if directions is None:
            sides = [side.expand(len(features), 3) for side in SIX_SIDES.to(features)]
            return torch.stack([self(features, side) for side in sides]).mean(0)
        return self._activated(self.layers(torch.cat([features, self.directions(directions)], dim=-1)))

    def _activated(self, raw: Float[Tensor, "n c"]) -> Float[Tensor, "n c"]:
        if self.decodes:
            return srgb_decoded(raw.clamp(0, 1))
        return raw.sigmoid() if self.channels == 3 else raw

    @torch.no_grad()
    def to_colors(self, matrix: Float[Tensor, "c 3"], bias: Float[Tensor, " 3"]) -> None:
        """Latents become colors: the affine map of `latent_colors` is taken into the last layer."""
        last = self._last
        map_, shift = matrix.T.to(last.weight), bias.to(last.weight)
        self._replace_last_layer(map_ @ last.weight, map_ @ last.bias + shift)
        self.decodes.fill_(True)

    def _replace_last_layer(self, weight: Float[Tensor, "c f"], bias: Float[Tensor, " c"]) -> None:
        """Another last layer."""
        last = nn.Linear(weight.shape[1], weight.shape[0]).to(weight)
        last.weight, last.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.layers[-1] = last

    def _load_from_state_dict(self, state: dict[str, Tensor], prefix: str, *rest: Any) -> None:
        """Takes over the last layer's shape first: what was saved may show colors where this one began with latents."""
        name = f"{prefix}layers.{len(self.layers) - 1}."
        if name + "weight" in state:
            self._replace_last_layer(
                *(torch.empty_like(state[name + part]).to(self._last.weight) for part in ("weight", "bias"))
            )
        super()._load_from_state_dict(state, prefix, *rest)
