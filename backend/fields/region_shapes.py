"""Where a region is, as a distance: turned boxes, and shapes that are cells of one.

box     d(p) = |max(q, 0)| + min(max q, 0),    q = |R^T (p - center)| - half        (exact; Quilez, "3D SDFs")
cells   distance between centers of cells, less half a cell; exact for the cells' centers by one pass along each
        axis, the lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012, section 2), trilinear between
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.config import RegionConfig, cells_of
from backend.random_numbers import uniform_like

from .trilinear import interpolate


class Shape(Protocol):
    """Part of space."""

    def distance(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Distance to the surface, in the units of the positions; negative inside."""
        ...

    def sample(self, count: int, generator: torch.Generator) -> Float[Tensor, "n 3"]:
        """Random points inside, uniform; drawn on the processor."""
        ...

    def touches(self, centers: Float[Tensor, "n 3"], reach: Float[Tensor, " 3"]) -> Bool[Tensor, " n"]:
        """Tells which boxes of these half sides along the axes may have a point inside: all that have, and some near
        by."""
        ...

    def contains(self, centers: Float[Tensor, "n 3"], reach: Float[Tensor, " 3"]) -> Bool[Tensor, " n"]:
        """Tells which of them lie wholly inside, as far as can be told: none that does not."""
        ...


@dataclass(frozen=True)
class TurnedBox:
    """A box with axes of its own."""

    axes: Float[Tensor, "3 3"]
    """Unit vectors along its sides, as columns."""
    center: Float[Tensor, " 3"]
    half: Float[Tensor, " 3"]

    def local(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Positions from the middle, along the sides."""
        return (positions - self.center.to(positions)) @ self.axes.to(positions)

    def world(self, local: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Takes such positions back."""
        return local @ self.axes.to(local).T + self.center.to(local)

    def distance(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        beyond = self.local(positions).abs() - self.half.to(positions)
        distance: Tensor = beyond.clamp_min(0).norm(dim=-1) + beyond.amax(-1).clamp_max(0)
        return distance

    def sample(self, count: int, generator: torch.Generator) -> Float[Tensor, "n 3"]:
        drawn = uniform_like(torch.empty(count, 3), generator)
        return self.world((2 * drawn - 1) * self.half.to(drawn))

    def touches(self, centers: Float[Tensor, "n 3"], reach: Float[Tensor, " 3"]) -> Bool[Tensor, " n"]:
        return (self.local(centers).abs() < (self.half + self._along(reach)).to(centers)).all(-1)

    def contains(self, centers: Float[Tensor, "n 3"], reach: Float[Tensor, " 3"]) -> Bool[Tensor, " n"]:
        return (self.local(centers).abs() <= (self.half - self._along(reach)).to(centers)).all(-1)

    def _along(self, reach: Float[Tensor, " 3"]) -> Float[Tensor, " 3"]:
        """Half of what a box of these half sides covers along each axis of this one."""
        return self.axes.abs().T @ reach.to(self.axes)


@dataclass(frozen=True)
class Cells:
    """Those cells of a box that a shape fills."""

    box: TurnedBox
    filled: Bool[Tensor, "x y z"]
    distances: Float[Tensor, "x+2 y+2 z+2 1"]
    """At the cells' centers, with a layer of empty cells around them."""

    @classmethod
    def of(cls, box: TurnedBox, filled: Bool[Tensor, "x y z"]) -> Cells:
        """The shape of these cells of the box, z running fastest."""
        sides = 2 * box.half / torch.tensor(filled.shape).to(box.half)
        return cls(box, filled, signed_distances(filled, sides)[..., None])

    def distance(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Outside of the lattice that of the nearest point in it and the way there, which may be too much."""
        counts = torch.tensor(self.filled.shape).to(positions)
        reach = self.box.half.to(positions) * (counts + 2) / counts
        local = self.box.local(positions)
        inside = local.clamp(-reach, reach)
        known = interpolate(self.distances.to(positions), inside / reach)[:, 0]
        distance: Tensor = known + (local - inside).norm(dim=-1)
        return distance

    def sample(self, count: int, generator: torch.Generator) -> Float[Tensor, "n 3"]:
        cells = self.filled.nonzero()
        chosen = cells[torch.randint(len(cells), (count,), generator=generator)]
        within = chosen + uniform_like(torch.empty(count, 3), generator)
        return self.box.world((2 * within / torch.tensor(self.filled.shape) - 1) * self.box.half.to(within))

    def touches(self, centers: Float[Tensor, "n 3"], reach: Float[Tensor, " 3"]) -> Bool[Tensor, " n"]:
        return self.distance(centers) < float(reach.norm())

    def contains(self, centers: Float[Tensor, "n 3"], reach: Float[Tensor, " 3"]) -> Bool[Tensor, " n"]:
        return self.distance(centers) <= -float(reach.norm())


def shape_of(region: RegionConfig, from_scene: Float[Tensor, "4 4"]) -> Shape:
    """The shape of a region of the scene, where `from_scene` (turned, moved and evenly scaled) brings it."""
    matrix = from_scene.double() @ torch.tensor(region.box.to_scene, dtype=torch.float64)
    scale = matrix[:3, :3].det().abs() ** (1 / 3)
    center = matrix[:3, :3] @ torch.tensor(region.center).double() + matrix[:3, 3]
    half = torch.tensor(region.size).double() / 2 * scale
    box = TurnedBox((matrix[:3, :3] / scale).float(), center.float(), half.float())
    if not region.cells:
        return box
    shape, bits = cells_of(region.cells)
    filled = np.unpackbits(np.frombuffer(bits, np.uint8))[: np.prod(shape)].reshape(shape).astype(bool)
    return Cells.of(box, torch.from_numpy(filled))


def signed_distances(filled: Bool[Tensor, "x y z"], sides: Float[Tensor, " 3"]) -> Float[Tensor, "x+2 y+2 z+2"]:
    """Returns distances from the surface of cells with these sides at their centers, negative in those that are
    filled; with a layer of empty cells around."""
    padded = torch.zeros([count + 2 for count in filled.shape], dtype=torch.bool)
    padded[1:-1, 1:-1, 1:-1] = filled
    half = float(sides.min()) / 2
    outside, inside = (_squared_distances(mask, sides).sqrt() - half for mask in (padded, ~padded))
    return torch.where(padded, -inside, outside)


def _squared_distances(mask: Bool[Tensor, "x y z"], sides: Float[Tensor, " 3"]) -> Float[Tensor, "x y z"]:
    """Returns the square of the distance to the nearest center of a cell of the mask: min_j (f(j) + h^2 (i - j)^2),
    axis after axis."""
    farther = 2 * (sides * torch.tensor(mask.shape)).square().sum()  # than any two cells are apart
    squares = torch.where(mask, torch.zeros(()), farther)
    for axis, side in enumerate(sides.tolist()):
        along = squares.movedim(axis, 0)
        steps = torch.arange(len(along), dtype=along.dtype)
        ways = (side * (steps[:, None] - steps)).square()
        squares = torch.stack([(along + way[:, None, None]).amin(0) for way in ways]).movedim(0, axis)
    return squares
