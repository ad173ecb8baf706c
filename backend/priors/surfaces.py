"""What a surface may be made of or painted with, as functions of position and normal in the object's frame.

A radiance field has one color at a position, from wherever it is seen: so a highlight lies where the normal points to
the light, and what metal mirrors depends on its normal alone. Each is in [0, 1]; colors are linear.

    stripes, spots, checks   1 where the second color is
    grain                    1 at the dark edge of each year ring
    highlight                exp(12 (n . l - 1)), and half as much about a second, lower light
    sky                      what a mirror of that normal shows of a bright sky over a dark horizon
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

STRIPE, CHECK, SPOT, RING = 0.6, 0.9, 0.62, 0.17
"""Periods, where an object is about 1.6 wide."""
SPOT_RADIUS, SHARPNESS = 0.2, 12.0
LIGHTS = ((-0.45, -0.65, 0.80), (0.75, -0.6, 0.3))
SKY = ((-1.0, 0.3), (-0.4, 0.65), (-0.1, 0.1), (0.2, 0.3), (0.5, 1.0), (0.8, 0.6), (1.0, 1.0))
"""n_z and brightness."""

Points = Float[Tensor, "n 3"]
Amount = Float[Tensor, " n"]
Finish = Callable[[Float[Tensor, " 3"], Float[Tensor, " 3"], Points, Points], Points]
"""Color, second color, positions and normals -> colors."""


def stripes(positions: Points, normals: Points) -> Amount:
    """Rings around the Z axis, as wide as the gaps between them."""
    return (torch.remainder(positions[:, 2] / STRIPE, 1) < 0.5).float()


def checks(positions: Points, normals: Points) -> Amount:
    """Cubes of two kinds in turn; moved off the origin, so that no face of a centered box lies between two."""
    return torch.remainder(torch.floor(positions / (CHECK / 2) + 0.37).sum(-1), 2)


def spots(positions: Points, normals: Points) -> Amount:
    """Discs at the crossings of a lattice in the plane that the normal is most nearly square to."""
    away = normals.abs().argmax(-1)
    first = torch.where(away == 0, positions[:, 1], positions[:, 0])
    second = torch.where(away == 2, positions[:, 1], positions[:, 2])
    off = torch.remainder(torch.stack([first, second]) / SPOT + 0.5, 1) - 0.5
    inside: Tensor = off.norm(dim=0) * SPOT < SPOT_RADIUS
    return inside.float()


def grain(positions: Points) -> Amount:
    """Year rings around a trunk along X that is bent a little."""
    radius = torch.hypot(positions[:, 1] + 0.9, positions[:, 2] + 0.35) + 0.06 * torch.sin(2.3 * positions[:, 0])
    return torch.remainder(radius / RING, 1) ** 2


def highlight(normals: Points) -> Amount:
    lights = torch.nn.functional.normalize(torch.tensor(LIGHTS), dim=-1).to(normals)
    first, second = torch.exp(SHARPNESS * (normals @ lights.T - 1)).unbind(-1)
    return (first + 0.5 * second).clamp(max=1)


def sky(normals: Points) -> Amount:
    """Linear between the values of SKY."""
    at, bright = torch.tensor(SKY).to(normals).unbind(-1)
    upper = torch.searchsorted(at, normals[:, 2].clamp(-1, 1).contiguous()).clamp(1, len(at) - 1)
    share = (normals[:, 2].clamp(-1, 1) - at[upper - 1]) / (at[upper] - at[upper - 1])
    return torch.lerp(bright[upper - 1], bright[upper], share)


def _patterned(mask: Callable[[Points, Points], Amount]) -> Finish:
    def surface(color: Tensor, second: Tensor, positions: Tensor, normals: Tensor) -> Tensor:
        return torch.where(mask(positions, normals)[:, None] > 0, second, color)

    return surface


def _shiny(color: Tensor, second: Tensor, positions: Tensor, normals: Tensor) -> Tensor:
    return color + 0.8 * highlight(normals)[:, None]


def _metal(color: Tensor, second: Tensor, positions: Tensor, normals: Tensor) -> Tensor:
    return color * (0.2 + 0.8 * sky(normals)[:, None]) + 0.6 * highlight(normals)[:, None]


def _wooden(color: Tensor, second: Tensor, positions: Tensor, normals: Tensor) -> Tensor:
    return color * (1 - 0.6 * grain(positions)[:, None])


def _glass(color: Tensor, second: Tensor, positions: Tensor, normals: Tensor) -> Tensor:
    """Pale and bright; not see-through, since a mesh has to come of it. The second color is that of glass."""
    pale = 0.4 * color + 0.6 * second
    return pale * (0.45 + 0.5 * sky(normals)[:, None]) + 0.9 * highlight(normals)[:, None]


FINISHES: dict[str, Finish] = {
    "striped": _patterned(stripes), "spotted": _patterned(spots), "checkered": _patterned(checks),
    "shiny": _shiny, "metal": _metal, "wooden": _wooden, "glass": _glass,
}  # fmt: skip
NEED_NORMALS = frozenset(["spotted", "shiny", "metal", "glass"])
