"""Real spherical harmonics above the constant: how a color changes with the side that it is seen from.

Plenoxels (Fridovich-Keil et al. 2022, section 3.1, arXiv 2112.05131) gives each voxel coefficients of them for each
color channel; here they are added to a raw color that stays the mean over all sides, for what has no sides: a mesh.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

FIRST = 0.4886025119029199
"""sqrt(3 / 4 pi)"""
SECOND = (1.0925484305920792, 0.31539156525252005, 0.5462742152960396)
"""sqrt(15 / 4 pi), sqrt(5 / 16 pi), sqrt(15 / 16 pi)"""


def count_harmonics(degree: int) -> int:
    """Counts those of degree 1 to `degree`."""
    return (degree + 1) ** 2 - 1


def harmonics(directions: Float[Tensor, "n 3"], degree: int) -> Float[Tensor, "n b"]:
    """Y_1 to Y_degree of directions of any length; orthonormal over the sphere, and each of mean 0. Differentiable.

    Raises:
        ValueError: a degree above 2.
    """
    if degree > 2:
        raise ValueError(f"Harmonics of degree {degree} are not written here: the highest is 2.")
    x, y, z = F.normalize(directions, dim=-1).unbind(-1)
    values = [FIRST * y, FIRST * z, FIRST * x] if degree else []
    if degree == 2:
        a, b, c = SECOND
        values += [a * x * y, a * y * z, b * (3 * z * z - 1), a * x * z, c * (x * x - y * y)]
    return torch.stack(values, -1) if values else directions.new_zeros(len(directions), 0)
