"""Fills a field of any kind with a solid, and finds out where a person edited what the field was.

A dense grid takes the solid's values as they are. A network learns them, in so many steps of Adam at random points,
half of them near the surface.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from backend.color import srgb_bytes, srgb_decoded
from backend.config import JobConfig
from backend.export.grid import suggested_threshold
from backend.fields.dense_grid import DenseGrid
from backend.fields.density_init import DENSITY_SCALE
from backend.fields.dilation import dilated
from backend.fields.field import Field
from backend.fields.latent_colors import logit
from backend.fields.trilinear import resampled
from backend.priors.fitting import without_specks
from backend.priors.prior_field import RAW_HIGH, RAW_LOW, RAW_SURFACE
from backend.priors.query import CHUNK, lattice
from backend.render.occupancy import OccupancyGrid

from .held_solid import SLOPE, HeldSolid
from .hold import departure, in_box
from .optimizers import make_optimizer

EDIT_CELLS = 1.0
"""A surface that lies farther from where it was, in cells, was edited; decimated faces lie up to one off."""
EDIT_COLOR = 0.12
"""Difference of an sRGB channel, in the mean of 27 cells, from which on a color was painted."""
AROUND = 3
"""Cells around an edit that are taken over and held with it."""


def stamp(
    field: Field, occupancy: OccupancyGrid, solid: HeldSolid, config: JobConfig, go_on: Callable[[], None]
) -> HeldSolid:
    """Fills a field with a solid, and forgets what was known of its empty space; returns the solid as it is held.
    `go_on` is called now and then, and raises when nobody wants the job any more.

    Of an edited result only what was edited is taken over: elsewhere the solid becomes what the field is.
    """
    if solid.edits:
        solid = edits_of(field, solid)
    if isinstance(field, DenseGrid):
        _fill(field, solid)
    else:
        _fit(field, solid, config, go_on)
    occupancy.density_grid.zero_()
    occupancy.occupied.fill_(True)
    return solid


@torch.no_grad()
def edits_of(field: Field, solid: HeldSolid) -> HeldSolid:
    """The solid with what was edited as held, and as the field is elsewhere."""
    density, color = _sampled(field, solid.shape)
    side = max(high - low for low, high in zip(field.bounds.low, field.bounds.high, strict=True))
    edited = _reshaped(density, side, solid) | _painted(color, solid)
    raw = torch.where(edited, solid.raw.float(), raw_of(density * side / DENSITY_SCALE))
    before = solid.color if color is None else srgb_bytes(color)
    colors = torch.where(edited[..., None], solid.color, before)
    return replace(solid, raw=raw.half(), color=colors, held=edited, edits=False)


def raw_of(softened: Float[Tensor, "*n"]) -> Float[Tensor, "*n"]:
    """The raw density whose softplus it is, as far as a dense grid begins."""
    return torch.log(torch.expm1(softened.clamp(1e-6, 20))).clamp(RAW_LOW, RAW_HIGH)


def _reshaped(density: Float[Tensor, "x y z"], side: float, solid: HeldSolid) -> Bool[Tensor, "x y z"]:
    """Tells where the surface went elsewhere, and the cells around."""
    was, now = density > suggested_threshold(density.numpy(), side), solid.raw > RAW_SURFACE
    clear = (solid.raw.float() - RAW_SURFACE).abs() > SLOPE * EDIT_CELLS
    return dilated(without_specks((was != now) & clear).float(), AROUND) > 0


def _painted(color: Float[Tensor, "x y z 3"] | None, solid: HeldSolid) -> Bool[Tensor, "x y z"]:
    """Tells where the surface has another color than the field had there, and the cells beside."""
    near = ((solid.raw.float() - RAW_SURFACE).abs() < SLOPE).float()
    if color is None:
        return torch.zeros_like(near, dtype=torch.bool)
    away = (srgb_bytes(color).float() - solid.color.float()).abs().amax(-1) / 255
    total, count = _sum_around(away * near), _sum_around(near)
    return dilated(((near > 0) & (total > EDIT_COLOR * count)).float(), 1) > 0


def _sum_around(values: Float[Tensor, "x y z"]) -> Float[Tensor, "x y z"]:
    return F.avg_pool3d(values[None, None], 3, 1, 1, divisor_override=1)[0, 0]


def _sampled(
    field: Field, shape: tuple[int, int, int]
) -> tuple[Float[Tensor, "x y z"], Float[Tensor, "x y z 3"] | None]:
    """Density and linear color at the centers of a lattice; no color where the field holds latents."""
    device = next(parameter.device for _, parameter in field.named_parameters())
    at = in_box(lattice(shape).reshape(-1, 3), field.bounds)
    found = [field.density_and_color(chunk.to(device)) for chunk in at.split(CHUNK)]
    density = torch.cat([each for each, _ in found]).cpu().reshape(shape)
    color = torch.cat([each for _, each in found]).cpu().reshape(*shape, -1)
    return density, color if field.color_channels == 3 else None


@torch.no_grad()
def _fill(grid: DenseGrid, solid: HeldSolid) -> None:
    """A grid of the solid's own shape takes its values where it is held, another one all of them."""
    same = grid.shape == solid.shape
    held = (solid.held if same else torch.ones(grid.shape, dtype=torch.bool))[..., None].to(grid.raw_density.device)
    raw, color = solid.raw.float()[..., None], srgb_decoded(solid.color.float() / 255)
    if not same:
        raw, color = resampled(raw, grid.shape), resampled(color, grid.shape)
    grid.raw_density.copy_(torch.where(held, raw.to(held.device), grid.raw_density))
    if grid.color_channels == 3:
        grid.raw_color.copy_(torch.where(held, logit(color).to(held.device), grid.raw_color))


def _fit(field: Field, solid: HeldSolid, config: JobConfig, go_on: Callable[[], None]) -> None:
    """A network learns the whole of the solid, with Adam's first rates."""
    whole = replace(solid, held=torch.ones_like(solid.held))
    optimizer, generator = make_optimizer(field, config.optimize), torch.Generator().manual_seed(config.seed)
    for _ in range(config.start.fit_steps):
        go_on()
        optimizer.zero_grad(set_to_none=True)
        shape, color = departure(field, whole, generator)
        (shape + color).backward()
        optimizer.step()
