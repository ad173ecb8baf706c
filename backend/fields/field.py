"""What a radiance field is to the rest of the backend.

A field gives density (1/metre) and colour (linear, in [0, 1]) at world positions inside its bounds. The renderer, the
guidances and the exporter know only this protocol, so a new representation is one file and one line in `build.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.camera import Rays


@dataclass(frozen=True)
class Bounds:
    """An axis-aligned box in world units (metres)."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def __post_init__(self) -> None:
        if not all(low < high for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError(f"The bounds {self.low} to {self.high} hold no space: every side must be longer than 0.")

    def normalised(self, positions: Float[Tensor, "*n 3"]) -> Float[Tensor, "*n 3"]:
        """World positions as [-1, 1] along each axis; outside the box the values lie outside that range."""
        low, high = torch.tensor(self.low).to(positions), torch.tensor(self.high).to(positions)
        return 2.0 * (positions - low) / (high - low) - 1.0

    def near_far(self, rays: Rays) -> tuple[Float[Tensor, " *n"], Float[Tensor, " *n"]]:
        """Where rays enter and leave the box (slab test, Kay and Kajiya 1986); near == far for a ray that misses.

        A ray that starts inside enters at 0. Distances are metric along the unit direction.
        """
        low, high = torch.tensor(self.low).to(rays.origins), torch.tensor(self.high).to(rays.origins)
        # A direction component of 0 gives infinities, which the minimum and maximum below treat rightly, but 0 / 0 (an
        # origin exactly on a face of a slab it runs along) gives NaN: a tiny direction keeps it finite.
        tiny = torch.finfo(rays.directions.dtype).tiny
        directions = torch.where(rays.directions == 0, torch.full_like(rays.directions, tiny), rays.directions)
        first, second = (low - rays.origins) / directions, (high - rays.origins) / directions
        near = torch.minimum(first, second).amax(dim=-1).clamp(min=0.0)
        far = torch.maximum(first, second).amin(dim=-1)
        return near, torch.maximum(near, far)


FLAT = 0.1
"""Density that rises by less than this, in 1/metre^2, has next to no direction; surfaces rise by thousands. The slope
of a normal is at most its inverse: at 1e-9, cells that are exactly flat drowned all others by a factor of 10^10."""

UNIT_CUBE = Bounds((-1.0, -1.0, -1.0), (1.0, 1.0, 1.0))
"""Where a prompt is optimised; the user's box is applied afterwards."""


def normals(gradient: Float[Tensor, "*n 3"]) -> Float[Tensor, "*n 3"]:
    """n = - grad density / |grad density|: out of what is dense; 0 where density is the same all around."""
    return -F.normalize(gradient, dim=-1, eps=FLAT)


class Visible(Protocol):
    """What can be looked at: density and colour at world positions, differentiable in the parameters behind them."""

    bounds: Bounds

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/metre, at least 0; 0 outside the bounds."""
        ...

    def density_and_colour(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None = None
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Density and linear colour in [0, 1]; a field without view dependence ignores `directions`."""
        ...

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """How density rises with position, in 1/metre^2; 0 outside the bounds and where nothing changes."""
        ...

    def named_parameters(self) -> Iterator[tuple[str, torch.nn.Parameter]]: ...


@runtime_checkable
class Field(Visible, Protocol):
    """A radiance field: what can be looked at, optimised, refined and saved."""

    def parameter_groups(self) -> dict[str, list[torch.nn.Parameter]]:
        """Parameters by the name of their learning rate: 'density', 'colour'."""
        ...

    def grow(self, resolution: int) -> None:
        """Refines the representation to `resolution` without changing what it shows (a no-op where there is none)."""
        ...

    def state_dict(self) -> dict[str, Tensor]: ...

    def load_state_dict(self, state: dict[str, Tensor]) -> object: ...
