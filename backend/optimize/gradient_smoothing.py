"""A blur of a lattice's gradients before Adam's step: descent in a smoother inner product (Sobolev gradients).

    g' = (B_x B_y B_z)^n g        B = [1, 2, 1] / 4 along an axis, 0 beyond the lattice

Score distillation's gradient is noise from one step to the next, and Adam gives every voxel a step of the same size,
however weak its gradient: surfaces come out like gravel. Noise of neighbors cancels under B, shape does not. The same
idea makes meshes smooth in "Large Steps in Inverse Rendering of Geometry" (Nicolet et al. 2021, section 3), which
solves (I + lambda L) g' = g; on a lattice a few passes of B are its Gaussian sibling, of variance n / 2 voxels^2.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from backend.fields.field import Field
from backend.guidance.regularizers.total_variation import Lattice


def smooth_gradients(field: Field, passes: int) -> None:
    """Blurs the gradients in place; fields without a lattice keep theirs."""
    if passes == 0 or not isinstance(field, Lattice):
        return
    for volume in field.volumes().values():
        if volume.grad is not None:
            volume.grad = smoothed(volume.grad, passes)


@torch.no_grad()
def smoothed(values: Float[Tensor, "x y z c"], passes: int) -> Float[Tensor, "x y z c"]:
    """n passes of B along each axis."""
    for axis in (0, 1, 2) * passes:
        values = _blurred(values, axis)
    return values


def _blurred(values: Float[Tensor, "x y z c"], axis: int) -> Float[Tensor, "x y z c"]:
    inner = values.shape[axis] - 1
    blurred = values / 2
    blurred.narrow(axis, 1, inner).add_(values.narrow(axis, 0, inner), alpha=0.25)
    blurred.narrow(axis, 0, inner).add_(values.narrow(axis, 1, inner), alpha=0.25)
    return blurred
