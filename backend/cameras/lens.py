"""Blender's lenses as rays through a field: perspective and orthographic, shifted, clipped, with oblong pixels.

A place in the picture is (x, y) at depth 1 of a perspective lens, or in meters of an orthographic one. With the affine
map M = (A | b) from the camera to the field, what lies at depth z behind it is

    perspective     M (x z, y z, -z)  =  b + z A (x, y, -1)
    orthographic    M (x, y, -z)      =  A (x, y, 0) + b + z A (0, 0, -1)

so z = t / |A (x, y, -1)|, or t / |A (0, 0, -1)|, for a ray of unit direction: depth along the view axis in the camera's
own meters, whatever M does to lengths and angles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from .camera import DISC, Rays


@dataclass(frozen=True)
class LensRays:
    """One ray for each pixel (h, w, 3), and what makes depths of distances along them: z = first + t / slant."""

    rays: Rays
    slant: Float[Tensor, "h w"]
    first: float

    def depth(self, t: Float[Tensor, "h w"]) -> Float[Tensor, "h w"]:
        """Returns depths along the view axis, in the camera's meters, of distances `t` along the rays."""
        return self.first + t / self.slant.to(t)


@dataclass(frozen=True)
class Lens:
    """A camera by any affine map; row 0 is the top one, and rays go through the pixels' centers."""

    pose: Float[Tensor, "4 4"]
    """Camera to field, in double precision."""
    width: int
    height: int
    orthographic: bool
    corner: tuple[float, float]
    """The picture's left and top edge: x and y."""
    pixel: tuple[float, float]
    """Width and height of a pixel."""
    clip: tuple[float, float]
    """Nearest and farthest depth that is seen."""
    first: float = 0.0
    """Depth at which the rays of an orthographic lens begin."""

    @staticmethod
    def of(
        pose: Float[Tensor, "4 4"],
        width: int,
        height: int,
        span: float,
        *,
        orthographic: bool = False,
        shift: tuple[float, float] = (0.0, 0.0),
        clip: tuple[float, float] = (0.0, math.inf),
        pixel_aspect: float = 1.0,
    ) -> Lens:
        """Makes a lens of what a camera is described by.

        Args:
            pose: the affine map from the camera to the field (4, 4).
            width, height: pixels of the picture.
            span: the picture's width: at depth 1 of a perspective lens, in meters of an orthographic one.
            orthographic: whether all rays are parallel.
            shift: of the picture against the view axis, to the right and upwards, in widths of the picture.
            clip: nearest and farthest depth that is seen, in the camera's meters.
            pixel_aspect: a pixel's height over its width.
        """
        pixel = (span / width, span / width * pixel_aspect)
        left, top = -span / 2 + shift[0] * span, pixel[1] * height / 2 + shift[1] * span
        return Lens(pose.double(), width, height, orthographic, (left, top), pixel, clip)

    def through(self, matrix: Float[Tensor, "4 4"]) -> Lens:
        """The same camera in other coordinates: `matrix` maps what its pose maps to into them."""
        return replace(self, pose=matrix.double() @ self.pose)

    def starting_before(self, corners: Float[Tensor, "8 3"]) -> Lens:
        """The same, with rays that begin no farther off than needed: single precision ends a little behind a box.

        A perspective lens is a point, where its rays must begin; an orthographic one may stand anywhere.
        """
        if not self.orthographic:
            return self
        local = (corners.double() - self.pose[:3, 3]) @ torch.linalg.inv(self.pose[:3, :3]).T
        return replace(self, first=max(self.clip[0], float((-local[:, 2]).min())))

    def resized(self, width: int, height: int) -> Lens:
        """The same view with other pixel counts."""
        pixel = (self.pixel[0] * self.width / width, self.pixel[1] * self.height / height)
        return replace(self, width=width, height=height, pixel=pixel)

    def band(self, first: int, rows: int) -> Lens:
        """Some rows of the picture."""
        return replace(self, height=rows, corner=(self.corner[0], self.corner[1] - first * self.pixel[1]))

    def pixel_rays(self) -> LensRays:
        """Rays in single precision; they end where the lens clips."""
        x = self.corner[0] + (torch.arange(self.width).double() + 0.5) * self.pixel[0]
        y = self.corner[1] - (torch.arange(self.height).double() + 0.5) * self.pixel[1]
        y, x = torch.meshgrid(y, x, indexing="ij")
        return self._parallel(x, y) if self.orthographic else self._fanned(x, y)

    def _fanned(self, x: Float[Tensor, "h w"], y: Float[Tensor, "h w"]) -> LensRays:
        local = torch.stack([x, y, -torch.ones_like(x)], dim=-1)
        along = local @ self.pose[:3, :3].T
        slant = along.norm(dim=-1)
        origins = self.pose[:3, 3].expand_as(along)
        radii = DISC * self.pixel[0] / local.norm(dim=-1)
        return self._lens_rays(origins, along, slant, radii.float())

    def _parallel(self, x: Float[Tensor, "h w"], y: Float[Tensor, "h w"]) -> LensRays:
        local = torch.stack([x, y, torch.full_like(x, -self.first)], dim=-1)
        along = -self.pose[:3, 2].expand_as(local)
        return self._lens_rays(local @ self.pose[:3, :3].T + self.pose[:3, 3], along, along.norm(dim=-1), None)

    def _lens_rays(self, origins: Tensor, along: Tensor, slant: Tensor, radii: Tensor | None) -> LensRays:
        begin, end = (((plane - self.first) * slant).clamp(min=0.0).float() for plane in self.clip)
        directions = along / slant[..., None]
        return LensRays(Rays(origins.float(), directions.float(), radii, begin, end), slant, self.first)
