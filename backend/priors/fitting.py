"""An object in its box: in the middle, and as large as all objects are, by what the field itself says is inside."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from .query import Query, coarse_to_fine

REACH, FIT_CELLS = 0.96, 64
"""An object's size in its box, as the embedded models draw it: the mean of its farthest point's distance from the
middle and of its box's corner. The first alone would make a ball 1.7 times as wide as a cube, the second leave it
small."""
SIZES = {"": (1.0, 1.0, 1.0), "tall": (1 / 1.5, 1 / 1.5, 1.0), "short": (1.0, 1.0, 0.6)}
SMALL = 0.5


@dataclass(frozen=True)
class Frame:
    """From [-1, 1]^3 of the field's box to the object's frame: positions are stretched, then moved."""

    stretch: Float[Tensor, " 3"]
    middle: Float[Tensor, " 3"]

    def positions(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        return coords * self.stretch.to(coords) + self.middle.to(coords)


@torch.no_grad()
def fitted(logit: Query, size: str = "") -> Frame:
    """Returns where the object goes whose logit of being inside this is, at positions of its own frame."""
    ratio = torch.tensor(SIZES.get(size, SIZES[""]))
    held = without_specks(coarse_to_fine(lambda coords: logit(coords / ratio), (FIT_CELLS,) * 3) > 0)
    if not held.any():
        return Frame(1 / ratio, torch.zeros(3))
    centers, half_cell = (held.nonzero().float() + 0.5) * (2 / FIT_CELLS) - 1, 1 / FIT_CELLS
    low, high = centers.amin(0) - half_cell, centers.amax(0) + half_cell
    middle = (low + high) / 2
    farthest = (centers - middle).norm(dim=-1).max() + half_cell
    shrunk = SMALL if size == "small" else 1.0
    scale = 2 * REACH * shrunk / (farthest + (high - middle).norm())
    return Frame(1 / (scale * ratio), middle / ratio)


def without_specks(held: Bool[Tensor, "x y z"]) -> Bool[Tensor, "x y z"]:
    """Without cells that touch no other: one of them at the edge of the box would make all the rest small."""
    around = F.avg_pool3d(held.float()[None, None], 3, 1, 1, divisor_override=1)[0, 0]
    return held & (around > 1.5)
