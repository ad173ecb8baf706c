"""Features on three planes (EG3D, Chan et al. 2022, arXiv 2112.07945, section 4.1).

F(x, y, z) = F_xy(x, y) + F_xz(x, z) + F_yz(y, z)            each bilinear between cell centers
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .lookup import gather_weighted

PLANES = ((0, 1), (0, 2), (1, 2))
INIT_STD = 0.1
"""Deviation of the features at the start (our choice: EG3D's come from a generator)."""


class TriPlaneEncoding(nn.Module):
    """Three planes of R x R cells; positions in [-1, 1]."""

    def __init__(self, resolution: int, features: int) -> None:
        super().__init__()
        self.resolution, self.width = resolution, features
        self.planes = nn.Parameter(INIT_STD * torch.randn(3, resolution, resolution, features))

    def forward(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n f"]:
        """The sum over the planes."""
        xy, xz, yz = (self._read(plane, coords[:, axes]) for plane, axes in zip(self.planes, PLANES, strict=True))
        return xy + xz + yz

    def _read(self, plane: Float[Tensor, "r r f"], coords: Float[Tensor, "n 2"]) -> Float[Tensor, "n f"]:
        """u = (p + 1) R / 2 - 1/2 in units of cells, clamped to the outermost centers."""
        n = self.resolution
        u = ((coords + 1) * (n / 2) - 0.5).clamp(0, n - 1)
        first = u.detach().floor().clamp(0, n - 2)
        a, b = (u - first).unbind(-1)
        shares = torch.stack([(1 - a) * (1 - b), (1 - a) * b, a * (1 - b), a * b], dim=-1)
        corner = (first[:, 0] * n + first[:, 1]).long()
        return gather_weighted(plane.flatten(0, 1), corner[:, None] + torch.tensor([0, 1, n, n + 1]).to(corner), shares)
