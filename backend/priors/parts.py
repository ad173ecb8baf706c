"""Which part of an object is where, on a lattice: so that a mesh can be taken apart into hat, scarf and body.

The network says it near the surface; cells farther off are not asked, and have that of the nearest that were.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Bool, UInt8
from numpy import ndarray
from torch import Tensor

from backend.fields.dilation import dilated

from .prior_field import PriorField
from .query import CHUNK, coarse_to_fine, lattice, near_surface

SHELL, SPREAD = 2, 2
"""Cells around the surface that are asked, and how far beyond them their answers are spread."""
NO_PART = 255
ALIKE = 0.5
"""Overlap of what a job has become with what the prior made, below which its parts are no longer where they were."""


@dataclass(frozen=True)
class PartGrid:
    """The number of the part that holds each cell, and the parts' names; two parts of one name are one."""

    index: UInt8[ndarray, "x y z"]
    names: tuple[str, ...]


@torch.no_grad()
def part_grid(answer: PriorField, solid: Bool[ndarray, "x y z"]) -> PartGrid | None:
    """The parts on the lattice of `solid`, where the field is dense; None where that is another shape by now."""
    shape: tuple[int, int, int] = solid.shape
    inside = coarse_to_fine(answer.logit, shape) > 0
    held = torch.from_numpy(solid)
    if float((inside & held).sum()) < ALIKE * float((inside | held).sum()):
        return None
    names = answer.part_names
    unique = tuple(dict.fromkeys(names))
    merged = torch.tensor([unique.index(name) for name in names], dtype=torch.uint8)
    index = torch.full(shape, NO_PART, dtype=torch.uint8)
    near = near_surface(inside, SHELL) | near_surface(held, SHELL)
    for places, chunk in zip(near.nonzero().split(CHUNK), lattice(shape)[near].split(CHUNK), strict=True):
        index[tuple(places.T)] = merged[answer.parts(chunk)[:, : len(names)].argmax(-1)]
    return PartGrid(_spread(index).numpy(), unique)


def _spread(index: UInt8[Tensor, "x y z"]) -> UInt8[Tensor, "x y z"]:
    """Cells without an answer take that of a neighbor, a few times; what is left is the first part's."""
    for _ in range(SPREAD):
        missing = index == NO_PART
        answers = torch.where(missing, 0.0, index.float() + 1)
        found = dilated(answers)
        index = torch.where(missing & (found > 0), (found - 1).to(torch.uint8), index)
    return torch.where(index == NO_PART, torch.zeros_like(index), index)
