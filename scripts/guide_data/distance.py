"""Signed distances of primitives, negative inside, after Quilez, "Distance functions" (iquilezles.org).

Every function takes points `(n, 3)` and returns distances `(n,)`. Objects are Z up. Where a form is only a bound on
the distance (ellipsoid), it is one that never overshoots by much, since sphere tracing steps by this length.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

Points = Float[Tensor, "n 3"]
Distances = Float[Tensor, " n"]


def shifted(points: Points, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Points:
    """Points as seen from a primitive whose centre stands at (x, y, z)."""
    return points - points.new_tensor([x, y, z])


def sphere(points: Points, radius: float) -> Distances:
    return points.norm(dim=-1) - radius


def box(points: Points, half_x: float, half_y: float, half_z: float, rounding: float = 0.0) -> Distances:
    half = points.new_tensor([half_x, half_y, half_z]) - rounding
    return _corner_distance(points.abs() - half) - rounding


def cylinder(points: Points, radius: float, half_height: float) -> Distances:
    """A cylinder along Z."""
    return _corner_distance(torch.stack([_axis_distance(points) - radius, points[:, 2].abs() - half_height], dim=-1))


def torus(points: Points, major: float, minor: float) -> Distances:
    """A ring that lies flat, its axis along Z."""
    return torch.stack([_axis_distance(points) - major, points[:, 2]], dim=-1).norm(dim=-1) - minor


def capsule(points: Points, radius: float, half_length: float) -> Distances:
    """A pill along Z; `half_length` is that of the straight part."""
    z = points[:, 2]
    return (points - torch.stack([0 * z, 0 * z, z.clamp(-half_length, half_length)], dim=-1)).norm(dim=-1) - radius


def cone(points: Points, bottom: float, top: float, half_height: float) -> Distances:
    """A cone along Z, cut flat at both ends, of radius `bottom` below and `top` above."""
    radial, z = _axis_distance(points), points[:, 2]
    rim = torch.where(z < 0, bottom, top)
    to_cap = torch.stack([radial - torch.minimum(radial, rim), z.abs() - half_height], dim=-1)
    slope = points.new_tensor([top - bottom, 2 * half_height])
    from_top = torch.stack([radial - top, z - half_height], dim=-1)
    along = ((-from_top @ -slope) / (slope @ slope)).add(1).clamp(0, 1)  # 0 at the bottom rim, 1 at the top rim
    to_side = torch.stack([radial - bottom, z + half_height], dim=-1) - along[:, None] * slope
    inside = (to_side[:, 0] < 0) & (to_cap[:, 1] < 0)
    nearest = torch.minimum(to_cap.square().sum(-1), to_side.square().sum(-1)).sqrt()
    return torch.where(inside, -nearest, nearest)


def pyramid(points: Points, half_base: float, half_height: float) -> Distances:
    """A square pyramid with its apex up: the planes' distance, a bound that is exact on the faces."""
    slant = points.new_tensor([2 * half_height, half_base]) / (4 * half_height**2 + half_base**2) ** 0.5
    side = points[:, :2].abs().amax(-1) * slant[0] + (points[:, 2] - half_height) * slant[1]
    return torch.maximum(side, -points[:, 2] - half_height)


def prism(points: Points, half_x: float, half_y: float, half_height: float) -> Distances:
    """A gable roof with its ridge along Y: the planes' distance, as for the pyramid."""
    slant = points.new_tensor([2 * half_height, half_x]) / (4 * half_height**2 + half_x**2) ** 0.5
    side = points[:, 0].abs() * slant[0] + (points[:, 2] - half_height) * slant[1]
    return torch.stack([side, -points[:, 2] - half_height, points[:, 1].abs() - half_y]).amax(0)


def ellipsoid(points: Points, radius: float, up: float, down: float) -> Distances:
    """Half an ellipsoid of height `up` upon half of one of depth `down`: |p/r| (|p/r| - 1) / |p/r^2|, first order."""
    vertical = torch.where(points[:, 2] > 0, up, down)
    radii = torch.stack([torch.full_like(vertical, radius)] * 2 + [vertical], dim=-1)
    scaled = (points / radii).norm(dim=-1)
    return scaled * (scaled - 1) / (points / radii.square()).norm(dim=-1).clamp_min(1e-6)


def _axis_distance(points: Points) -> Distances:
    return points[:, :2].norm(dim=-1)


def _corner_distance(excess: Float[Tensor, "n k"]) -> Distances:
    """Distance to a region that is |each coordinate| <= its bound, from how far each exceeds its bound."""
    return excess.clamp_min(0).norm(dim=-1) + excess.amax(-1).clamp_max(0)
