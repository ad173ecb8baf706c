"""Where a camera stands: on an orbit about the origin, looking at it.

Right-handed, Z up; the camera looks along its local -Z and X is to its right. Azimuth 0 is the front view, from -Y,
as Blender's; azimuth 90 degrees looks from +X. Angles in radians.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, tan

import torch
from jaxtyping import Float
from torch import Tensor

FIELD_OF_VIEW = radians(40.0)
DISTANCES = (3.0, 3.4)
ELEVATIONS = (radians(-20.0), radians(75.0))


@dataclass(frozen=True)
class Orbit:
    """A batch of cameras."""

    azimuth: Float[Tensor, " b"]
    elevation: Float[Tensor, " b"]
    distance: Float[Tensor, " b"]

    def position(self) -> Float[Tensor, "b 3"]:
        """r (sin a cos e, -cos a cos e, sin e)."""
        flat = self.elevation.cos()
        towards = torch.stack([self.azimuth.sin() * flat, -self.azimuth.cos() * flat, self.elevation.sin()], dim=-1)
        return self.distance[:, None] * towards

    def axes(self) -> Float[Tensor, "b 3 3"]:
        """Rows: the camera's right, up and backward (local X, Y, Z) in the world."""
        backward = torch.nn.functional.normalize(self.position(), dim=-1)
        right = torch.stack([self.azimuth.cos(), self.azimuth.sin(), torch.zeros_like(self.azimuth)], dim=-1)
        return torch.stack([right, torch.linalg.cross(backward, right), backward], dim=1)


def random_orbit(count: int, generator: torch.Generator, distances: tuple[float, float] = DISTANCES) -> Orbit:
    """Cameras uniform in azimuth, elevation and distance."""
    uniform = torch.rand(3, count, generator=generator)
    low_e, high_e = ELEVATIONS
    low_d, high_d = distances
    elevation = low_e + uniform[1] * (high_e - low_e)
    return Orbit(2 * torch.pi * uniform[0], elevation, low_d + uniform[2] * (high_d - low_d))


def pixel_rays(orbit: Orbit, resolution: int) -> tuple[Float[Tensor, "b n 3"], Float[Tensor, "b n 3"]]:
    """Origins and unit directions through pixel centers, rows from the top of the image."""
    half = tan(FIELD_OF_VIEW / 2)
    across = ((torch.arange(resolution) + 0.5) / resolution * 2 - 1) * half
    down, right = torch.meshgrid(-across, across, indexing="ij")
    local = torch.stack([right, down, -torch.ones_like(right)], dim=-1).reshape(-1, 3)
    directions = torch.nn.functional.normalize(local @ orbit.axes(), dim=-1)
    return orbit.position()[:, None].expand_as(directions), directions
