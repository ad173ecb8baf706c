"""Features on lattices of many resolutions, the finer ones hashed (Instant-NGP, Mueller et al. 2022, arXiv 2201.05989).

    N_l = floor(N_min b^l),    b = exp((ln N_max - ln N_min) / (L - 1))                            (eq. 2 and 3)
    row(x) = (x_1 pi_1  xor  x_2 pi_2  xor  x_3 pi_3) mod T,   pi = 1, 2654435761, 805459861        (eq. 4)

A lattice whose corners all fit into its table is not hashed. Each level is interpolated trilinearly between corners.
"""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from .lookup import gather_weighted

PRIMES = (1, 2654435761, 805459861)
INIT_RANGE = 1e-4
"""Features begin in U(-1e-4, 1e-4) (section 4)."""
CORNERS = tuple((x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1))


class HashEncoding(nn.Module):
    """A table for each level; positions in [-1, 1]."""

    def __init__(self, levels: int, features: int, log2_table: int, coarsest: int, finest: int) -> None:
        super().__init__()
        self.resolutions = resolutions(levels, coarsest, finest)
        self.rows = [min((n + 1) ** 3, 2**log2_table) for n in self.resolutions]
        tables = [torch.empty(rows, features).uniform_(-INIT_RANGE, INIT_RANGE) for rows in self.rows]
        self.tables = nn.ParameterList(tables)
        self.width = levels * features

    def forward(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n f"]:
        """Features of all levels, the coarsest first."""
        unit = (coords + 1) / 2
        levels = zip(self.tables, self.resolutions, self.rows, strict=True)
        return torch.cat([_level(unit, table, cells, rows) for table, cells, rows in levels], dim=-1)


def resolutions(levels: int, coarsest: int, finest: int) -> list[int]:
    """Cells a side, by equal ratios from the coarsest to the finest (a hair above, against rounding)."""
    ratio = (finest / coarsest) ** (1 / max(1, levels - 1))
    return [int(coarsest * ratio**level + 1e-6) for level in range(levels)]


def table_rows(corners: Int[Tensor, "*n 3"], cells: int, rows: int) -> Int[Tensor, "*n"]:
    """Returns the rows of a lattice's table in which its corners lie (`cells` a side): in order where all fit, else
    hashed."""
    x, y, z = corners.unbind(-1)
    if (cells + 1) ** 3 <= rows:
        return (x * (cells + 1) + y) * (cells + 1) + z
    return (x * PRIMES[0] ^ y * PRIMES[1] ^ z * PRIMES[2]) % rows


def _level(unit: Float[Tensor, "n 3"], table: Float[Tensor, "rows c"], cells: int, rows: int) -> Float[Tensor, "n c"]:
    """Trilinear between the eight corners around u = N x, x in [0, 1]."""
    u = unit * cells
    first = u.detach().floor().clamp(0, cells - 1)
    above = u - first
    corners = torch.tensor(CORNERS, device=unit.device)
    shares = torch.where(corners.bool(), above[:, None], 1 - above[:, None]).prod(-1)
    return gather_weighted(table, table_rows(first.long()[:, None] + corners, cells, rows), shares)
