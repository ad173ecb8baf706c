"""Waves averaged over what a sample stands for, a piece of a pixel's cone (mip-NeRF, Barron et al. 2021, 2103.13415).

The piece is taken as a Gaussian of the same mean and covariance (eq. 7 and 8), over which a wave has a closed mean:

    E[sin(b.x)] = sin(b.m) exp(-b.S b / 2),   E[cos(b.x)] = cos(b.m) exp(-b.S b / 2),      x ~ N(m, S)       (eq. 13)

so a wave that is shorter than the piece fades instead of aliasing. b are the axes and random frequencies whose length
is 2^(8 u), u ~ U[0, 1], in random directions: Dream Fields' (arXiv 2112.01455, appendix; published code).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .field import Bounds, ConicalFrustums


class Gaussians(NamedTuple):
    """Means and covariances of pieces of space."""

    mean: Float[Tensor, "n 3"]
    covariance: Float[Tensor, "n 3 3"]


def frustum_gaussians(
    positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"], frustums: ConicalFrustums
) -> Gaussians:
    """Approximates conical frustums, of radius r t at distance t from the tip, |t - t_middle| <= h, by Gaussians (eq. 7
    and 8).

    mean along the ray   t_mean  = t + 2 t h^2 / (3 t^2 + h^2)
    variance along it    sigma_t^2 = h^2 / 3 - 4 h^4 (12 t^2 - h^2) / (15 (3 t^2 + h^2)^2)
    across it            sigma_r^2 = r^2 (t^2 / 4 + 5 h^2 / 12 - 4 h^4 / (15 (3 t^2 + h^2)))
    """
    t, h, r = frustums.t, frustums.lengths / 2, frustums.radii
    t2, h2 = t.square(), h.square()
    total = (3 * t2 + h2).clamp_min(torch.finfo(t.dtype).tiny)
    along = h2 / 3 - (4 / 15) * (h2 / total).square() * (12 * t2 - h2)
    across = r.square() * (t2 / 4 + 5 / 12 * h2 - (4 / 15) * h2 * (h2 / total))
    mean = positions + (2 * t * (h2 / total))[:, None] * directions
    outer = directions[:, :, None] * directions[:, None, :]
    eye = torch.eye(3, dtype=t.dtype, device=t.device)
    return Gaussians(mean, (along - across)[:, None, None] * outer + across[:, None, None] * eye)


def cell_gaussians(positions: Float[Tensor, "n 3"], width: float) -> Gaussians:
    """Returns what points alone stand for: cubes of this width, whose variance is width^2 / 12 along every axis."""
    eye = torch.eye(3, dtype=positions.dtype, device=positions.device)
    return Gaussians(positions, (width**2 / 12 * eye).expand(len(positions), 3, 3))


def normalized_gaussians(pieces: Gaussians, bounds: Bounds) -> Gaussians:
    """World pieces in the box's own coordinates, [-1, 1] along each axis: S -> D S D."""
    sides = [2 / (high - low) for low, high in zip(bounds.low, bounds.high, strict=True)]
    scale = torch.tensor(sides).to(pieces.mean)
    return Gaussians(bounds.normalized(pieces.mean), scale[:, None] * pieces.covariance * scale)


def random_frequencies(count: int, degree: int) -> Float[Tensor, "k 3"]:
    """The three axes, then `count` random frequencies of length 1 to 2^degree, rounded towards 0 as published."""
    directions = torch.nn.functional.normalize(torch.randn(count, 3), dim=-1)
    drawn = (2 ** (degree * torch.rand(count, 1)) * directions).trunc()
    return torch.cat([torch.eye(3), drawn])


class IntegratedEncoding(nn.Module):
    """Means of cosines and sines; the frequencies are drawn once and saved, not learned."""

    frequencies: Float[Tensor, "k 3"]

    def __init__(self, count: int, degree: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", random_frequencies(count, degree))
        self.width = 2 * len(self.frequencies)

    def forward(self, pieces: Gaussians) -> Float[Tensor, "n f"]:
        """All cosines, then all sines. b.S b is one product of 9 numbers with 9 for each frequency."""
        b = self.frequencies
        variances = pieces.covariance.flatten(1) @ (b[:, :, None] * b[:, None, :]).flatten(1).T
        angles, fade = pieces.mean @ b.T, torch.exp(-0.5 * variances)
        return torch.cat([fade * angles.cos(), fade * angles.sin()], dim=-1)
