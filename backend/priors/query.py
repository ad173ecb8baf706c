"""A field on a lattice, asked coarse to fine: only where the surface passes (multi-resolution extraction of Occupancy
Networks, Mescheder et al. 2019).

A coarse lattice is asked whole. Then, level after level: what lies between samples of one clear sign has that sign;
where signs differ nearby, or a logit is small, the finer lattice is asked. All else keeps the coarser lattice's logit.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from backend.fields.dilation import dilated

Query = Callable[[Float[Tensor, "n 3"]], Float[Tensor, " n"]]
Shape = tuple[int, int, int]
COARSE = 32
"""Cells along the longest side that are asked whole: coarser ones step over legs and handles."""
CLEAR = 4.0
"""A logit that is as large is trusted, if those around it have its sign."""
CHUNK = 1 << 15


def lattice(shape: Shape) -> Float[Tensor, "x y z 3"]:
    """Centers of the cells of [-1, 1]^3."""
    axes = [(torch.arange(count) + 0.5) / count * 2 - 1 for count in shape]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"), -1)


@torch.no_grad()
def dense(query: Query, shape: Shape) -> Float[Tensor, "x y z"]:
    return _in_chunks(query, lattice(shape).reshape(-1, 3)).reshape(shape)


@torch.no_grad()
def coarse_to_fine(query: Query, shape: Shape) -> Float[Tensor, "x y z"]:
    """Logits at the centers of the cells of a lattice of any shape."""
    coarsest, *finer = _levels(shape)
    logits = dense(query, coarsest)
    for level in finer:
        near = _resized(uncertain(logits).float(), level) > 0
        logits = _resized(logits, level)
        logits[near] = _in_chunks(query, lattice(level)[near])
    return logits


def uncertain(logits: Float[Tensor, "x y z"]) -> Bool[Tensor, "x y z"]:
    """Cells in whose 3^3 neighborhood signs differ, or a logit is not clear."""
    inside = logits > 0
    return near_surface(inside) | dilated(logits.abs() < CLEAR)


def near_surface(inside: Bool[Tensor, "x y z"], radius: int = 1) -> Bool[Tensor, "x y z"]:
    """Cells with both an inside and an outside within so many cells along each axis."""
    return dilated(inside, radius) & dilated(~inside, radius)


def _levels(shape: Shape) -> list[Shape]:
    """Coarse first; each has half the cells of the next, rounded up."""
    levels = [shape]
    while max(levels[0]) >= 2 * COARSE:
        x, y, z = levels[0]
        levels.insert(0, (-(-x // 2), -(-y // 2), -(-z // 2)))
    return levels


def _resized(values: Float[Tensor, "x y z"], shape: Shape) -> Float[Tensor, "x y z"]:
    return F.interpolate(values[None, None], size=shape, mode="nearest-exact")[0, 0]


def _in_chunks(query: Query, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
    return torch.cat([query(chunk) for chunk in positions.split(CHUNK)]) if len(positions) else positions.new_zeros(0)
