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

OPAQUE = 80.0
"""A stretch this deep lets exp(-80) = 2e-35 through. Deeper ones are held at it: nothing is lost that float32 could
tell from opaque, infinite density has a weight instead of inf - inf, and large sums stay exact."""


def optical_depth(density: Float[Tensor, "r s"], lengths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """density x length: how much each stretch absorbs."""
    return (density * lengths).clamp_max(OPAQUE)


def alpha(depths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """The share of light that a stretch stops. `expm1` keeps thin stretches exact."""
    return -torch.expm1(-depths)


def transmittance(depths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """The share of light that reaches a stretch. A sum of depths, because cumprod has no gradient through zeros."""
    return torch.exp(depths - depths.cumsum(-1))


def weights(depths: Float[Tensor, "r s"]) -> Float[Tensor, "r s"]:
    """Returns how much each interval shows: w_i = T_i (1 - exp(-depths_i)), in [0, 1], at most 1 in all."""
    return transmittance(depths) * alpha(depths)


def opacity(weights: Float[Tensor, "r s"]) -> Float[Tensor, " r"]:
    """Returns the share of the background that is hidden, in [0, 1]."""
    return weights.sum(-1)


def color(weights: Float[Tensor, "r s"], colors: Float[Tensor, "r s c"]) -> Float[Tensor, "r c"]:
    """Premultiplied color: nothing shows where nothing is."""
    return (weights[..., None] * colors).sum(-2)


def depth(weights: Float[Tensor, "r s"], t: Float[Tensor, "r s"]) -> Float[Tensor, " r"]:
    """The mean distance at which light is stopped; zero where none is."""
    return (weights * t).sum(-1) / opacity(weights).clamp_min(torch.finfo(t.dtype).tiny)


def median_depth(
    weights: Float[Tensor, "r s"], t_starts: Float[Tensor, "r s"], lengths: Float[Tensor, "r s"]
) -> Float[Tensor, " r"]:
    """Returns the distance (meters) where half of the light that is stopped has been stopped; zero where none is. It
    has no halo between surfaces.

    Exact for density that is constant over each interval: with T the light that reaches it, and alpha = weight / T,
    half of what is stopped in all, W / 2, is reached in the first interval whose weights up to its end sum to it:

        f     = (W / 2 - sum of the weights before) / T          what that interval must still stop, of what reaches it
        depth = t_start + length log(1 - f) / log(1 - alpha)      since 1 - exp(-density s) = f  at  s = depth - t_start
    """
    stopped = weights.cumsum(-1)
    half = stopped[..., -1:] / 2
    at = torch.searchsorted(stopped, half).clamp_max(weights.shape[-1] - 1)
    weight, start, length = (part.gather(-1, at) for part in (weights, t_starts, lengths))
    before = stopped.gather(-1, at) - weight
    f, a = ((part / (1 - before)).clamp(0, 1) for part in (half - before, weight))
    share = torch.log1p(-f) / torch.log1p(-a).clamp_max(-torch.finfo(f.dtype).tiny)
    return torch.where(half > 0, start + length * share.clamp(0, 1), 0.0).squeeze(-1)


def over(
    color: Float[Tensor, "r c"], opacity: Float[Tensor, " r"], background: Float[Tensor, "r c"]
) -> Float[Tensor, "r c"]:
    """Premultiplied color laid over a background (Porter & Duff 1984)."""
    return color + (1 - opacity)[..., None] * background
