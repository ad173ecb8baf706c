"""A field with regions: where there is nothing, and where it is what it was before.

    free(p) = clamp(d_out(p) / band, 0, 1)                     d_out: distance to what is kept out, negative inside
    held(p) = clamp(1 - d_frozen(p) / band, 0, 1)  or, if larger,  clamp(1 + d_redo(p) / band, 0, 1)
    density = free ((1 - held) density_now + held density_before)
    color   = their mean, by how much each adds to the density

So nothing is in what is kept out, to the bit, and what is held is what it was, to the bit; both fade over a band: that
of what is kept out and of what is frozen lies around it, that of a part that is made anew lies within the part.

A dense grid needs no field of before: its cells are held instead (`Regions.held_cells`), so that it stays one grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from .dense_grid import DenseGrid
from .field import Bounds, ConicalFrustums, DensityField, autograd_gradient, extent_of, query_field
from .region_shapes import Shape


@dataclass(frozen=True)
class Regions:
    """Shapes in a field's own space."""

    keep_out: tuple[Shape, ...] = ()
    keep_in: tuple[Shape, ...] = ()
    frozen: tuple[Shape, ...] = ()
    redo: tuple[Shape, ...] = ()
    band: float = 0.04
    """Meters over which density fades."""

    @property
    def holds(self) -> bool:
        return bool(self.frozen or self.redo)

    def free(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns what is left of density: 0 in what is kept out, 1 a band away from it."""
        if not self.keep_out:
            return torch.ones_like(positions[:, 0])
        return (nearest(self.keep_out, positions) / self.band).clamp(0, 1)

    def held(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the share of what was there before."""
        held = torch.zeros_like(positions[:, 0])
        if self.frozen:
            held = (1 - nearest(self.frozen, positions) / self.band).clamp(0, 1)
        if self.redo:
            held = held.maximum((1 + nearest(self.redo, positions) / self.band).clamp(0, 1))
        return held

    def held_cells(self, bounds: Bounds, shape: Sequence[int]) -> Bool[Tensor, "x y z"]:
        """Tells which cells of a lattice must not move, so that nothing does at any point that is held: those that
        such a point is a trilinear mean of, which is less than a cell away along each axis."""
        centers = cell_centers(bounds, shape).reshape(-1, 3)
        ends = zip(bounds.low, bounds.high, shape, strict=True)
        reach = torch.tensor([(high - low) / n for low, high, n in ends])
        moves = torch.ones(len(centers), dtype=torch.bool)
        if self.redo:
            moves = torch.stack([shape.contains(centers, reach) for shape in self.redo]).any(0)
        for frozen in self.frozen:
            moves &= ~frozen.touches(centers, reach)
        return ~moves.reshape(tuple(shape))


def nearest(shapes: Sequence[Shape], positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
    """Returns the distance to the nearest of several shapes."""
    return torch.stack([shape.distance(positions) for shape in shapes]).amin(0)


def cell_centers(
    bounds: Bounds, shape: Sequence[int], first: int = 0, last: int | None = None
) -> Float[Tensor, "x y z 3"]:
    """Returns the middles of the cells of a lattice over the bounds: of its planes `first` to `last` - 1 across x."""
    ends = zip(bounds.low, bounds.high, shape, strict=True)
    x, y, z = (low + (torch.arange(n) + 0.5) * (high - low) / n for low, high, n in ends)
    return torch.stack(torch.meshgrid(x[first:last], y, z, indexing="ij"), -1)


class RegionField:
    """A field as its regions let it be seen; implements `DensityField`. What is learned is the field's."""

    def __init__(self, field: DensityField, regions: Regions, before: DensityField | None = None) -> None:
        """Wraps a field; without one of `before` nothing is blended: its values are held otherwise."""
        self.field, self.regions = field, regions
        self.before = before if regions.holds else None
        self.bounds, self.extent = field.bounds, extent_of(field)
        self.integrates_frustums = getattr(field, "integrates_frustums", False)

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/meter, 0 in what is kept out."""
        density = self.field.density(positions)
        if self.before is not None:
            held = self.regions.held(positions)
            density = torch.lerp(density, self.before.density(positions), held)
        return self._cleared(density, positions)

    def density_and_color(
        self,
        positions: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"] | None = None,
        frustums: ConicalFrustums | None = None,
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """The same, and color; each of the two fields is asked only where it is seen."""
        if self.before is None:
            density, color = query_field(self.field, positions, directions, frustums)
            return self._cleared(density, positions), color
        held = self.regions.held(positions)
        now = _asked_at(self.field, (held < 1).nonzero()[:, 0], positions, directions, frustums)
        was = _asked_at(self.before, (held > 0).nonzero()[:, 0], positions, directions, frustums)
        density, color = _blended(now, was, held)
        return self._cleared(density, positions), color

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Adds the slopes of what is free and what is held, by the product rule; in 1/meter^2."""
        density, slope = self.field.density(positions), self.field.density_gradient(positions)
        if self.before is not None:
            held, rise = self.regions.held(positions)[:, None], autograd_gradient(self.regions.held, positions)
            was = self.before.density(positions)
            slope = torch.lerp(slope, self.before.density_gradient(positions), held)
            slope = slope + (was - density)[:, None] * rise
            density = torch.lerp(density, was, held[:, 0])
        if not self.regions.keep_out:
            return slope
        free, rise = self.regions.free(positions), autograd_gradient(self.regions.free, positions)
        return torch.where(free[:, None] > 0, free[:, None] * slope + density[:, None] * rise, 0.0)

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        return self.field.named_parameters()

    def _cleared(self, density: Float[Tensor, " n"], positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Nothing where nothing may be, also of what is infinite."""
        if not self.regions.keep_out:
            return density
        free = self.regions.free(positions)
        return torch.where(free > 0, density * free, 0.0)


class RegionGrid(RegionField):
    """A dense grid with what is kept out; implements `LatticeField`, and the compiled loops take it."""

    field: DenseGrid

    @torch.no_grad()
    def lattice_slab(
        self, shape: tuple[int, int, int], first: int, last: int
    ) -> tuple[Float[Tensor, "s y z"], Float[Tensor, "s y z c"]]:
        """Not differentiable."""
        density, color = self.field.lattice_slab(shape, first, last)
        at = cell_centers(self.bounds, shape, first, last).reshape(-1, 3).to(density)
        return self._cleared(density.flatten(), at).view_as(density), color


def with_regions(field: DensityField, regions: Regions, before: DensityField | None = None) -> DensityField:
    """The field as its regions let it be seen: itself where they hide nothing."""
    if type(field) is DenseGrid:
        return RegionGrid(field, regions) if regions.keep_out else field
    return RegionField(field, regions, before) if regions.keep_out or (before and regions.holds) else field


Answer = tuple[Int[Tensor, " k"], Float[Tensor, " k"], Float[Tensor, "k 3"]]
"""Which points were asked, and their density and color."""


def _asked_at(
    field: DensityField,
    some: Int[Tensor, " k"],
    positions: Float[Tensor, "n 3"],
    directions: Float[Tensor, "n 3"] | None,
    frustums: ConicalFrustums | None,
) -> Answer:
    if frustums is not None:
        frustums = ConicalFrustums(frustums.t[some], frustums.lengths[some], frustums.radii[some])
    along = None if directions is None else directions[some]
    return some, *query_field(field, positions[some], along, frustums)


def _blended(now: Answer, was: Answer, held: Float[Tensor, " n"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
    """Both answers by their shares; color is that of the one where the other adds nothing."""
    parts = []
    for (some, density, color), share in ((now, 1 - held), (was, held)):
        scattered = density.new_zeros(len(held)).index_put((some,), density * share[some])
        parts.append((scattered, color.new_zeros(len(held), color.shape[-1]).index_put((some,), color)))
    (density, color), (density_before, color_before) = parts
    both = density + density_before
    share = torch.where(both > 0, density_before / both.clamp_min(torch.finfo(both.dtype).tiny), held)
    share = torch.where(held >= 1, 1.0, torch.where(held <= 0, 0.0, share))
    return both, torch.lerp(color, color_before, share[:, None])
