"""Where a job's field lies: the box that is optimized, how it comes into the scene, and where a person looks from."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Camera
from backend.cameras.orbit import look_at, orbit_position
from backend.config import JobConfig
from backend.data.dataset import Dataset
from backend.export.grid import Grid
from backend.fields.field import UNIT_CUBE, Bounds

PREVIEW_AZIMUTH, PREVIEW_ELEVATION = math.radians(30), math.radians(20)


def field_bounds(config: JobConfig) -> Bounds:
    """The unit cube for a prompt; the user's own box where there are pictures."""
    if not config.uses_photos:
        return UNIT_CUBE
    x, y, z = ((c - s / 2, c + s / 2) for c, s in zip(config.bounds.center, config.bounds.size, strict=True))
    return Bounds((x[0], y[0], z[0]), (x[1], y[1], z[1]))


def to_scene(config: JobConfig) -> list[list[float]]:
    """Field space to scene meters, the box not turned: the unit cube is scaled to the box's smallest side and centered
    in it."""
    matrix = torch.eye(4, dtype=torch.float64)
    if not config.uses_photos:
        matrix[:3, :3] *= min(config.bounds.size) / 2
        matrix[:3, 3] = torch.tensor(config.bounds.center, dtype=torch.float64)
    return matrix.tolist()


def to_box_frame(config: JobConfig, dataset: Dataset) -> Dataset:
    """Pictures of the scene with their cameras as the box's own frame has them."""
    inverse = torch.linalg.inv(_box_to_scene(config))
    return replace(dataset, train=dataset.train.transformed(inverse), held_out=dataset.held_out.transformed(inverse))


def with_box_rotation(config: JobConfig, grid: Grid) -> Grid:
    """The grid with the box's turn in its transform, for who places it by that alone."""
    return replace(grid, transform=(_box_to_scene(config) @ torch.tensor(grid.transform).double()).tolist())


def scene_to_field(config: JobConfig) -> Float[Tensor, "4 4"]:
    """Meters of the scene, in which the box may be turned, to the field's own space; in double precision."""
    placed = torch.tensor(to_scene(config), dtype=torch.float64)
    inverse: Tensor = torch.linalg.inv(_box_to_scene(config) @ placed)
    return inverse


def _box_to_scene(config: JobConfig) -> Float[Tensor, "4 4"]:
    return torch.tensor(config.bounds.to_scene, dtype=torch.float64)


def preview_camera(config: JobConfig, size: int) -> Camera:
    """Returns a camera in front, a little to the right and above, far enough to see the whole box."""
    bounds, fov = field_bounds(config), math.radians(config.orbit.fov_degrees)
    low, high = torch.tensor(bounds.low), torch.tensor(bounds.high)
    half, center = float((high - low).max()) / 2, (low + high) / 2
    distance = half * (config.orbit.radius_low + config.orbit.radius_high) / 2
    position = center + orbit_position(PREVIEW_AZIMUTH, PREVIEW_ELEVATION, distance)
    return Camera.from_fov(look_at(position, center), size, size, fov)
