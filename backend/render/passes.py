"""What a compositor wants of a view: colour, alpha, depth along the view axis, and normals, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.camera import Rays
from backend.cameras.lens import Lens
from backend.fields.field import Visible
from backend.fields.field import normals as normals_of

from .preview import within
from .renderer import Renderer, Rendering

NOTHING = 1e10
"""Depth where nothing is: what Blender's own Z pass says there."""
LEAST_ALPHA = 1 / 512
"""Half a step of eight bits: less than this is nothing."""
ASKED_FOR_NORMALS = 8
"""Samples of a ray, those that show most: they hold nearly all that is seen, and normals cost more than density."""


@dataclass(frozen=True)
class Passes:
    """Colour is linear with straight alpha; normals are unit vectors of the field's space, 0 where nothing is."""

    colour: Float[Tensor, "h w 3"]
    alpha: Float[Tensor, "h w"]
    depth: Float[Tensor, "h w"]
    normal: Float[Tensor, "h w 3"]
    """(0, 0, 3) where they were not wanted."""


def passes_within(
    seconds: float,
    renderer: Renderer,
    lens: Lens,
    device: torch.device | str = "cpu",
    *,
    normals: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> Passes:
    """From as many rays as there is time for: the passes may be smaller than the lens's picture."""
    return within(seconds, lambda part: passes(renderer, part, device, normals=normals), lens, _stacked, clock)


@torch.no_grad()
def passes(renderer: Renderer, lens: Lens, device: torch.device | str = "cpu", *, normals: bool = True) -> Passes:
    """A whole picture, as many rays at a time as memory holds.

    Depth is where half of what is seen is seen, so that it lies on a surface and not between two.
    """
    sight = lens.sight()
    rays = sight.rays.flat().to(device)

    def seen(some: slice) -> list[Tensor]:
        rendering = renderer(rays[some])
        parts = [rendering.colour, rendering.opacity, rendering.median_depth]
        return [*parts, surface_normals(renderer.field, rays[some], rendering)] if normals else parts

    parts = renderer.chunks.over(len(rays.origins), seen)
    columns = (torch.cat(values).cpu() for values in zip(*parts, strict=True))
    colour, alpha, t, *more = (column.unflatten(0, (lens.height, lens.width)) for column in columns)
    alpha = alpha.nan_to_num(0.0).clamp(0, 1)
    there = alpha > LEAST_ALPHA
    straight = (colour / alpha.clamp_min(LEAST_ALPHA)[..., None]).nan_to_num(0.0).clamp(0, 1)
    depth = torch.where(there, sight.depth(t).float(), NOTHING)
    return Passes(straight, alpha, depth, more[0] * there[..., None] if more else straight.new_zeros(0, 0, 3))


def surface_normals(field: Visible, rays: Rays, seen: Rendering) -> Float[Tensor, "r 3"]:
    """The mean of the normals at the samples that show most, by how much they show; 0 where none does.

    Raises:
        ValueError: of a picture that does not say where its samples lie.
    """
    if seen.t is None:
        raise ValueError("Normals need the samples of the rays: render them without making a picture.")
    weights, at = seen.weights.topk(min(ASKED_FOR_NORMALS, seen.weights.shape[-1]), dim=-1)
    ray, place = (weights > LEAST_ALPHA / ASKED_FOR_NORMALS).nonzero(as_tuple=True)
    points = rays.origins[ray] + seen.t[ray, at[ray, place], None] * rays.directions[ray]
    shown = weights[ray, place, None] * normals_of(field.density_gradient(points))
    return F.normalize(torch.zeros_like(rays.directions).index_add(0, ray, shown), dim=-1, eps=1e-6)


def _stacked(bands: list[Passes]) -> Passes:
    return Passes(*(torch.cat([getattr(band, spec.name) for band in bands]) for spec in fields(Passes)))
