"""What is preferred along rays: each takes what rays saw and gives one number, the mean over the rays."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor


def mean_transmittance(opacity: Float[Tensor, "*r"]) -> Float[Tensor, ""]:
    """Share of light that passes the object, over all rays."""
    return (1 - opacity).mean()


def clipped_transmittance(opacity: Float[Tensor, "*r"], target: float) -> Float[Tensor, ""]:
    """- min(target, mean transmittance): rewards emptiness, but no further than the target (Dream Fields, eq. 9)."""
    return -mean_transmittance(opacity).clamp_max(target)


def opacity_entropy(opacity: Float[Tensor, "*r"]) -> Float[Tensor, ""]:
    """Mean binary entropy: a ray should hit or miss, not half hit."""
    o = opacity.clamp(1e-4, 1 - 1e-4)
    return -(o * o.log() + (1 - o) * torch.log1p(-o)).mean()


def distortion(weights: Float[Tensor, "r s"], lengths: Float[Tensor, "r s"]) -> Float[Tensor, ""]:
    """sum_ij w_i w_j |m_i - m_j| + 1/3 sum_i w_i^2 l_i: the weights of a ray lie together (mip-NeRF 360, eq. 15).

    m_i and l_i are the middle and length of stretch i, where the ray's way through the box is [0, 1]. The middles
    rise along a ray, so the double sum is 2 sum_i w_i (m_i sum_{j<i} w_j - sum_{j<i} w_j m_j): one pass instead of s^2.
    """
    l = lengths / lengths.sum(-1, keepdim=True).clamp_min(torch.finfo(lengths.dtype).tiny)  # noqa: E741
    m = l.cumsum(-1) - 0.5 * l
    moments = weights * m
    before, moments_before = weights.cumsum(-1) - weights, moments.cumsum(-1) - moments
    between = 2 * (weights * (m * before - moments_before)).sum(-1)
    within = (weights.square() * l).sum(-1) / 3
    return (between + within).mean()


def orientation(
    weights: Float[Tensor, "r s"], normals: Float[Tensor, "r s 3"], directions: Float[Tensor, "r 3"]
) -> Float[Tensor, ""]:
    """sum_i w_i max(0, n_i . d)^2: what a ray sees must not face away from it (Ref-NeRF, eq. 11).

    The weights are constants here, as in DreamFusion (section A.2): the term turns surfaces, it does not hide them.
    """
    away = (normals * directions[..., None, :]).sum(-1).clamp_min(0)
    return (weights.detach() * away.square()).sum(-1).mean()
