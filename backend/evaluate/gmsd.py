"""Gradient magnitude similarity deviation (Xue et al. 2014, arXiv 1308.3052): a perceptual distance without weights.

    m_r(i) = sqrt((r * h_x)^2 + (r * h_y)^2),  m_d alike,  h_x = [[1, 0, -1]] * 3 / 3 (Prewitt), h_y its transpose
    GMS(i) = (2 m_r m_d + c) / (m_r^2 + m_d^2 + c)                                                      (eq. 4)
    GMSM   = mean of GMS over pixels                                                                    (eq. 5)
    GMSD   = sqrt(mean of (GMS - GMSM)^2)                                                               (eq. 6)

Luminance (Rec. 601, of sRGB) is averaged over 2 x 2 and halved first (section III-A); c = 170 / 255^2 for [0, 1].
0 is equal; larger is worse; it follows people's opinion of compressed, blurred and noisy photographs. It sees edges
alone: two pictures that differ by a constant are equal to it, and it knows nothing of objects, as LPIPS does.

Pixels whose window lies wholly inside are compared, where the authors' program pads with zeros.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

LUMINANCE = (0.299, 0.587, 0.114)
C = 170 / 255**2
LEAST_SIDE = 6
"""Pixels: 3 after halving, one window."""


def gmsd(picture: Float[Tensor, "h w 3"], truth: Float[Tensor, "h w 3"]) -> float:
    """The distance of two sRGB pictures in [0, 1], at least 0.

    Raises:
        ValueError: a side is shorter than the window.
    """
    if min(picture.shape[:2]) < LEAST_SIDE:
        raise ValueError(f"GMSD needs pictures of at least {LEAST_SIDE} pixels, got {tuple(picture.shape[:2])}.")
    m_r, m_d = (gradient_magnitude(_halved(p.double())) for p in (truth, picture))
    similar = (2 * m_r * m_d + C) / (m_r.square() + m_d.square() + C)
    return float((similar - similar.mean()).square().mean().sqrt())


def gradient_magnitude(gray: Float[Tensor, "h w"]) -> Float[Tensor, "i j"]:
    """Returns the length of the gradient by Prewitt's filters, of the pixels that have all neighbors."""
    across = torch.tensor([[1.0, 0.0, -1.0]], dtype=gray.dtype, device=gray.device).expand(3, 3) / 3
    filters = torch.stack([across, across.T])[:, None]
    return F.conv2d(gray[None, None], filters)[0].square().sum(0).sqrt()


def _halved(picture: Float[Tensor, "h w 3"]) -> Float[Tensor, "i j"]:
    gray = picture @ torch.tensor(LUMINANCE, dtype=picture.dtype, device=picture.device)
    return F.avg_pool2d(gray[None, None], 2)[0, 0]
