"""The field as two grids that another program can mesh: density and color at cell centers.

Voxel i of n on an axis stands at  low + (i + 1/2) (high - low) / n. Density is 1/meter of the field's own space;
`transform` brings that space into the scene. The field is asked a slab at a time, so memory is bounded by the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from backend.color import srgb_bytes
from backend.errors import EmptyFieldError, MemoryShortError
from backend.fields.field import Bounds, DensityField, LatticeField
from backend.fields.live_bytes import bytes_a_point
from backend.free_memory import free_bytes, gigabytes, is_memory_short

CHUNK, MIN_CHUNK = 1 << 18, 1 << 12
"""Cells that are asked at once, and where memory is short."""
HISTOGRAM_BINS = 64
CELL_BYTES = 17
"""The most that an export holds for a cell: 2 of density, 3 of color, and three numbers for its threshold."""
LATTICE_POINT = 80
"""Bytes of a cell that a field on a lattice is asked for, while it is asked."""
COPIES = 1.5
"""Of what a network is alive with while it is asked: the libraries' own inside one operation."""
REFERENCE_CELLS = 64
"""Emptiness is judged over this fraction of the box, whatever the resolution of the export."""
SOLID_CELLS = 12
"""A surface lies where this fraction of the box would stop light: a field that was distilled is a gel, soft for several
cells below the surface that renders show, and over one cell only its core would count as solid."""
MIN_OPACITY = 2e-3
"""A field is empty when its densest cell stops less light than this; a reconstruction starts a little above it."""
HALF_MAX = float(np.finfo(np.float16).max)
IDENTITY = tuple(tuple(float(row == column) for column in range(4)) for row in range(4))


@dataclass(frozen=True)
class Grid:
    """Axis order (x, y, z); color is sRGB-encoded, density the field's own."""

    density: np.ndarray
    color: np.ndarray
    bounds_low: tuple[float, float, float]
    bounds_high: tuple[float, float, float]
    transform: list[list[float]]
    threshold: float
    histogram: dict[str, Any]
    parts: np.ndarray | None = None
    """uint8 (x, y, z): the part of the object that each cell belongs to, where that is known"""
    part_names: tuple[str, ...] = ()


def export_grid(
    field: DensityField,
    resolution: int,
    threshold: float = 0.0,
    transform: list[list[float]] | None = None,
    between: Callable[[], None] | None = None,
) -> Grid:
    """Sample the field; `resolution` counts cells on the longest side, and a threshold of 0 is chosen from the values.
    `between` is called after each part of it.

    Raises:
        EmptyFieldError: nothing is dense enough to be seen.
        MemoryShortError: the grids do not fit into memory.
    """
    chunk = _chunk_with_room(field, resolution)
    try:
        density, color = sample_field(field, _shape(field.bounds, resolution), between, chunk)
    except (MemoryError, RuntimeError) as cause:
        if not is_memory_short(cause):
            raise
        raise MemoryShortError(
            f"The memory does not hold a grid of {resolution} cells a side: export at a lower resolution."
        ) from cause
    side = max(_sides(field.bounds))
    check_solid(density, side)
    return Grid(
        density,
        color,
        field.bounds.low,
        field.bounds.high,
        transform or [list(row) for row in IDENTITY],
        threshold or suggested_threshold(density, side),
        histogram(density),
    )


def export_bytes(bounds: Bounds, resolution: int, point_bytes: float = LATTICE_POINT) -> int:
    """The most that an export takes: its grids with their copies, and what is alive for the cells asked at once."""
    return int(CELL_BYTES * math.prod(_shape(bounds, resolution)) + CHUNK * point_bytes)


def _chunk_with_room(field: DensityField, resolution: int) -> int:
    """Returns how many cells to ask at once. It is asked before, because the kernel kills rather than says no.

    Raises:
        MemoryShortError: not even with few of them.
    """
    free, chunk = free_bytes(torch.device("cpu")), CHUNK
    point = 0.0 if isinstance(field, LatticeField) else COPIES * bytes_a_point(field)
    grids = export_bytes(field.bounds, resolution, 0)
    if free is None:
        return chunk
    while grids + chunk * point > free and chunk > MIN_CHUNK:
        chunk //= 2
    if grids + chunk * point > free:
        fits = int(resolution * (max(0.0, free - chunk * point) / grids) ** (1 / 3))
        raise MemoryShortError(
            f"A grid of {resolution} cells a side needs about {gigabytes(grids + chunk * point)} and {gigabytes(free)} "
            f"are free: {fits} would fit."
        )
    return chunk


def check_solid(density: np.ndarray, side: float) -> None:
    """Raises EmptyFieldError when nothing could be seen."""
    densest = float(density.max())
    if -np.expm1(-densest * side / REFERENCE_CELLS) < MIN_OPACITY:
        raise EmptyFieldError("Nothing solid came out: try more steps, another seed or other words.")


def suggested_threshold(density: np.ndarray, side: float) -> float:
    """The density that best parts solid from empty: Otsu's (1979) threshold of the cells' opacities.

    Opacities (over side / 12) lie in [0, 1], where the two kinds stand apart; densities have no upper end.
    """
    length = side / SOLID_CELLS
    opacity = -np.expm1(-density.astype(np.float32) * length)
    counts, edges = np.histogram(opacity[opacity > 1e-3], bins=128, range=(0, 1))
    return float(-np.log1p(-min(_otsu(counts, edges), 0.99)) / length)


def _otsu(counts: np.ndarray, edges: np.ndarray) -> float:
    """The edge that makes the variance between the two classes largest; the middle of equally good ones."""
    centers = (edges[:-1] + edges[1:]) / 2
    below, total = np.cumsum(counts)[:-1], counts.sum()
    sums = np.cumsum(counts * centers)
    above = total - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums[:-1] / below - (sums[-1] - sums[:-1]) / above) ** 2
    between = np.nan_to_num(between, nan=-1.0)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(np.mean(edges[1:-1][best])) if between.max() > 0 else 0.5


def histogram(density: np.ndarray) -> dict[str, list[float]]:
    """Counts of densities in bins of equal ratio, for a person who moves the threshold."""
    top = max(float(density.max()), 1e-3)
    edges = np.concatenate([[0.0], np.geomspace(top * 1e-4, top, HISTOGRAM_BINS)])
    counts, _ = np.histogram(density, bins=edges)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


@torch.no_grad()
def sample_field(
    field: DensityField,
    shape: tuple[int, int, int],
    between: Callable[[], None] | None = None,
    chunk: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Density as float16 and color as uint8 at all cell centers."""
    density, color = np.empty(shape, np.float16), np.empty((*shape, 3), np.uint8)
    flat_density, flat_color = density.reshape(-1), color.reshape(-1, 3)
    done = 0
    for dense, painted in _parts(field, shape, chunk or CHUNK):
        some = slice(done, done + dense.numel())
        flat_density[some] = dense.flatten().nan_to_num(0.0).clamp_(0, HALF_MAX).half().cpu().numpy()
        flat_color[some] = srgb_bytes(painted.nan_to_num(0.0)).view(-1, 3).cpu().numpy()
        done = some.stop
        if between is not None:
            between()
    return density, color


def _parts(field: DensityField, shape: tuple[int, int, int], chunk: int) -> Iterator[tuple[Tensor, Tensor]]:
    return _slabs(field, shape, chunk) if isinstance(field, LatticeField) else _chunks(field, shape, chunk)


def _chunks(field: DensityField, shape: tuple[int, int, int], chunk: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Cells one after another, asked as points."""
    device = next(parameter for _, parameter in field.named_parameters()).device
    count = math.prod(shape)
    for first in range(0, count, chunk):
        cells = torch.arange(first, min(first + chunk, count), device=device)
        yield field.density_and_color(_centers(cells, shape, field.bounds))


def _slabs(field: LatticeField, shape: tuple[int, int, int], chunk: int) -> Iterator[tuple[Tensor, Tensor]]:
    """The same cells in the same order, whole planes at a time."""
    planes = max(1, chunk // (shape[1] * shape[2]))
    for first in range(0, shape[0], planes):
        yield field.lattice_slab(shape, first, min(first + planes, shape[0]))


def _centers(cells: Tensor, shape: tuple[int, int, int], bounds: Bounds) -> Float[Tensor, "n 3"]:
    index = torch.stack([cells // (shape[1] * shape[2]), cells // shape[2] % shape[1], cells % shape[2]], dim=-1)
    low, high = (torch.tensor(end, device=cells.device) for end in (bounds.low, bounds.high))
    return low + (index + 0.5) * (high - low) / torch.tensor(shape, device=cells.device)


def _sides(bounds: Bounds) -> list[float]:
    return [high - low for low, high in zip(bounds.low, bounds.high, strict=True)]


def _shape(bounds: Bounds, resolution: int) -> tuple[int, int, int]:
    sides = _sides(bounds)
    x, y, z = (max(1, round(resolution * side / max(sides))) for side in sides)
    return x, y, z
