"""What a step sees: some things, each once, a few instances of each, and a few of the points of each instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from .frames import CODE, NAMES
from .shards import Points, read_manifest, read_points
from .volumes import NO_PART

OBJECTS, INSTANCES, POINTS = 16, 2, 1024


@dataclass(frozen=True)
class Batch:
    """`part` is NO_PART where no color is seen."""

    things: Int[Tensor, " b"]
    code: Float[Tensor, "b i d"]
    points: Float[Tensor, "b i n 3"]
    inside: Float[Tensor, "b i n"]
    part: Int[Tensor, "b i n"]


class Data:
    """The points that there are, by the number of the thing; looks again for more when told to."""

    def __init__(self, cache: Path, names: Sequence[str] = NAMES) -> None:
        self.cache, self.names = cache, tuple(names)
        self.points: dict[int, Points] = {}
        self.half = torch.ones(len(self.names), 3)
        self._files: dict[int, tuple[str, ...]] = {}
        self.reload()

    def reload(self) -> None:
        """Reads what the manifest lists and is not read yet."""
        listed = read_manifest(self.cache)
        for number, name in enumerate(self.names):
            files = tuple(listed[name]["files"]) if name in listed else ()
            if files and files != self._files.get(number):
                self.points[number], self._files[number] = read_points(self.cache, files), files
                self.half[number] = torch.tensor(listed[name]["half"])

    def draw(self, step: int, things: int = OBJECTS, instances: int = INSTANCES, points: int = POINTS) -> Batch:
        """That of this step, the same for the same data; every thing comes once before any comes again."""
        draw = np.random.default_rng((20, step))
        chosen = self._turn(step, things)
        code = np.empty((len(chosen), instances, CODE), np.float32)
        where = np.empty((len(chosen), instances, points, 3), np.float16)
        holder, part = (np.empty((len(chosen), instances, points), np.uint8) for _ in range(2))
        for place, number in enumerate(chosen):
            of = self.points[number]
            for k, instance in enumerate(draw.integers(len(of), size=instances)):
                start = draw.integers(of.points.shape[1])
                some = (start + _stride(of.points.shape[1]) * np.arange(points)) % of.points.shape[1]
                code[place, k], where[place, k] = of.code[instance], of.points[instance, some]
                holder[place, k], part[place, k] = of.holder[instance, some], of.part[instance, some]
        seen = torch.from_numpy(part).long()
        return Batch(
            torch.tensor(chosen), torch.from_numpy(code), torch.from_numpy(where).float(),
            torch.from_numpy(holder > 0).float(), seen,
        )  # fmt: skip

    def _turn(self, step: int, things: int) -> list[int]:
        """Things in a new order each time round; a turn that is too short at the end is left out."""
        numbers = sorted(self.points)
        things = min(things, len(numbers))
        turns = len(numbers) // things
        order = np.random.default_rng((21, step // turns)).permutation(numbers)
        return [int(number) for number in order[step % turns * things :][:things]]


def _stride(points: int) -> int:
    """An odd number near the golden section: steps of it go through all of a power of two, near ones and others."""
    return int(0.618 * points) | 1


def has_part(batch: Batch) -> Tensor:
    return batch.part != NO_PART
