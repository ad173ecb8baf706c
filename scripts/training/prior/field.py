"""The model: the number of a thing and a code become occupancy and part at any place, in one pass.

A thing has a row in a table: planes of features (see `planes`), how the coarsest ones and the hidden units of a small
network answer to the code. The network is the same for all things:

    x = [planes(p), p]      h1 = relu((1 + s) W1 x + t)      h2 = relu(W2 h1 + b2)      [occupancy, parts] = W3 h2 + b3

with planes = P0 + sum_d code_d P_d (coarse levels) and (s, t) = M0 + sum_d code_d M_d, all of the thing's row. What a
color is has no place here: parts are found, and painted as the words say (see `paint`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ..objects.object_class import MAX_PARTS
from .frames import CODE
from .planes import Level, features_of, plain, read, width_of_row


@dataclass(frozen=True)
class Shape:
    """How large a model is."""

    things: int
    levels: tuple[Level, ...] = ((8, 4), (16, 4), (43, 2))
    coded_levels: int = 1  # of these, how many answer to the code, coarsest first
    coded_draws: int = 3  # by so many of its numbers: more than three has one thing in forty
    hidden: int = 64

    @property
    def planes(self) -> int:
        return width_of_row(self.levels)

    @property
    def coded(self) -> int:
        return width_of_row(self.levels[: self.coded_levels])

    @property
    def row(self) -> int:
        return self.planes + self.coded_draws * self.coded + 2 * self.hidden * (1 + CODE)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Answer(NamedTuple):
    """`occupancy` and `parts` are logits."""

    occupancy: Float[Tensor, "b n"]
    parts: Float[Tensor, "b n k"]


class Field(nn.Module):
    """`table` is no parameter of the optimizer's: rows.py moves the rows that a step saw."""

    table: Float[Tensor, "t w"]
    box: Float[Tensor, "t 3"]

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.first = nn.Linear(features_of(shape.levels) + 3, shape.hidden, bias=False)
        self.second = nn.Linear(shape.hidden, shape.hidden)
        self.last = nn.Linear(shape.hidden, 1 + MAX_PARTS)
        table = torch.zeros(shape.things, shape.row)
        nn.init.uniform_(table[:, : shape.planes], -0.1, 0.1)
        self.register_buffer("table", table)
        self.register_buffer("box", torch.ones(shape.things, 3))

    def forward(self, things: Int[Tensor, " b"], code: Float[Tensor, "b d"], points: Float[Tensor, "b n 3"]) -> Answer:
        """At points in the frames of the things."""
        return self.of_rows(self.table[things], self.box[things], code, points)

    def of_rows(
        self,
        rows: Float[Tensor, "b w"],
        half: Float[Tensor, "b 3"],
        code: Float[Tensor, "b d"],
        points: Float[Tensor, "b n 3"],
        compiled: bool = True,
    ) -> Answer:
        shape, places = self.shape, (points / half[:, None]).contiguous()
        planes, coded, modulation = rows.split(
            (shape.planes, shape.coded_draws * shape.coded, 2 * shape.hidden * (1 + CODE)), dim=1
        )
        by_code = torch.einsum("bd,bdw->bw", code[:, : shape.coded_draws], coded.unflatten(1, (-1, shape.coded)))
        planes = planes + nn.functional.pad(by_code, (0, shape.planes - shape.coded))
        features = (read if compiled else plain)(planes, places, shape.levels)
        with_one = torch.cat([torch.ones_like(code[:, :1]), code], 1)
        scale, shift = torch.einsum("bd,bdh->bh", with_one, modulation.unflatten(1, (1 + CODE, -1))).chunk(2, 1)
        hidden = self.first(torch.cat([features, places], -1))
        hidden = torch.addcmul(shift[:, None], hidden, 1 + scale[:, None]).relu()
        out = self.last(self.second(hidden).relu())
        return Answer(out[..., 0], out[..., 1:])
