"""Where along a ray the field is asked: one random point in each of S equal stretches (NeRF, eq. 2).

    t_i ~ U[ near + (i-1)/S (far - near),  near + i/S (far - near) ]

`t_starts` and `t_ends` are the stretches' ends, so the lengths that enter the quadrature do not depend on the draw.
Where there is a scene around the box, half of the stretches are equal up to the box's far side, and beyond it the
other half are equal in 1 / t, so that they grow with distance as what they see shrinks (mip-NeRF 360, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from backend.random_numbers import uniform_like


@dataclass(frozen=True)
class RaySamples:
    """Stretches along rays and one point in each; metric distances along unit directions."""

    t_starts: Float[Tensor, "r s"]
    t_ends: Float[Tensor, "r s"]
    t: Float[Tensor, "r s"]

    @property
    def lengths(self) -> Float[Tensor, "r s"]:
        return self.t_ends - self.t_starts

    def __getitem__(self, index: tuple[Any, ...]) -> RaySamples:
        return RaySamples(self.t_starts[index], self.t_ends[index], self.t[index])

    @property
    def midpoints(self) -> RaySamples:
        """The same stretches with their middles as points."""
        return RaySamples(self.t_starts, self.t_ends, (self.t_starts + self.t_ends) / 2)

    def points(self, origins: Float[Tensor, "r 3"], directions: Float[Tensor, "r 3"]) -> Float[Tensor, "r s 3"]:
        """o + t d."""
        return torch.addcmul(origins[:, None], self.t[..., None], directions[:, None])


def stratified_samples(
    near: Float[Tensor, " r"], far: Float[Tensor, " r"], count: int, generator: torch.Generator | None = None
) -> RaySamples:
    """`count` stretches between near and far; without a generator the points are the middles."""
    return _sample_in_each(_equal_edges(near, far, count), generator)


def stratified_samples_unbounded(
    near: Float[Tensor, " r"],
    middle: Float[Tensor, " r"],
    far: Float[Tensor, " r"],
    count: int,
    generator: torch.Generator | None = None,
) -> RaySamples:
    """Half of the stretches equal between near and middle, the others equal in 1 / t between middle > 0 and far."""
    before = _equal_edges(near, middle, count - count // 2)
    beyond = 1 / _equal_edges(1 / middle, 1 / far, count // 2)
    return _sample_in_each(torch.cat([before, beyond[:, 1:]], dim=-1), generator)


def _equal_edges(first: Float[Tensor, " r"], last: Float[Tensor, " r"], count: int) -> Float[Tensor, "r s+1"]:
    edges = torch.linspace(0, 1, count + 1, dtype=first.dtype, device=first.device)
    return first[:, None] + (last - first)[:, None] * edges


def _sample_in_each(edges: Float[Tensor, "r s+1"], generator: torch.Generator | None) -> RaySamples:
    t_starts, t_ends = edges[:, :-1], edges[:, 1:]
    return RaySamples(t_starts, t_ends, t_starts + (t_ends - t_starts) * _jitter(t_starts, generator))


def _jitter(like: Float[Tensor, "r s"], generator: torch.Generator | None) -> Float[Tensor, "r s"] | float:
    """Draws how far into its interval each point lies, in [0, 1); 1/2 for all without a generator."""
    if generator is None:
        return 0.5
    return uniform_like(like, generator)
