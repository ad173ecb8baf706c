"""What a radiance field is to the rest of the backend.

A field gives density (1/meter) and color (linear, in [0, 1]) at world positions inside its bounds. The renderer, the
guidances and the exporter know only this protocol, so a new representation is one file and one line in `build.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.camera import Rays


@dataclass(frozen=True)
class Bounds:
    """An axis-aligned box in world units (meters)."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def __post_init__(self) -> None:
        if not all(low < high for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError(f"The bounds {self.low} to {self.high} hold no space: every side must be longer than 0.")

    def normalized(self, positions: Float[Tensor, "*n 3"]) -> Float[Tensor, "*n 3"]:
        """World positions as [-1, 1] along each axis; outside the box the values lie outside that range."""
        low, high = torch.tensor(self.low).to(positions), torch.tensor(self.high).to(positions)
        return 2.0 * (positions - low) / (high - low) - 1.0

    def near_far(self, rays: Rays) -> tuple[Float[Tensor, " *n"], Float[Tensor, " *n"]]:
        """Returns where rays enter and leave the box, in meters (slab test, Kay and Kajiya 1986); near == far for a ray
        that misses.

        A ray that starts inside enters at 0; one with ends of its own keeps to them. Distances are metric along the
        unit direction.
        """
        low, high = torch.tensor(self.low).to(rays.origins), torch.tensor(self.high).to(rays.origins)
        # A direction component of 0 gives infinities, which the minimum and maximum below treat rightly, but 0 / 0 (an
        # origin exactly on a face of a slab it runs along) gives NaN: a tiny direction keeps it finite.
        tiny = torch.finfo(rays.directions.dtype).tiny
        directions = torch.where(rays.directions == 0, torch.full_like(rays.directions, tiny), rays.directions)
        first, second = (low - rays.origins) / directions, (high - rays.origins) / directions
        near = torch.minimum(first, second).amax(dim=-1).clamp(min=0.0)
        far = torch.maximum(first, second).amin(dim=-1)
        near = near if rays.begin is None else torch.maximum(near, rays.begin)
        far = far if rays.end is None else torch.minimum(far, rays.end)
        return near, torch.maximum(near, far)


MIN_GRADIENT = 0.1
"""Density that rises by less than this, in 1/meter^2, has next to no direction; surfaces rise by thousands. The slope
of a normal is at most its inverse: at 1e-9, cells that are exactly flat drowned all others by a factor of 10^10."""

UNIT_CUBE = Bounds((-1.0, -1.0, -1.0), (1.0, 1.0, 1.0))
"""Where a prompt is optimized; the user's box is applied afterwards."""


def normals(gradient: Float[Tensor, "*n 3"]) -> Float[Tensor, "*n 3"]:
    """n = - grad density / |grad density|: out of what is dense; 0 where density is the same all around."""
    return -F.normalize(gradient, dim=-1, eps=MIN_GRADIENT)


def autograd_gradient(
    density: Callable[[Float[Tensor, "n 3"]], Float[Tensor, " n"]], positions: Float[Tensor, "n 3"]
) -> Float[Tensor, "n 3"]:
    """grad density by automatic differentiation, for fields that have no closed form; itself differentiable in what is
    learned where gradients are wanted at all."""
    needs_graph = torch.is_grad_enabled()
    with torch.enable_grad():
        at = positions.detach().requires_grad_()
        (rise,) = torch.autograd.grad(density(at).sum(), at, create_graph=needs_graph)
    return rise


@dataclass(frozen=True)
class ConicalFrustums:
    """What samples stand for: pieces of cones around rays, for fields that see more than a point."""

    t: Float[Tensor, " n"]
    """Their middles' distances from the tip of the cone, where the ray begins."""
    lengths: Float[Tensor, " n"]
    """Along the ray."""
    radii: Float[Tensor, " n"]
    """The cone's at distance 1."""


class DensityField(Protocol):
    """What can be looked at: density and color at world positions, differentiable in the parameters behind them."""

    bounds: Bounds

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/meter, at least 0; 0 outside the bounds."""
        ...

    def density_and_color(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None = None
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Density and linear color in [0, 1]; a field without view dependence ignores `directions`."""
        ...

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Returns how density rises with position, in 1/meter^2; 0 outside the bounds and where nothing changes."""
        ...

    def named_parameters(self) -> Iterator[tuple[str, torch.nn.Parameter]]: ...


@runtime_checkable
class Field(DensityField, Protocol):
    """A radiance field: what can be looked at, optimized and saved."""

    def parameter_groups(self) -> dict[str, list[torch.nn.Parameter]]:
        """Parameters by the name of their learning rate: 'density' and 'color' are the loop's own; a field with other
        groups says in `learning_rates: dict[str, float]` how fast they learn."""
        ...

    @property
    def color_channels(self) -> int:
        """Three, or those of a latent space, until `to_colors`."""
        ...

    def to_colors(self, matrix: Float[Tensor, "c 3"], bias: Float[Tensor, " 3"]) -> None:
        """Make the latents colors: matrix.T latents + bias, in sRGB."""
        ...

    def to(self, device: torch.device) -> Self: ...

    def state_dict(self) -> dict[str, Tensor]: ...

    def load_state_dict(self, state: dict[str, Tensor]) -> object: ...


@runtime_checkable
class Upsampleable(Protocol):
    """A field with a resolution."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells along x, y and z."""
        ...

    def upsample(self, resolution: int) -> None:
        """Refines the representation to `resolution` without changing what it shows; parameters are new objects."""
        ...


@runtime_checkable
class LatticeField(Protocol):
    """A field of values on a lattice along the axes, which another such lattice can be had of a slab at a time."""

    def lattice_slab(
        self, shape: tuple[int, int, int], first: int, last: int
    ) -> tuple[Float[Tensor, "s y z"], Float[Tensor, "s y z c"]]:
        """Returns what `density_and_color` says at the cell centers, all inside, of a lattice of `shape` over the
        bounds: planes `first` to `last` - 1 across x. The tensors are the caller's own."""
        ...


@runtime_checkable
class IntegratesFrustums(Protocol):
    """A field that tells a sample's stretch from a point; `integrates_frustums` is false for one that need not."""

    integrates_frustums: bool

    def density_and_color(
        self,
        positions: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"] | None = None,
        frustums: ConicalFrustums | None = None,
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]: ...


@runtime_checkable
class DistanceField(Protocol):
    """A field that knows how far away its surface is, in half-widths of its box."""

    eikonal_weight: float

    def distance(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Negative inside."""
        ...

    def distance_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Half-widths a half-width: of length 1 where it is a distance."""
        ...


def query_field(
    field: DensityField,
    positions: Float[Tensor, "n 3"],
    directions: Float[Tensor, "n 3"] | None = None,
    frustums: ConicalFrustums | None = None,
) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
    """Density and color; the stretches are named only to a field that wants them."""
    if isinstance(field, IntegratesFrustums) and field.integrates_frustums:
        return field.density_and_color(positions, directions, frustums)
    return field.density_and_color(positions, directions)


def extent_of(field: DensityField) -> Bounds:
    """Returns how far rays are followed: the field's bounds, or more where there is a scene around them."""
    return getattr(field, "extent", field.bounds)
