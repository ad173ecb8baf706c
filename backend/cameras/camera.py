"""Cameras, and the conventions that the whole project keeps.

Right-handed, Z up, meters, as Blender. A camera looks along its local -Z with +Y up (OpenGL / Blender); readers of
data convert OpenCV poses at the door. A pose is camera-to-world. A ray has an origin and a UNIT direction; `t` is
metric along it. Pixel (row 0, column 0) is top left, and its ray goes through the pixel's center. Colors are linear
inside, with straight alpha; angles are in radians.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .distortion import NO_DISTORTION, Distortion, local_rays

DISC = 2 / math.sqrt(12)


@dataclass(frozen=True)
class Rays:
    """Rays of any leading shape; `directions` have unit length. `radii` are those of the pixels' cones a meter away."""

    origins: Float[Tensor, "*batch 3"]
    directions: Float[Tensor, "*batch 3"]
    radii: Float[Tensor, "*batch"] | None = None
    """None where a ray has no width; only fields that see cones ask for it."""
    begin: Float[Tensor, "*batch"] | None = None
    """How far along a ray the first thing may lie that it sees; None: at its origin."""
    end: Float[Tensor, "*batch"] | None = None
    """How far the last thing; None: wherever the field ends."""

    def flat(self) -> Rays:
        return self._each(lambda part: part.flatten(0, self.origins.ndim - 2))

    def to(self, device: torch.device | str) -> Rays:
        return self._each(lambda part: part.to(device))

    def __getitem__(self, index: Tensor | slice) -> Rays:
        return self._each(lambda part: part[index])

    def _each(self, change: Callable[[Tensor], Tensor]) -> Rays:
        parts = (getattr(self, spec.name) for spec in fields(self))
        changed: Iterator[Any] = (None if part is None else change(part) for part in parts)
        return Rays(*changed)


def concatenate(rays: Sequence[Rays]) -> Rays:
    """Flat rays, one after another; without radii or ends when one of them has none."""
    columns = ([getattr(some, spec.name) for some in rays] for spec in fields(Rays))
    whole: Iterator[Any] = (None if any(part is None for part in column) else torch.cat(column) for column in columns)
    return Rays(*whole)


def cone_radii(local: Float[Tensor, "*n 3"], focal: Float[Tensor, "*n"] | float) -> Float[Tensor, "*n"]:
    """Returns the radii of pixels' cones, a meter along each ray (x, y, -1) in the camera (mip-NeRF, section 3.1).

    A disc that varies as much as a square pixel has the radius 2 / sqrt(12) pixels. At depth 1 a pixel is 1 / focal
    wide, and a meter along a slanted ray is the depth 1 / |(x, y, -1)|.
    """
    radii: Float[Tensor, "*n"] = DISC / focal / local.norm(dim=-1)
    return radii


@dataclass(frozen=True)
class Camera:
    """A camera with a pinhole or a real lens. `focal` and `center` are in pixels (x to the right, y down)."""

    pose: Float[Tensor, "4 4"]
    width: int
    height: int
    focal: tuple[float, float]
    center: tuple[float, float]
    distortion: Distortion = NO_DISTORTION

    @staticmethod
    def from_fov(pose: Float[Tensor, "4 4"], width: int, height: int, fov_y: float) -> Camera:
        """A camera with square pixels whose vertical field of view is `fov_y` radians."""
        focal = 0.5 * height / math.tan(0.5 * fov_y)
        return Camera(pose, width, height, (focal, focal), (width / 2, height / 2))

    def resized(self, width: int, height: int) -> Camera:
        """The same view with other pixel counts."""
        x, y = width / self.width, height / self.height
        return replace(
            self,
            width=width,
            height=height,
            focal=(self.focal[0] * x, self.focal[1] * y),
            center=(self.center[0] * x, self.center[1] * y),
        )

    def band(self, first: int, rows: int) -> Camera:
        """Some rows of the picture."""
        return replace(self, height=rows, center=(self.center[0], self.center[1] - first))

    def rays(self) -> Rays:
        """One ray for each pixel: shape (height, width, 3)."""
        rows, columns = torch.meshgrid(torch.arange(self.height), torch.arange(self.width), indexing="ij")
        return self.rays_at(rows, columns)

    def rays_at(self, rows: Int[Tensor, " *n"], columns: Int[Tensor, " *n"]) -> Rays:
        """Rays through the centers of the given pixels."""
        x = (columns.to(self.pose) + 0.5 - self.center[0]) / self.focal[0]
        y = (rows.to(self.pose) + 0.5 - self.center[1]) / self.focal[1]
        local = self._local(torch.stack([x, y], dim=-1))
        directions = torch.nn.functional.normalize(local @ self.pose[:3, :3].T, dim=-1)
        return Rays(self.pose[:3, 3].expand_as(directions), directions, cone_radii(local, self.focal[0]))

    def _local(self, drawn: Float[Tensor, "*n 2"]) -> Float[Tensor, "*n 3"]:
        if self.distortion.none:
            x, y = drawn.unbind(-1)
            return torch.stack([x, -y, -torch.ones_like(x)], dim=-1)
        flat = drawn.reshape(-1, 2)
        rows = torch.tensor([self.distortion.row]).to(drawn).expand(len(flat), -1)
        fisheye = torch.full((len(flat),), self.distortion.fisheye)
        return local_rays(flat, rows, fisheye).reshape(*drawn.shape[:-1], 3)
