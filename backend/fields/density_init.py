"""What is there before the first step, as raw density by the distance from the middle in half-widths of the box.

    density = D softplus(raw) / side,    D = 100

A lattice is filled with it; a network has it added to what it says, as DreamFusion's has (appendix A.2).
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

DENSITY_SCALE = 100.0
"""D. Densities at softplus = 1 stop light within about a hundredth of the box."""
EMPTY_OPACITY = 0.2
"""Opacity of the whole box at the start of a reconstruction: nearly clear, so that no floater is born (DVGO, eq. 8)."""
BLOB_LAMBDA, BLOB_SIGMA = 5.0, 0.2
"""Height and width of DreamFusion's blob (appendix A.2): of the logarithm of density, and in half-widths of the box."""
SJC_SHIFT = -1.0
FOG_PEAK, FOG_SLOPE, FOG_OUTSIDE = -1.5, 4.0, -4.0
"""A thin fog that fills the box, denser in the middle: guidance then carves the object out of it. A small dense ball
grows instead, and stays in every hole and behind every face of its own color, where no picture shows a difference
(seen: a plug in a torus, dents in the faces of a cube)."""

Radii = Float[Tensor, "*n"]


def fog(radius: Radii) -> Radii:
    """A thin fog, densest in the middle: a blob made so wide that it is carved."""
    return (FOG_PEAK - FOG_SLOPE * radius).clamp_min(FOG_OUTSIDE)


def blob(radius: Radii) -> Radii:
    """density = exp(lambda exp(-|p|^2 / (2 sigma^2))) for each half-width: DreamFusion's while its network says 0.

    There the blob is added under an exponential, here raw density goes through a softplus: the density is the same.
    """
    density = torch.exp(BLOB_LAMBDA * torch.exp(-0.5 * (radius / BLOB_SIGMA).square()))
    return torch.log(torch.expm1(2 * density / DENSITY_SCALE))


def even(radius: Radii) -> Radii:
    """density = softplus(-1) for each half-width, everywhere: SJC's start (its code, density_shift)."""
    density = F.softplus(torch.full_like(radius, SJC_SHIFT))
    return torch.log(torch.expm1(2 * density / DENSITY_SCALE))


def empty(radius: Radii) -> Radii:
    """Clear everywhere: a ray through the whole box is stopped with probability EMPTY_OPACITY."""
    initial_density = -math.log1p(-EMPTY_OPACITY) / DENSITY_SCALE
    return torch.full_like(radius, math.log(math.expm1(initial_density)))


def no_density_init(radius: Radii) -> Radii:
    """Nothing is added: what the weights say."""
    return torch.zeros_like(radius)


DENSITY_INITS = {"fog": fog, "blob": blob, "even": even, "empty": empty, "none": no_density_init, "prior": empty}
"""With `prior` it is empty until backend/priors has filled it, which stands above this."""
