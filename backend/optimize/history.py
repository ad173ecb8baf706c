"""What every step reported, as curves: kept with the checkpoint, so that a resumed job has them whole."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

LOSS = "loss"


class History:
    """Numbers by name and step. A name that a step did not report has NaN there."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self._columns: dict[str, list[float]] = {}

    def add(self, step: int, values: dict[str, float]) -> None:
        """The numbers of one step."""
        for name in values.keys() - self._columns.keys():
            self._columns[name] = [math.nan] * len(self.steps)
        self.steps.append(step)
        for name, column in self._columns.items():
            column.append(values.get(name, math.nan))

    def column(self, name: str) -> list[float]:
        return self._columns[name]

    @property
    def names(self) -> list[str]:
        return list(self._columns)

    def tensors(self) -> dict[str, Float[Tensor, " n"]]:
        """Returns the curves for a checkpoint."""
        columns = {name: torch.tensor(column, dtype=torch.float32) for name, column in self._columns.items()}
        return {"steps": torch.tensor(self.steps, dtype=torch.int32), **{f"of.{n}": c for n, c in columns.items()}}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Takes back what `tensors` gave; a checkpoint of before there were curves gives none."""
        self.steps = tensors["steps"].tolist() if "steps" in tensors else []
        self._columns = {n.removeprefix("of."): c.tolist() for n, c in tensors.items() if n.startswith("of.")}
