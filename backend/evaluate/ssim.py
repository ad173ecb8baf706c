"""Structural similarity (Wang et al. 2004, eq. 13), as scikit-image computes it with Gaussian weights.

    SSIM = (2 mu_x mu_y + C1) (2 s_xy + C2) / ((mu_x^2 + mu_y^2 + C1) (s_x^2 + s_y^2 + C2))

Local means under a Gaussian of sigma 1.5 cut at 3.5 sigma (11 x 11), C1 = 0.01^2, C2 = 0.03^2 for pictures in [0, 1];
averaged over channels and over the pixels whose window lies inside the picture.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

SIGMA, RADIUS = 1.5, 5
C1, C2 = 0.01**2, 0.03**2


def ssim(picture: Float[Tensor, "h w c"], truth: Float[Tensor, "h w c"]) -> float:
    """Mean structural similarity.

    Raises:
        ValueError: a side is shorter than the window.
    """
    if min(picture.shape[:2]) <= 2 * RADIUS:
        raise ValueError(f"SSIM needs pictures larger than {2 * RADIUS} pixels, got {tuple(picture.shape[:2])}.")
    x, y = (p.double().permute(2, 0, 1)[:, None] for p in (picture, truth))
    mean_x, mean_y = _local_mean(x), _local_mean(y)
    variance_x, variance_y = _local_mean(x * x) - mean_x**2, _local_mean(y * y) - mean_y**2
    covariance = _local_mean(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    return float((likeness / ((mean_x**2 + mean_y**2 + C1) * (variance_x + variance_y + C2))).mean())


def _local_mean(pictures: Float[Tensor, "c 1 h w"]) -> Float[Tensor, "c 1 i j"]:
    """Gaussian windows that lie wholly inside."""
    at = torch.arange(-RADIUS, RADIUS + 1, dtype=pictures.dtype, device=pictures.device)
    kernel = torch.softmax(-0.5 * (at / SIGMA).square(), 0).view(1, 1, 1, -1)
    return F.conv2d(F.conv2d(pictures, kernel), kernel.transpose(2, 3))
