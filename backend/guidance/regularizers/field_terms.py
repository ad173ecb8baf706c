"""What is preferred of the field itself, at random points of its box, through the Field protocol alone.

Density has a unit and no bound, so terms look at a stretch of a hundredth of the box:

    depth(p) = density(p) side / 100        opacity(p) = 1 - exp(-depth(p))

and where they speak of a surface, points count by how near to one they are, u = 4 opacity (1 - opacity), a constant.
"""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.fields.field import Bounds, DistanceField, Field, normals
from backend.random_numbers import normal_like

from .shapes import SHAPES

Positions = Float[Tensor, "n 3"]
Scalar = Float[Tensor, ""]

STRETCH = 0.01
"""Of the longest side of the box."""


def random_positions(bounds: Bounds, count: int, generator: torch.Generator) -> Positions:
    """Uniform in the box."""
    drawn = torch.rand(count, 3, generator=generator, device=generator.device)
    low, high = torch.tensor(bounds.low).to(drawn), torch.tensor(bounds.high).to(drawn)
    return low + (high - low) * drawn


def half_width(bounds: Bounds) -> float:
    """Half of the longest side."""
    return max(high - low for low, high in zip(bounds.low, bounds.high, strict=True)) / 2


def eikonal(field: Field, positions: Positions, width: float) -> Scalar:
    """mean u (width |grad log density| - 1)^2: around surfaces density falls by e within `width` half-widths.

    The eikonal term of Gropp et al. (2020, eq. 2) asks |grad f| = 1 of a distance f. A density is no distance, but
    where a surface is made of density as in VolSDF (Yariv et al. 2021, eq. 2-3), density = a/2 exp(-d / width) outside
    it, so d = - width log density + constant is one. What this term can promise is therefore that all surfaces are
    equally sharp, not that the field becomes a distance: inside, VolSDF's density is flat, and u is 0 there.

    A field that is a distance is asked for mean (|grad d| - 1)^2 itself.
    """
    if isinstance(field, DistanceField):
        lengths: Tensor = field.distance_gradient(positions).norm(dim=-1)
        return (lengths - 1).square().mean()
    density = field.density(positions)
    steepness = field.density_gradient(positions).norm(dim=-1) / density.clamp_min(torch.finfo(density.dtype).tiny)
    error = (width * half_width(field.bounds) * steepness - 1).square()
    return _mean(error, _nearness(field, density))


def smoothness(field: Field, positions: Positions, distance: float, generator: torch.Generator) -> Scalar:
    """mean u |n(p) - n(p + e)|^2, e random and `distance` half-widths long (UNISURF, Oechsle et al. 2021)."""
    drawn = normal_like(positions, positions.shape, generator)
    beside = positions + distance * half_width(field.bounds) * drawn / drawn.norm(dim=-1, keepdim=True)
    here, there = (normals(field.density_gradient(at)) for at in (positions, beside))
    return _mean((here - there).square().sum(-1), _nearness(field, field.density(positions)))


def asymmetry(field: Field, positions: Positions, axis: int) -> Scalar:
    """mean |v(p) - v(mirrored p)|^2 of v = (opacity, opacity x color): how the sides of the middle plane differ."""
    middle = (field.bounds.low[axis] + field.bounds.high[axis]) / 2
    mirrored = positions.clone()
    mirrored[:, axis] = 2 * middle - positions[:, axis]
    return (_premultiplied(field, positions) - _premultiplied(field, mirrored)).square().sum(-1).mean()


def depth_below(field: Field, positions: Positions, height: float) -> Scalar:
    """Mean depth of the points under `height`, in half-widths of the box."""
    coords = field.bounds.normalized(positions)
    return _mean_depth(field, positions, coords[:, 2] < height)


def depth_outside(field: Field, positions: Positions, shape: str, size: float) -> Scalar:
    """Mean depth of the points outside a shape."""
    coords = field.bounds.normalized(positions)
    return _mean_depth(field, positions, ~SHAPES[shape](coords, size))


def _depth(field: Field, density: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    return density * (2 * half_width(field.bounds) * STRETCH)


def _nearness(field: Field, density: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    """1 where half of the light is stopped within a stretch, 0 in the empty and in the solid."""
    clear = torch.exp(-_depth(field, density.detach()))
    return 4 * clear * (1 - clear)


def _premultiplied(field: Field, positions: Positions) -> Float[Tensor, "n 4"]:
    density, color = field.density_and_color(positions)
    opacity = -torch.expm1(-_depth(field, density))[:, None]
    return torch.cat([opacity, opacity * color], dim=-1)


def _mean_depth(field: Field, positions: Positions, where: Bool[Tensor, " n"]) -> Scalar:
    """Depth and not opacity, which has no slope left where it is near 1. 0 where there is no such point."""
    return _mean(_depth(field, field.density(positions)), where.to(positions))


def _mean(values: Float[Tensor, " n"], shares: Float[Tensor, " n"]) -> Scalar:
    return (shares * values).sum() / shares.sum().clamp_min(1e-6)
