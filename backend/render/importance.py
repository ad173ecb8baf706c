"""More samples where the first ones found something (NeRF, arXiv 2003.08934, section 5.2 and eq. 5).

The weights of the coarse samples, divided by their sum, are a probability density that is constant over each stretch.
Fine samples are drawn from it by its inverse cumulative distribution, and both kinds together are composited:

    t = edge_i + (u - F_i) / (F_{i+1} - F_i) (edge_{i+1} - edge_i)      F_i <= u <= F_{i+1},  u ~ U[0, 1)

Two things differ from NeRF's code. u is stratified as the coarse samples are, one draw in each of N equal parts: the
same expectation, less noise, and the result is sorted. And a stretch reaches from half-way to the sample before to
half-way to the one behind (NeRF's from one sample to the next), so that all stretches together fill the ray.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .stratified import RaySamples, stratified_samples

MIN_WEIGHT = 1e-5
"""Added to every weight, as NeRF's code does: a ray that met nothing is sampled evenly, and nothing is ruled out."""


@dataclass(frozen=True)
class MergedSamples:
    """Coarse and fine samples of each ray in one order, and where in that order each of the two kinds stands."""

    samples: RaySamples
    coarse: Int[Tensor, "r s"]
    fine: Int[Tensor, "r n"]


def importance_samples(
    coarse: RaySamples, weights: Float[Tensor, "r s"], count: int, generator: torch.Generator | None = None
) -> MergedSamples:
    """`count` more samples along each ray, where the weights are; without a generator the same ones each time."""
    found = weights.detach().nan_to_num(0.0, 0.0, 0.0).clamp_min(0) + MIN_WEIGHT
    edges = torch.cat([coarse.t_starts, coarse.t_ends[:, -1:]], dim=-1)
    t = inverse_cdf(edges, found, _even_quantiles(edges, count, generator))
    at_coarse, at_fine = merged_order(coarse.t, t)
    both = torch.empty(len(t), coarse.t.shape[1] + count, dtype=t.dtype, device=t.device)
    both = both.scatter(-1, at_coarse, coarse.t).scatter(-1, at_fine, t)
    return MergedSamples(samples_around(both, edges[:, 0], edges[:, -1]), at_coarse, at_fine)


def inverse_cdf(
    edges: Float[Tensor, "r s+1"], weights: Float[Tensor, "r s"], u: Float[Tensor, "r n"]
) -> Float[Tensor, "r n"]:
    """Returns where the cumulative distribution of the weights is u; rising in u. The weights need no sum of 1."""
    cdf = torch.nn.functional.pad((weights / weights.sum(-1, keepdim=True)).cumsum(-1), (1, 0))
    after = torch.searchsorted(cdf, u.contiguous(), right=True).clamp(1, weights.shape[-1])
    low, high = cdf.gather(-1, after - 1), cdf.gather(-1, after)
    share = ((u - low) / (high - low).clamp_min(torch.finfo(u.dtype).tiny)).clamp(0, 1)
    return torch.lerp(edges.gather(-1, after - 1), edges.gather(-1, after), share)


def merged_order(first: Float[Tensor, "r s"], second: Float[Tensor, "r n"]) -> tuple[Tensor, Tensor]:
    """Returns where the values of two sorted rows stand once they are one sorted row: how many of the others come
    before."""
    own, others = (torch.arange(part.shape[-1], device=part.device) for part in (first, second))
    before_first = torch.searchsorted(second, first.contiguous(), right=False)
    before_second = torch.searchsorted(first.contiguous(), second, right=True)
    return own + before_first, others + before_second


def samples_around(t: Float[Tensor, "r s"], near: Float[Tensor, " r"], far: Float[Tensor, " r"]) -> RaySamples:
    """Stretches whose ends lie half-way between sorted samples; the first begins at near, the last ends at far."""
    middles = (t[:, 1:] + t[:, :-1]) / 2
    return RaySamples(torch.cat([near[:, None], middles], -1), torch.cat([middles, far[:, None]], -1), t)


def _even_quantiles(
    edges: Float[Tensor, "r s+1"], count: int, generator: torch.Generator | None
) -> Float[Tensor, "r n"]:
    """u: one in each of `count` equal parts of [0, 1]."""
    nothing = torch.zeros_like(edges[:, 0])
    return stratified_samples(nothing, torch.ones_like(nothing), count, generator).t
