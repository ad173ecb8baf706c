"""Layers that several fields are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


def dense(widths: Sequence[int], activation: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    """Linear layers between these widths, with an activation between each two."""
    layers: list[nn.Module] = []
    for before, after in zip(widths[:-1], widths[1:], strict=True):
        layers += [nn.Linear(before, after), activation()]
    return nn.Sequential(*layers[:-1])


class SkipNetwork(nn.Module):
    """ReLU layers, where the input is read again after layer `skip` (NeRF, appendix A; DeepSDF). 0: never."""

    def __init__(self, inputs: int, width: int, layers: int, skip: int) -> None:
        super().__init__()
        self.skip = skip if 0 < skip < layers else 0
        before = [inputs] + [width] * (layers - 1)
        if self.skip:
            before[self.skip] += inputs
        self.layers = nn.ModuleList(nn.Linear(n, width) for n in before)

    def forward(self, inputs: Float[Tensor, "n i"]) -> Float[Tensor, "n w"]:
        values = inputs
        for i, layer in enumerate(self.layers):
            if i and i == self.skip:
                values = torch.cat([values, inputs], dim=-1)
            values = F.relu(layer(values))
        return values


class ResidualBlock(nn.Module):
    """x + W2 swish(W1 norm(x)): layer norm first, nothing after the sum (Dream Fields, appendix)."""

    def __init__(self, width: int, inner_width: int) -> None:
        super().__init__()
        self.inside = nn.Sequential(
            nn.LayerNorm(width, eps=1e-6), nn.Linear(width, inner_width), nn.SiLU(), nn.Linear(inner_width, width)
        )

    def forward(self, values: Float[Tensor, "n w"]) -> Float[Tensor, "n w"]:
        changed: Float[Tensor, "n w"] = values + self.inside(values)
        return changed
