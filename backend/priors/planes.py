"""Features at a position, read from three planes at several resolutions (EG3D, Chan et al. 2022; K-planes, 2023).

For each level of R x R texels with C numbers and each plane (xy, xz, yz): the bilinear mean of the four texels around
the position's projection, with texels at the corners of [-1, 1]^2 and the edge's outside. A row of numbers holds all
levels, coarse first, as [level, plane, R, R, C].
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

Level = tuple[int, int]
"""Texels along an edge, numbers of each."""
AXES = ((0, 1), (0, 2), (1, 2))


def row_width(levels: Sequence[Level]) -> int:
    return sum(3 * edge * edge * channels for edge, channels in levels)


def feature_count(levels: Sequence[Level]) -> int:
    return sum(3 * channels for _, channels in levels)


def sample_planes(
    row: Float[Tensor, " w"], positions: Float[Tensor, "n 3"], levels: Sequence[Level]
) -> Float[Tensor, "n f"]:
    """Differentiable in both."""
    sampled, start = [], 0
    for edge, channels in levels:
        for first, second in AXES:
            end = start + edge * edge * channels
            plane = row[start:end].view(1, edge, edge, channels).permute(0, 3, 1, 2)
            at = positions[None, None, :, [second, first]]
            features = F.grid_sample(plane, at, padding_mode="border", align_corners=True)
            sampled.append(features[0, :, 0].T)
            start = end
    return torch.cat(sampled, -1)
