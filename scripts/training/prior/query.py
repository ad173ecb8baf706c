"""A field on a lattice, asked coarse to fine: only where the surface passes (multi-resolution extraction of
Occupancy Networks, Mescheder et al. 2019).

A coarse lattice is asked whole. Then twice: what lies between samples of one clear sign has that sign; where signs
differ within reach, or a logit is small, the finer lattice is asked. Logits between are those of the coarser lattice.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

Ask = Callable[[Float[Tensor, "n 3"]], Float[Tensor, " n"]]
COARSE = 32
CLEAR = 4.0  # a logit that is as large is trusted, if those around it have its sign
AT_ONCE = 1 << 15
OUTSIDE = -20.0


def lattice(edge: int) -> Float[Tensor, "x y z 3"]:
    """Centers of edge^3 voxels of [-1, 1]^3."""
    centers = (torch.arange(edge) + 0.5) / edge * 2 - 1
    return torch.stack(torch.meshgrid(centers, centers, centers, indexing="ij"), -1)


def dense(ask: Ask, edge: int) -> Float[Tensor, "x y z"]:
    return _asked(ask, lattice(edge).reshape(-1, 3)).reshape(edge, edge, edge)


@torch.no_grad()
def coarse_to_fine(ask: Ask, edge: int, coarse: int = COARSE) -> Float[Tensor, "x y z"]:
    """`edge` is `coarse` doubled some times."""
    logits = dense(ask, coarse)
    while logits.shape[0] < edge:
        near = _doubled(uncertain(logits).float()) > 0
        logits = _doubled(logits)
        points = lattice(logits.shape[0])[near]
        logits[near] = _asked(ask, points)
    return logits


def uncertain(logits: Float[Tensor, "x y z"]) -> Tensor:
    """Voxels in whose 3^3 neighborhood signs differ, or that and whose neighbors are not clear."""
    inside = (logits > 0).float()[None, None]
    some = nn.functional.max_pool3d(inside, 3, 1, 1)
    every = -nn.functional.max_pool3d(-inside, 3, 1, 1)
    clear = nn.functional.max_pool3d((logits.abs() < CLEAR).float()[None, None], 3, 1, 1)
    return ((some != every) | (clear > 0))[0, 0]


def _doubled(values: Float[Tensor, "x y z"]) -> Float[Tensor, "x y z"]:
    for axis in range(3):
        values = values.repeat_interleave(2, axis)
    return values


@torch.no_grad()
def _asked(ask: Ask, points: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
    return torch.cat([ask(some) for some in points.split(AT_ONCE)]) if len(points) else points.new_zeros(0)
