"""Neighbors on a lattice should be alike (Rudin et al. 1992; Plenoxels)."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

BLOCK = 40


@runtime_checkable
class Lattice(Protocol):
    """A field whose values lie on a lattice."""

    def volumes(self) -> dict[str, torch.nn.Parameter]: ...


def total_variation(volume: Float[Tensor, "x y z c"]) -> Float[Tensor, ""]:
    """Squared differences of neighboring cells, summed (Plenoxels, arXiv 2112.05131, eq. 3, without the root)."""
    return sum((volume.diff(dim=axis).square().sum() for axis in range(3)), volume.new_zeros(()))


def add_total_variation(field: Lattice, weights: dict[str, float], generator: torch.Generator) -> None:
    """Add the slope of weight x total variation in one random block to the gradients that are there already.

    A block in each step instead of the whole volume: at 128^3 the whole costs more than the rendering.
    """
    for name, volume in field.volumes().items():
        if weights.get(name, 0) > 0 and volume.grad is not None:
            block = random_block(volume, generator)
            part = volume.detach()[block].requires_grad_()
            (slope,) = torch.autograd.grad(weights[name] * total_variation(part), part)
            if volume.grad.is_sparse:
                volume.grad = volume.grad.to_dense()
            volume.grad[block] += slope


def random_block(volume: Float[Tensor, "x y z c"], generator: torch.Generator) -> tuple[slice, ...]:
    firsts = [int(torch.randint(max(1, n - BLOCK + 1), (), generator=generator)) for n in volume.shape[:3]]
    return tuple(slice(first, first + BLOCK) for first in firsts)
