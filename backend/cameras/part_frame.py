"""Where things of the scene are in a job's field, and the cube that cameras look at where a part is made anew."""

from __future__ import annotations

import itertools

import torch
from jaxtyping import Float
from torch import Tensor

from backend.config import REDO, JobConfig, RegionConfig

MARGIN = 1.25
"""The cube around a part is this much larger: what it stands on is seen with it."""


def scene_to_field(config: JobConfig) -> Float[Tensor, "4 4"]:
    """The way from the scene into the field: the box is turned back; for words alone the largest cube in it is the unit
    cube."""
    matrix: Tensor = torch.linalg.inv(torch.tensor(config.bounds.to_scene, dtype=torch.float64))
    if config.uses_photos:
        return matrix
    scaled = torch.eye(4, dtype=torch.float64)
    scaled[:3, :3] *= 2 / min(config.bounds.size)
    scaled[:3, 3] = -2 / min(config.bounds.size) * torch.tensor(config.bounds.center, dtype=torch.float64)
    both: Tensor = scaled @ matrix
    return both


def part_cube(config: JobConfig) -> tuple[tuple[float, float, float], float] | None:
    """The middle and the half-width, in the field, of a cube around what is made anew; None where the whole is looked
    at."""
    parts = config.regions.of_kind(REDO)
    if not parts or not config.regions.look_at_part:
        return None
    points = torch.cat([corners_of(part) for part in parts])
    matrix = scene_to_field(config)
    points = points @ matrix[:3, :3].T + matrix[:3, 3]
    low, high = points.amin(0), points.amax(0)
    x, y, z = ((low + high) / 2).tolist()
    return (x, y, z), MARGIN * float((high - low).max()) / 2


def corners_of(region: RegionConfig) -> Float[Tensor, "8 3"]:
    """The corners of a region's box in the scene."""
    unit = torch.tensor(list(itertools.product((-0.5, 0.5), repeat=3)), dtype=torch.float64)
    turn = torch.tensor(region.box.to_scene, dtype=torch.float64)[:3, :3]
    return unit * torch.tensor(region.size) @ turn.T + torch.tensor(region.center)
