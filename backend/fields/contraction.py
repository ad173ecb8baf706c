"""All of space drawn into a ball of radius 2 (mip-NeRF 360, Barron et al. 2022, arXiv 2111.12077, eq. 9 and 10).

    contract(x) = x                            |x| <= 1
                  (2 - 1 / |x|) x / |x|        |x| > 1

so what is far away has room in proportion to its disparity. A Gaussian goes through the first-order Taylor expansion:
its mean is contracted, and its covariance becomes J S J^T.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from .integrated_encoding import Gaussians


def contracted(points: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
    """Into the ball of radius 2."""
    radius = points.norm(dim=-1, keepdim=True).clamp_min(1)
    inside: Float[Tensor, "n 3"] = (2 - 1 / radius) / radius * points
    return inside


def expanded(points: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
    """The inverse, inside the ball of radius 2: |x| = 1 / (2 - |y|) where |y| > 1."""
    radius = points.norm(dim=-1, keepdim=True).clamp_min(1)
    outside: Float[Tensor, "n 3"] = points / (radius * (2 - radius))
    return outside


def contraction_jacobian(points: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3 3"]:
    """Returns d contracted / d point: J = (2 r - 1) / r^2 (I - n n^T) + 1 / r^2 n n^T with r = |x| > 1 and n = x / r;
    inside it is I."""
    radius = points.norm(dim=-1)[:, None, None].clamp_min(1)
    unit = torch.nn.functional.normalize(points, dim=-1)
    outer = unit[:, :, None] * unit[:, None, :]
    eye = torch.eye(3, dtype=points.dtype, device=points.device)
    jacobian: Float[Tensor, "n 3 3"] = ((2 * radius - 1) * (eye - outer) + outer) / radius.square()
    return jacobian


def contracted_pieces(pieces: Gaussians) -> Gaussians:
    """Contracted Gaussians."""
    jacobian = contraction_jacobian(pieces.mean)
    return Gaussians(contracted(pieces.mean), jacobian @ pieces.covariance @ jacobian.mT)
