"""Emission and absorption along a ray, each step its own function (NeRF, eq. 3; Max 1995).

alpha_i         = 1 - exp(-density_i length_i)
transmittance_i = prod_{j<i} (1 - alpha_j) = exp(-sum_{j<i} density_j length_j)
weight_i        = transmittance_i alpha_i          (they sum to the opacity, at most 1)
value           = sum_i weight_i value_i
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor


def optical_depth(density: Float[Tensor, "r s"], lengths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """density x length: how much each stretch absorbs."""
    return density * lengths


def alpha(depths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """The share of light that a stretch stops. `expm1` keeps thin stretches exact."""
    return -torch.expm1(-depths)


def transmittance(depths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """The share of light that reaches a stretch. A sum of depths, because cumprod has no gradient through zeros."""
    return torch.exp(depths - depths.cumsum(-1))


def weights(depths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """How much each stretch shows."""
    return transmittance(depths) * alpha(depths)


def opacity(weights: Float[Tensor, "r s"]) -> Float[Tensor, " r"]:
    """What share of the background is hidden."""
    return weights.sum(-1)


def colour(weights: Float[Tensor, "r s"], colours: Float[Tensor, "r s c"]) -> Float[Tensor, "r c"]:
    """Premultiplied colour: nothing shows where nothing is."""
    return (weights[..., None] * colours).sum(-2)


def depth(weights: Float[Tensor, "r s"], t: Float[Tensor, "r s"]) -> Float[Tensor, " r"]:
    """The mean distance at which light is stopped; zero where none is."""
    return (weights * t).sum(-1) / opacity(weights).clamp_min(torch.finfo(t.dtype).tiny)


def over(
    colour: Float[Tensor, "r c"], opacity: Float[Tensor, " r"], background: Float[Tensor, "r c"]
) -> Float[Tensor, "r c"]:
    """Premultiplied colour laid over a background (Porter & Duff 1984)."""
    return colour + (1 - opacity)[..., None] * background
