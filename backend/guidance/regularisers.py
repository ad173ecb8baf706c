"""Terms that prefer one field over another where the guidance does not care."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

BLOCK = 40


def mean_transmittance(opacity: Float[Tensor, "*r"]) -> Float[Tensor, ""]:
    """Share of light that passes the object, over all rays (Dream Fields, eq. 5)."""
    return (1 - opacity).mean()


def clipped_transmittance(opacity: Float[Tensor, "*r"], target: float) -> Float[Tensor, ""]:
    """- min(target, mean transmittance): rewards emptiness, but no further than the target (Dream Fields, eq. 6)."""
    return -mean_transmittance(opacity).clamp_max(target)


def transmittance_target(step: int, start: float, end: float, ramp: int) -> float:
    """From `start` to `end` linearly over `ramp` steps, then constant: an object first, an isolated one later."""
    return start + (end - start) * min(1.0, step / ramp)


def opacity_entropy(opacity: Float[Tensor, "*r"]) -> Float[Tensor, ""]:
    """Mean binary entropy: a ray should hit or miss, not half hit."""
    o = opacity.clamp(1e-4, 1 - 1e-4)
    return -(o * o.log() + (1 - o) * torch.log1p(-o)).mean()


@runtime_checkable
class Lattice(Protocol):
    """A field whose values lie on a lattice."""

    def volumes(self) -> dict[str, torch.nn.Parameter]: ...


def total_variation(volume: Float[Tensor, "x y z c"]) -> Float[Tensor, ""]:
    """Squared differences of neighbouring cells, summed (Plenoxels, arXiv 2112.05131, eq. 3, without the root)."""
    return sum((volume.diff(dim=axis).square().sum() for axis in range(3)), volume.new_zeros(()))


def add_total_variation(field: Lattice, weights: dict[str, float], generator: torch.Generator) -> None:
    """Add the slope of weight x total variation in one random block to the gradients that are there already.

    A block in each step instead of the whole volume: at 128^3 the whole costs more than the rendering.
    """
    for name, volume in field.volumes().items():
        if weights.get(name, 0) > 0 and volume.grad is not None:
            block = _random_block(volume, generator)
            part = volume.detach()[block].requires_grad_()
            (slope,) = torch.autograd.grad(weights[name] * total_variation(part), part)
            volume.grad[block] += slope


def _random_block(volume: Float[Tensor, "x y z c"], generator: torch.Generator) -> tuple[slice, ...]:
    firsts = [int(torch.randint(max(1, n - BLOCK + 1), (), generator=generator)) for n in volume.shape[:3]]
    return tuple(slice(first, first + BLOCK) for first in firsts)
