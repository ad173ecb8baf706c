"""Sphere tracing (Hart 1996): rays against a signed distance function, averaged to small antialiased images.

An image is kept without colour. For each part k and pixel, with the mean taken over supersamples,
    coverage_k = mean [the ray meets part k]        shade_k = mean [the ray meets part k] (0.72 + 0.28 max(0, n . l)),
so that for any colours c_k the premultiplied image is exactly  sum_k c_k shade_k  and its alpha  sum_k coverage_k.
"""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from .distance import Points
from .orbit import Orbit, pixel_rays
from .shapes import MAX_PARTS, Shape

AMBIENT, DIFFUSE = 0.72, 0.28
LIGHT = torch.nn.functional.normalize(torch.tensor([-0.45, -0.65, 0.80]), dim=0)  # up, front, left; fixed in the world
STEPS, NEAR_ENOUGH, CAUTION = 64, 1e-3, 0.95
BOUND = 1.3  # every object lies in this sphere


def trace_views(
    shape: Shape, orbit: Orbit, scale: Float[Tensor, " b"], resolution: int = 32, supersamples: int = 3
) -> tuple[Float[Tensor, "b k h w"], Float[Tensor, "b k h w"]]:
    """Coverage and shade of each part, as in the module's docstring; `scale` enlarges the object view by view."""
    origins, directions = pixel_rays(orbit, resolution * supersamples)
    size = scale[:, None].expand(origins.shape[:2]).reshape(-1)
    origins, directions = origins.reshape(-1, 3) / size[:, None], directions.reshape(-1, 3)
    points, hit = march(shape, origins, directions)
    coverage = torch.zeros(len(origins), MAX_PARTS)
    coverage[hit, shape.surface(points[hit])[1]] = 1.0
    shade = coverage.clone()
    shade[hit] *= shading(shape, points[hit])[:, None]
    grid = (len(scale), resolution, supersamples, resolution, supersamples, MAX_PARTS)
    return tuple(image.reshape(grid).mean((2, 4)).permute(0, 3, 1, 2) for image in (coverage, shade))


def march(shape: Shape, origins: Points, directions: Points) -> tuple[Points, Bool[Tensor, " n"]]:
    """Where each ray first meets the surface; rays that cannot meet the bounding sphere are never marched."""
    closest = -(origins * directions).sum(-1)
    gap = (origins + closest[:, None] * directions).square().sum(-1)
    active = (gap < BOUND**2).nonzero()[:, 0]
    t = closest - (BOUND**2 - gap).clamp_min(0).sqrt()
    end = closest + (BOUND**2 - gap).clamp_min(0).sqrt()
    hit = torch.zeros(len(t), dtype=torch.bool)
    for _ in range(STEPS):
        distances = shape.surface(origins[active] + t[active, None] * directions[active])[0]
        hit[active[distances < NEAR_ENOUGH]] = True
        t[active] += CAUTION * distances
        active = active[(distances >= NEAR_ENOUGH) & (t[active] < end[active])]
        if not len(active):
            break
    hit[active] = True  # a ray still creeping after so many steps grazes the surface
    return origins + t[:, None] * directions, hit


def shading(shape: Shape, points: Points) -> Float[Tensor, " n"]:
    """0.72 + 0.28 max(0, n . l): mild, so that faces differ and nothing is dark."""
    return AMBIENT + DIFFUSE * (normals(shape, points) @ LIGHT).clamp_min(0)


def normals(shape: Shape, points: Points, step: float = 2e-3) -> Points:
    """The distance's gradient from four evaluations at a tetrahedron's corners (Quilez)."""
    corners = torch.tensor([[1.0, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]])
    gradient = sum(corner * shape.surface(points + step * corner)[0][:, None] for corner in corners)
    return torch.nn.functional.normalize(gradient, dim=-1)
