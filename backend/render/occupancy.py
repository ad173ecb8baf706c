"""Which parts of the box are empty, so that nothing is asked there (Instant-NGP, appendix C; nerfacc).

A coarse grid remembers for each cell the highest density seen lately, m <- max(decay m, density at a random point of
the cell). A cell is worth asking when a sample there could be seen: 1 - exp(-m length) > threshold. Cells next to such
a cell are kept too, because density is interpolated across faces. During the warm-up every cell counts as occupied,
but for what was carved away.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from backend.fields.dilation import dilated
from backend.fields.field import Bounds
from backend.random_numbers import uniform_like

Density = Callable[[Float[Tensor, "n 3"]], Float[Tensor, " n"]]

DECAY = 0.6
"""A cell that a settled field left is forgotten after three or four updates. Instant-NGP takes 0.95 over 35 000 steps,
where this makes no difference; of the 400 steps here it would remember 0.95^25 = 28 % of the first to the last."""
UPDATE_EVERY = 16
LARGEST = 1e6
"""What an infinite density is remembered as, in multiples of the least that counts, so that it can be forgotten."""


class OccupancyGrid(nn.Module):
    """Remembered density, and the mask derived from it; both are saved with a checkpoint."""

    density_grid: Float[Tensor, "n n n"]
    occupied: Bool[Tensor, "n n n"]

    def __init__(
        self, bounds: Bounds, resolution: int, threshold: float, length: float, warmup: int, decay: float = DECAY
    ) -> None:
        """`threshold` is the opacity of one sample of `length` meters; `warmup` counts steps."""
        super().__init__()
        self.bounds, self.warmup, self.decay = bounds, warmup, decay
        self._possible: Bool[Tensor, "n n n"] | None = None
        self.least_density = -math.log1p(-min(threshold, 1 - 1e-6)) / length
        self.register_buffer("density_grid", torch.zeros(resolution, resolution, resolution))
        self.register_buffer("occupied", torch.ones(resolution, resolution, resolution, dtype=torch.bool))

    @property
    def resolution(self) -> int:
        """Cells along each axis."""
        return self.occupied.shape[0]

    def at(self, positions: Float[Tensor, "*n 3"]) -> Bool[Tensor, "*n"]:
        """Tells whether the cell around each position is worth asking."""
        n = self.occupied.shape[0]
        cell = ((self.bounds.normalized(positions) + 1) * (n / 2)).long().clamp(0, n - 1)
        return self.occupied.flatten()[(cell[..., 0] * n + cell[..., 1]) * n + cell[..., 2]]

    def covers(self, positions: Float[Tensor, "*n 3"]) -> Bool[Tensor, "*n"]:
        """Tells whether anything is known of each position: there may be a scene around the box."""
        return (self.bounds.normalized(positions).abs() <= 1).all(-1)

    @torch.no_grad()
    def update(self, density: Density, step: int, generator: torch.Generator) -> None:
        """Look again, when it is time to, and decide anew which cells are empty."""
        if step % UPDATE_EVERY != 0:
            return
        fresh = density(self._points(generator)).view_as(self.density_grid)
        fresh = fresh.nan_to_num(0.0, posinf=LARGEST * max(self.least_density, 1.0))  # a NaN would never be forgotten
        self.density_grid.copy_(torch.maximum(self.decay * self.density_grid, fresh))
        if step >= self.warmup:
            self.occupied.copy_(dilated(self.density_grid > self.least_density))
            self._keep_carved()

    def carve(self, possible: Bool[Tensor, "n n n"]) -> None:
        """Has cells that are not `possible` count as empty, now and later, warm-up or not."""
        self._possible = possible
        self._keep_carved()

    def _keep_carved(self) -> None:
        if self._possible is not None:
            self.occupied &= self._possible.to(self.occupied.device)

    def _points(self, generator: torch.Generator) -> Float[Tensor, "n 3"]:
        """A random point of each cell."""
        n = self.density_grid.shape[0]
        device = self.density_grid.device
        corner = torch.cartesian_prod(*[torch.arange(n, device=device)] * 3)
        jitter = uniform_like(corner.float(), generator)
        low, high = (torch.tensor(end, device=device) for end in (self.bounds.low, self.bounds.high))
        return (low + (high - low) * (corner + jitter) / n).to(self.density_grid)
