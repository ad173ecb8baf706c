"""Keeps a field like the solid that it started from, while guidance pulls on it.

    u(p) = log(density side / D + eps)          eps = 1e-3, D = 100: about the raw density of a dense grid
    shape = mean over p of [low - u]+^2 + [u - high]+^2      low = min(u*, u_solid), none where u* is empty
                                                              high = max(u*, u_empty), none where u* is solid
    color = mean over p near the surface of |c - c*|^2

with u* and c* of the solid at p. Inside, anything that is opaque is as good as anything denser, and outside anything
clear; only near the surface is density itself held. A logarithm has a slope also where all density is gone, which an
opacity has not: what was eaten away comes back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

from backend.config import StartConfig
from backend.fields.density_init import DENSITY_SCALE
from backend.fields.field import Bounds, Field
from backend.fields.trilinear import interpolate
from backend.guidance.regularizers import Term
from backend.random_numbers import uniform_like

from .held_solid import HeldSolid

POINTS = 4096
"""Of a step, half of them near the surface."""
EPSILON = 1e-3
RAW_SOLID, RAW_EMPTY = 0.5, -6.0
"""Raw densities of which a twelfth of the box stops all light, and a fiftieth of it."""
MARGIN = 0.01
U_SOLID, U_EMPTY = (math.log(math.log1p(math.exp(raw)) + EPSILON) for raw in (RAW_SOLID, RAW_EMPTY))


@dataclass(frozen=True)
class Hold:
    """What of a field is held, and how strongly; nothing of it costs anything at weight 0."""

    solid: HeldSolid | None
    config: StartConfig

    def terms(self, field: Field, generator: torch.Generator) -> list[Term]:
        """Returns the weighted terms of one step."""
        weights = (self.config.hold_shape, self.config.hold_color)
        if self.solid is None or not any(weights) or not len(self.solid.held_cells):
            return []
        found = departure(field, self.solid, generator)
        named = zip(("hold_shape", "hold_color"), weights, found, strict=True)
        return [Term(name, weight * value, float(value.detach())) for name, weight, value in named if weight]


def departure(
    field: Field, solid: HeldSolid, generator: torch.Generator
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Returns how far the field is from the solid, in shape and in color, at random points where it is held."""
    device = next(parameter.device for _, parameter in field.named_parameters())
    near = solid.surface_cells if len(solid.surface_cells) else solid.held_cells
    at = torch.cat([_drawn(cells, solid.shape, generator) for cells in (near, solid.held_cells)])
    wanted = log_density(F.softplus(interpolate(solid.raw.float()[..., None], at)[:, 0])).to(device)
    density, color = field.density_and_color(in_box(at, field.bounds).to(device))
    side = max(high - low for low, high in zip(field.bounds.low, field.bounds.high, strict=True))
    shape = outside(log_density(density * side / DENSITY_SCALE), wanted).square().mean()
    if field.color_channels != 3:
        return shape, shape.new_zeros(())
    painted = interpolate(solid.linear_color, at[: POINTS // 2]).to(device)
    return shape, (color[: POINTS // 2] - painted).square().sum(-1).mean()


def log_density(softened: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    """u, of density side / D."""
    return torch.log(softened + EPSILON)


def outside(u: Float[Tensor, " n"], wanted: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    """Returns how far u lies outside of what is as good as what is wanted."""
    too_low = F.relu(wanted.clamp_max(U_SOLID) - u) * (wanted > U_EMPTY + MARGIN)
    too_high = F.relu(u - wanted.clamp_min(U_EMPTY)) * (wanted < U_SOLID - MARGIN)
    return too_low + too_high


def in_box(coords: Float[Tensor, "n 3"], bounds: Bounds) -> Float[Tensor, "n 3"]:
    """Returns positions of a box, as [-1, 1] along each axis, in the world."""
    low, high = torch.tensor(bounds.low).to(coords), torch.tensor(bounds.high).to(coords)
    return low + (coords + 1) / 2 * (high - low)


def _drawn(cells: Int[Tensor, " n"], shape: tuple[int, int, int], generator: torch.Generator) -> Float[Tensor, "p 3"]:
    """Random points of random ones of these cells, as [-1, 1] along each axis."""
    picked = cells[torch.randint(len(cells), (POINTS // 2,), generator=generator)]
    corner = torch.stack([picked // (shape[1] * shape[2]), picked // shape[2] % shape[1], picked % shape[2]], dim=-1)
    jitter = uniform_like(corner.float(), generator)
    return (corner + jitter) / torch.tensor(shape) * 2 - 1
