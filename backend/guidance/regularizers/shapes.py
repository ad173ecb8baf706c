"""Shapes that a field may be kept inside, in half-widths of the box, so that they stretch with it."""

from __future__ import annotations

from jaxtyping import Bool, Float
from torch import Tensor

Places = Float[Tensor, "n 3"]


def in_ball(coords: Places, size: float) -> Bool[Tensor, " n"]:
    within: Tensor = coords.norm(dim=-1) <= size
    return within


def in_box(coords: Places, size: float) -> Bool[Tensor, " n"]:
    return coords.abs().amax(-1) <= size


def in_cylinder(coords: Places, size: float) -> Bool[Tensor, " n"]:
    """Upright, as high as it is wide."""
    within: Tensor = (coords[:, :2].norm(dim=-1) <= size) & (coords[:, 2].abs() <= size)
    return within


SHAPES = {"ball": in_ball, "box": in_box, "cylinder": in_cylinder}
