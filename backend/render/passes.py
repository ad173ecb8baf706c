"""What a compositor wants of a view: color, alpha, depth along the view axis, and normals, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.cameras.camera import Rays
from backend.cameras.lens import Lens
from backend.fields.field import DensityField, extent_of
from backend.fields.field import normals as normals_of

from .compositing import median_depth
from .preview import FIRST_DIVISOR, render_within
from .renderer import Renderer

EMPTY_DEPTH = 1e10
"""Depth where nothing is: what Blender's own Z pass says there."""
MIN_SIDE = 24
"""Pixels on the longer side of what is shown at least: some 600 rays are soon seen in any field."""
MIN_ALPHA = 1 / 512
"""Half a step of eight bits: less than this is nothing."""
NORMAL_SAMPLES = 4
"""Samples of a ray, those that show most: they hold nearly all that is seen, and normals cost more than density."""


@dataclass(frozen=True)
class Passes:
    """Color is linear with straight alpha; normals are unit vectors of the field's space, shorter and at last 0 where
    next to nothing is."""

    color: Float[Tensor, "h w 3"]
    alpha: Float[Tensor, "h w"]
    depth: Float[Tensor, "h w"]
    normal: Float[Tensor, "h w 3"]
    """(0, 0, 3) where they were not wanted."""


def render_passes_within(
    seconds: float,
    renderer: Renderer,
    lens: Lens,
    device: torch.device | str = "cpu",
    *,
    normals: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> Passes:
    """Renders as many rays as there is time for: the passes may be smaller than the lens's picture."""
    first = min(1 / FIRST_DIVISOR, MIN_SIDE / max(lens.width, lens.height))
    return render_within(
        seconds, lambda part: render_passes(renderer, part, device, normals=normals), lens, _stack_bands, clock, first
    )


@torch.no_grad()
def render_passes(
    renderer: Renderer, lens: Lens, device: torch.device | str = "cpu", *, normals: bool = True
) -> Passes:
    """A whole picture, as many rays at a time as memory holds; rays that miss the field are not asked.

    Depth is where half of what is seen is seen, so that it lies on a surface and not between two.
    """
    pixel_rays = lens.pixel_rays()
    rays = pixel_rays.rays.flat().to(device)
    near, far = extent_of(renderer.field).near_far(rays)
    meets = (far > near).nonzero().squeeze(-1)
    rays = rays[meets]
    parts = renderer.chunks.over(len(meets), lambda some: _render_rays(renderer, rays[some], normals))
    columns = [torch.cat(values) for values in zip(*parts, strict=True)] or [rays.directions.new_zeros(0, 8)]

    def spread(column: Tensor) -> Tensor:
        whole = column.new_zeros(lens.width * lens.height, column.shape[1]).index_copy_(0, meets, column)
        return whole.reshape(lens.height, lens.width, -1).cpu()

    color, alpha, t, normal = spread(columns[0]).split([3, 1, 1, 3], dim=-1)
    depth = torch.where(alpha[..., 0] > MIN_ALPHA, pixel_rays.depth(t[..., 0]).float(), EMPTY_DEPTH)
    return Passes(color, alpha[..., 0], depth, normal if normals else color.new_zeros(0, 0, 3))


def _render_rays(renderer: Renderer, rays: Rays, normals: bool) -> list[Float[Tensor, "r 8"]]:
    """Straight color, alpha, distance and normal; depths and normals are asked only where something is."""
    rendering = renderer(rays)
    alpha = rendering.opacity.nan_to_num(0.0).clamp(0, 1)[:, None]
    straight = (rendering.color / alpha.clamp_min(MIN_ALPHA)).nan_to_num(0.0).clamp(0, 1)
    there = (alpha[:, 0] > MIN_ALPHA).nonzero().squeeze(-1)
    weights, places, starts, lengths = (
        _required(part, there) for part in (rendering.weights, rendering.t, rendering.t_starts, rendering.lengths)
    )
    t, normal = torch.zeros_like(alpha), torch.zeros_like(rays.directions)
    t[there, 0] = median_depth(weights, starts, lengths)
    if normals:
        normal[there] = surface_normals(renderer.field, rays[there], weights, places)
    return [torch.cat([straight, alpha, t, normal], dim=-1)]


def surface_normals(
    field: DensityField, rays: Rays, weights: Float[Tensor, "r s"], t: Float[Tensor, "r s"]
) -> Float[Tensor, "r 3"]:
    """Against the mean slope of density at the samples that show most, by how much they show; 0 where none does.

    n ~ - sum_i weight_i grad density(x_i):  where density is all but constant, as inside a gel, slopes are small and
    point anywhere, and normals of their own would count as much as those of the surface around it.
    """
    weights, at = weights.topk(min(NORMAL_SAMPLES, weights.shape[-1]), dim=-1)
    ray, place = (weights > MIN_ALPHA / NORMAL_SAMPLES).nonzero(as_tuple=True)
    points = rays.origins[ray] + t[ray, at[ray, place], None] * rays.directions[ray]
    slopes = weights[ray, place, None] * field.density_gradient(points)
    return normals_of(torch.zeros_like(rays.directions).index_add(0, ray, slopes))


def _required(part: Tensor | None, rays: Int[Tensor, " n"]) -> Tensor:
    """Returns a part of a rendering that may be missing.

    Raises:
        ValueError: of a rendering that does not say where its samples lie.
    """
    if part is None:
        raise ValueError("Depths and normals need the samples of the rays.")
    return part[rays]


def _stack_bands(bands: list[Passes]) -> Passes:
    return Passes(*(torch.cat([getattr(band, spec.name) for band in bands]) for spec in fields(Passes)))
