"""Positions or directions as waves of rising frequency (NeRF, arXiv 2003.08934, eq. 4).

gamma(p) = (p, sin(2^0 pi p), cos(2^0 pi p), ..., sin(2^(L-1) pi p), cos(2^(L-1) pi p))
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn


class PositionalEncoding(nn.Module):
    """gamma with L octaves; nothing is learned."""

    def __init__(self, octaves: int, dimensions: int = 3) -> None:
        super().__init__()
        self.octaves, self.width = octaves, dimensions * (1 + 2 * octaves)

    def forward(self, points: Float[Tensor, "n d"]) -> Float[Tensor, "n f"]:
        """The points themselves, then all sines, then all cosines."""
        octaves = math.pi * 2.0 ** torch.arange(self.octaves, device=points.device, dtype=points.dtype)
        angles = (points[:, None] * octaves[:, None]).flatten(1)
        return torch.cat([points, angles.sin(), angles.cos()], dim=-1)
