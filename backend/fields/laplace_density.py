"""Density made of a signed distance (VolSDF, Yariv et al. 2021, arXiv 2106.12052, eq. 2 and 3).

density = alpha Psi_beta(-d),    alpha = 1 / beta,    d < 0 inside

Psi_beta(s) = exp(s / beta) / 2            s <= 0        (the Laplace distribution's CDF, mean 0, scale beta)
              1 - exp(-s / beta) / 2       s > 0
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor


def laplace_density(distance: Float[Tensor, " n"], beta: Float[Tensor, ""]) -> Float[Tensor, " n"]:
    """Per unit of the distance. Both branches are kept finite: exp(-|d| / beta) is at most 1."""
    tail = 0.5 * torch.exp(-distance.abs() / beta)
    return torch.where(distance < 0, 1 - tail, tail) / beta
