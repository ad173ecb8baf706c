"""One thing that a model is asked for: a field of logits and parts over [-1, 1]^3, and colors as the words say."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from ..objects.object_class import OBJECT_CLASSES
from .captions import Wanted
from .field import Field
from .frames import CODE, code_of, parts_of
from .paint import Slots, colors
from .query import OUTSIDE

TALL, SHORT, SMALL = 1.5, 0.6, 0.5  # the middle of what the world means by these words
SIZES = {"": (1.0, 1.0, 1.0), "tall": (1 / TALL, 1 / TALL, 1.0), "short": (1.0, 1.0, SHORT), "small": (SMALL,) * 3}
STEP = 0.01  # of the differences that normals are made of


def drawn_code(seed: int) -> Float[ndarray, " d"]:
    """Uniform, as the draws of the world are: any code is right."""
    return np.random.default_rng(seed).uniform(-1, 1, CODE).astype(np.float32)


def slots_of(name: str) -> Slots:
    """Names and own colors of the parts, in the model's order."""
    return [(part.name, part.color) for part in parts_of(OBJECT_CLASSES[name], code_of(OBJECT_CLASSES[name], 0))]


@dataclass(frozen=True)
class Asked:
    """`number` is that of the thing in the model; `moved` and `scaled` lead from points here to the thing's frame."""

    model: Field
    number: int
    code: Float[ndarray, " d"]
    wanted: Wanted
    moved: Float[Tensor, " 3"] = field(default_factory=lambda: torch.zeros(3))
    scaled: Float[Tensor, " 3"] = field(default_factory=lambda: torch.ones(3))

    @torch.no_grad()
    def logits(self, points: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        places = self._positions(points)
        found = self._answer(places)[0][0]
        return torch.where((places.abs() <= self._box()).all(-1), found, OUTSIDE)

    @torch.no_grad()
    def chances(self, points: Float[Tensor, "n 3"]) -> Float[Tensor, "n k"]:
        """Of the parts."""
        count = len(slots_of(self.wanted.thing))
        return self._answer(self._positions(points))[1][0, :, :count].softmax(-1)

    def normals(self, points: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Outwards."""
        sides = (STEP * torch.eye(3)[axis] for axis in range(3))
        rise = torch.stack([self.logits(points + side) - self.logits(points - side) for side in sides], -1)
        return -torch.nn.functional.normalize(rise, dim=-1)

    def colors(self, points: Float[Tensor, "n 3"]) -> Float[ndarray, "n 3"]:
        """Linear."""
        thing = OBJECT_CLASSES[self.wanted.thing]
        at = (self.chances(points), points, self.normals(points))
        return colors(self.wanted, slots_of(thing.name), thing.natural, *(value.numpy() for value in at))

    def _positions(self, points: Tensor) -> Tensor:
        return (points * self.scaled + self.moved) / torch.tensor(SIZES.get(self.wanted.size, SIZES[""]))

    def _box(self) -> Tensor:
        return self.model.box[self.number]

    def _answer(self, places: Tensor) -> tuple[Tensor, Tensor]:
        things, code = torch.tensor([self.number]), torch.from_numpy(self.code)[None]
        answer: tuple[Tensor, Tensor] = self.model(things, code, places[None])
        return answer
