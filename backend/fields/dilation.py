"""The largest value around each cell of a lattice: what lies near an inside, near a surface, near what is occupied."""

from __future__ import annotations

import torch
from jaxtyping import Shaped
from torch import Tensor


def dilated(values: Shaped[Tensor, "x y z"], radius: int = 1) -> Shaped[Tensor, "x y z"]:
    """Returns the largest value within `radius` cells along each axis (for booleans: whether any holds).

    A cube of neighbors is three lines of them, one axis after another: on a CPU a tenth of the time of a pooling in
    three dimensions, which looks at all 27.
    """
    for axis in range(3):
        values = _along(values, axis, radius)
    return values


def _along(values: Shaped[Tensor, "x y z"], axis: int, radius: int) -> Shaped[Tensor, "x y z"]:
    largest = values.clone()
    for shift in range(1, min(radius, values.shape[axis] - 1) + 1):
        count = values.shape[axis] - shift
        for here, there in ((0, shift), (shift, 0)):
            seen = largest.narrow(axis, here, count)
            torch.maximum(seen, values.narrow(axis, there, count), out=seen)
    return largest
