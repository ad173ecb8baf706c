"""Adam for the rows of a table that a step saw (as torch's SparseAdam), and an average of them.

Each row counts its own steps, so that one seen seldom is neither moved by old momentum nor corrected too little.
"""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor

BETAS, EPSILON = (0.9, 0.99), 1e-10


class RowAdam:
    """Moves rows of `table` in place."""

    def __init__(self, table: Float[Tensor, "t w"]) -> None:
        self.table = table
        self.mean, self.square = torch.zeros_like(table), torch.zeros_like(table)
        self.average = table.clone()
        self.steps = torch.zeros(len(table), dtype=torch.long)

    @torch.no_grad()
    def step(self, things: Int[Tensor, " b"], gradient: Float[Tensor, "b w"], rate: float, decay: float) -> None:
        """`things` are all different."""
        self.steps[things] += 1
        steps = self.steps[things, None].float()
        mean = self.mean[things].lerp_(gradient, 1 - BETAS[0])
        square = self.square[things].lerp_(gradient.square(), 1 - BETAS[1])
        move = (mean / (1 - BETAS[0] ** steps)) / ((square / (1 - BETAS[1] ** steps)).sqrt_().add_(EPSILON))
        rows = self.table[things].sub_(move, alpha=rate)
        follow = torch.clamp((1 + steps) / (10 + steps), max=decay)
        self.average[things] = self.average[things].lerp_(rows, (1 - follow).expand_as(rows))
        self.mean[things], self.square[things], self.table[things] = mean, square, rows

    def state_dict(self) -> dict[str, Tensor]:
        return {name: getattr(self, name) for name in ("mean", "square", "average", "steps")}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        for name, value in state.items():
            getattr(self, name).copy_(value)
