"""The regions of a job: where they lie in its field, and what they ask of each step.

    keep_in = mean over points p of what must be there of  max(0, log(solid / density(p)))

The logarithm pulls as hard where nothing is as where almost enough is.
"""

from __future__ import annotations

import functools

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.cameras.part_frame import scene_to_field
from backend.config import FROZEN, KEEP_IN, KEEP_OUT, REDO, BoundsConfig, JobConfig, RegionsConfig
from backend.errors import ConfigError
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import Bounds, DensityField, Field
from backend.fields.region_shapes import Shape, shape_of
from backend.fields.regions import Regions, cell_centers, nearest
from backend.guidance.regularizers.terms import Term

from .scene_transform import field_bounds

POINTS = 2048
"""Random points of a step in what must be there."""
CHECKED = 48
"""Cells a side of the lattice on which regions are looked at before a run."""
SOLID = 66.0
"""Density, times the longest side of the box, that counts as there: a fifth above the highest threshold that an export
chooses (0.99 of the light over a twelfth of the box, backend/export/grid.py)."""
FILL_RAW = 1.0
"""Raw density of a grid's cells that are filled at the start: 131 over the longest side of the box, twice SOLID."""
LEAST = 1e-12
"""Density, over SOLID, below which the pull grows no further."""


def regions_of(config: JobConfig) -> Regions:
    """The regions of a job in the space of its field."""
    return _regions(config.regions, config.bounds, config.method)


@functools.lru_cache(maxsize=16)
def _regions(wanted: RegionsConfig, bounds: BoundsConfig, method: str) -> Regions:
    config = JobConfig(method=method, bounds=bounds)
    matrix, side = scene_to_field(config), longest_side(field_bounds(config))

    def shapes(kind: str) -> tuple[Shape, ...]:
        return tuple(shape_of(region, matrix) for region in wanted.of_kind(kind))

    band = wanted.band * side
    return Regions(shapes(KEEP_OUT), shapes(KEEP_IN), shapes(FROZEN), shapes(REDO), band)


def longest_side(bounds: Bounds) -> float:
    return max(high - low for low, high in zip(bounds.low, bounds.high, strict=True))


def check_effect(field: Field, regions: Regions) -> None:
    """Refuses regions that leave a job nothing to do.

    Raises:
        ConfigError: everything is held, what must be there is kept out, or nothing is left that is not.
    """
    points = cell_centers(field.bounds, (CHECKED,) * 3).reshape(-1, 3)
    free = regions.free(points) > 0
    if not free.any():
        raise ConfigError("All of the box is kept out: take a region away, or make it smaller.")
    if regions.keep_in and not (free & (nearest(regions.keep_in, points) <= 0)).any():
        raise ConfigError("What must be there lies wholly in what is kept out, or is too small: move one of the two.")
    if regions.holds and _nothing_may_move(field, regions):
        raise ConfigError(
            "Everything is held: what may change is narrower than three cells of the field. Make it larger, or raise "
            "field.resolution."
        )


def _nothing_may_move(field: Field, regions: Regions) -> bool:
    if isinstance(field, DenseGrid):
        return bool(regions.held_cells(field.bounds, field.shape).all())
    return bool((regions.held(cell_centers(field.bounds, (CHECKED,) * 3).reshape(-1, 3)) >= 1).all())


class HeldCells:
    """Cells of a dense grid that no step moves: their gradient is taken away, and Adam, which knows nothing else of
    them, leaves them as they are, to the bit."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions
        self._mask: Bool[Tensor, "x y z"] | None = None

    def hold(self, field: Field) -> None:
        """Call it last before the optimizer's step."""
        if not self._regions.holds or not isinstance(field, DenseGrid):
            return
        mask = self.mask(field)
        for _, volume in field.named_parameters():
            if volume.grad is not None:
                volume.grad = _without(volume.grad, mask)

    def mask(self, field: DenseGrid) -> Bool[Tensor, "x y z"]:
        """Those of this lattice, which may have grown."""
        if self._mask is None or self._mask.shape != field.shape:
            self._mask = self._regions.held_cells(field.bounds, field.shape).to(field.raw_density.device)
        return self._mask


def _without(gradient: Tensor, mask: Bool[Tensor, "x y z"]) -> Tensor:
    if not gradient.is_sparse:
        return gradient.masked_fill(mask[..., None], 0.0)
    index, values = gradient._indices(), gradient._values()
    moves = ~mask[index[0], index[1], index[2]]
    return torch.sparse_coo_tensor(
        index[:, moves], values[moves], gradient.shape, is_coalesced=gradient.is_coalesced(), check_invariants=False
    )


def keep_in_term(
    seen: DensityField, regions: Regions, weight: float, generator: torch.Generator, device: torch.device
) -> list[Term]:
    """Returns the pull of what must be there, on the field as it is seen; nothing where nothing must be."""
    if not regions.keep_in or weight <= 0:
        return []
    points = torch.cat([shape.sample(POINTS // len(regions.keep_in), generator) for shape in regions.keep_in])
    points = points[(regions.free(points) >= 1) & (regions.held(points) <= 0) & _inside(seen.bounds, points)]
    if not len(points):
        return []
    solid = SOLID / longest_side(seen.bounds)
    lack = (solid / seen.density(points.to(device)).clamp_min(LEAST * solid)).log().clamp_min(0).mean()
    return [Term("keep_in", weight * lack, float(lack.detach()))]


def _inside(bounds: Bounds, points: Float[Tensor, "n 3"]) -> Bool[Tensor, " n"]:
    return (bounds.normalized(points).abs() <= 1).all(-1)


@torch.no_grad()
def fill_keep_in(field: Field, regions: Regions) -> None:
    """Has a dense grid begin with what must be there, so that it is also where no step is taken."""
    if not regions.keep_in or not isinstance(field, DenseGrid):
        return
    centers = cell_centers(field.bounds, field.shape).reshape(-1, 3)
    filled = (nearest(regions.keep_in, centers) <= 0).reshape(field.shape) & ~_held(field, regions)
    raw = field.raw_density[..., 0]
    raw[filled.to(raw.device)] = raw[filled.to(raw.device)].clamp_min(FILL_RAW)


def _held(field: DenseGrid, regions: Regions) -> Bool[Tensor, "x y z"]:
    none = torch.zeros(field.shape, dtype=torch.bool)
    return regions.held_cells(field.bounds, field.shape) if regions.holds else none
