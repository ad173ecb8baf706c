"""The way along the rays of a dense grid as one function with a derivative: gather, activate, composite, scatter.

Its plain twin is what `backend/render/renderer.py` does with tensors over `DenseGrid`; the two agree to rounding. The
gradient is the same whatever the number of threads, to the bit. For a field that wants it so (`sparse_gradients`) only
the voxels that a sample lay beside are stored, in rising order, each once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import DensityField

from ..stratified import RaySamples
from . import kernels
from .threads import run_parallel, thread_ranges

NO_OCCUPANCY = np.zeros((0, 0, 0), np.bool_)


@dataclass(frozen=True)
class FusedRendering:
    """What rays see; `density` is 0 where nothing was asked and has no gradient."""

    color: Float[Tensor, "r c"]
    opacity: Float[Tensor, " r"]
    depth: Float[Tensor, " r"]
    weights: Float[Tensor, "r s"]
    density: Float[Tensor, "r s"]


def march(
    field: DensityField,
    rays: Rays,
    samples: RaySamples,
    occupied: Bool[Tensor, "n n n"] | None = None,
    early_stop_transmittance: float = 0.0,
) -> FusedRendering:
    """Rays through a field that `can_fuse`: a dense grid. Samples in cells that are not occupied are empty.

    A ray ends at `early_stop_transmittance`. What lies behind that point could change a color, or the opacity, by no
    more than that share.
    """
    grid = cast(DenseGrid, field)
    low, sides = _box(grid, samples.t)
    precision = samples.t.numpy().dtype.type
    way = _MarchInputs(
        low,
        sides,
        precision(grid.scale),
        grid.color_channels == 3,
        NO_OCCUPANCY if occupied is None else occupied.numpy(),
        _array(rays.origins),
        _array(rays.directions),
        _array(samples.t),
        _array(samples.lengths),
        precision(-math.log(early_stop_transmittance) if early_stop_transmittance > 0 else math.inf),
    )
    seen = _March.apply(grid.raw_density, grid.raw_color, way, grid.sparse_gradients)  # type: ignore[no-untyped-call]
    return FusedRendering(*seen)


@dataclass(frozen=True)
class _MarchInputs:
    """Everything that has no gradient."""

    low: np.ndarray
    sides: np.ndarray
    scale: float
    squashed: bool
    occupied: np.ndarray
    origins: np.ndarray
    directions: np.ndarray
    t: np.ndarray
    lengths: np.ndarray
    deepest: float


class _March(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, raw_density: Tensor, raw_color: Tensor, way: _MarchInputs, sparse: bool
    ) -> tuple[Tensor, ...]:
        keep = any(ctx.needs_input_grad[:2])
        density, color = _array(raw_density)[..., 0], _array(raw_color)
        seen = _empty_rendering(way, color)
        (rays, samples), lanes = way.t.shape, (0,) * color.shape[3]
        kept = _SampleRecords.empty(rays if keep else 1, samples, color.shape[3], way.t.dtype)
        parts = thread_ranges(len(way.t))
        planes = np.zeros((len(parts), density.shape[0]), np.int64)
        arrays = [part.numpy() for part in seen]

        def go(begin: int, end: int, counts: np.ndarray) -> None:
            mine = kept if keep else _SampleRecords.empty(1, samples, color.shape[3], way.t.dtype)
            kernels.march(
                density, color, lanes, way.low, way.sides, way.scale, way.squashed, way.occupied, way.origins,
                way.directions, way.t, way.lengths, way.deepest, begin, end, *arrays, *mine.arrays, counts,
            )  # fmt: skip

        run_parallel(go, [(*part, counts) for part, counts in zip(parts, planes, strict=True)])
        if keep:
            ctx.way, ctx.kept, ctx.planes, ctx.parts, ctx.shape, ctx.sparse = (
                way,
                kept,
                planes,
                parts,
                color.shape,
                sparse,
            )
            ctx.save_for_backward(*seen[:4])
        ctx.mark_non_differentiable(seen[4])
        ctx.set_materialize_grads(False)
        return seen

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *slopes: Tensor | None) -> tuple[Tensor | None, ...]:
        lists = _gradient_lists(ctx, slopes[:4])
        slopes = _sum_gradients(lists, ctx.shape)
        return *(slopes if ctx.sparse else (slope.to_dense() for slope in slopes)), None, None


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().contiguous().numpy()


def _box(field: DenseGrid, like: Tensor) -> tuple[np.ndarray, np.ndarray]:
    low, high = (torch.tensor(end).to(like) for end in (field.bounds.low, field.bounds.high))
    return low.numpy(), (high - low).numpy()


def _empty_rendering(way: _MarchInputs, color: np.ndarray) -> tuple[Tensor, ...]:
    rays, samples = way.t.shape
    like = torch.from_numpy(way.t)
    return (
        like.new_zeros(rays, color.shape[3]),
        like.new_empty(rays),
        like.new_empty(rays),
        like.new_empty(rays, samples),
        like.new_empty(rays, samples),
    )


@dataclass(frozen=True)
class _SampleRecords:
    """What the way back needs of each sample that was asked; column k is a ray's k-th."""

    count: np.ndarray
    place: np.ndarray
    base: np.ndarray
    shares: np.ndarray
    slope: np.ndarray
    through: np.ndarray
    seen: np.ndarray

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        return self.count, self.place, self.base, self.shares, self.slope, self.through, self.seen

    @staticmethod
    def empty(rows: int, samples: int, channels: int, kind: np.dtype) -> _SampleRecords:
        whole, shape = np.int32, (rows, samples)
        return _SampleRecords(
            np.empty(rows, whole), np.empty(shape, whole), np.empty(shape, whole), np.empty((*shape, 3), kind),
            np.empty(shape, kind), np.empty(shape, kind), np.empty((*shape, channels), kind),
        )  # fmt: skip


@dataclass(frozen=True)
class _PlaneLists:
    """Samples by the lower plane of voxels beside them: those of plane x stand from ends[x] to ends[x + 1]."""

    ends: np.ndarray
    listed: np.ndarray
    shares: np.ndarray
    pulled: np.ndarray


def _gradient_lists(ctx: Any, slopes: tuple[Tensor | None, ...]) -> _PlaneLists:
    color, opacity, depth, weights = (part.numpy() for part in ctx.saved_tensors)
    way, planes = ctx.way, ctx.planes
    ends = np.concatenate([[0], planes.sum(0).cumsum()])
    starts = ends[:-1] + planes.cumsum(0) - planes  # each range of rays writes behind the ranges before it
    total, kind = int(ends[-1]), way.t.dtype
    lists = _PlaneLists(
        ends, np.empty(total, np.int32), np.empty((total, 3), kind), np.empty((total, 1 + ctx.shape[3]), kind)
    )
    wanted = [_slope(slope, like) for slope, like in zip(slopes, (color, opacity, depth, weights), strict=True)]

    def go(begin: int, end: int, at: np.ndarray) -> None:
        kernels.backward(
            ctx.shape[1] * ctx.shape[2], (0,) * ctx.shape[3], way.squashed, way.t, weights, opacity, depth,
            *ctx.kept.arrays, *wanted, begin, end, at, lists.listed, lists.shares, lists.pulled,
        )  # fmt: skip

    run_parallel(go, [(*part, at) for part, at in zip(ctx.parts, starts, strict=True)])
    return lists


def _slope(slope: Tensor | None, like: np.ndarray) -> np.ndarray:
    """Zeros of what the loss does not hang on."""
    return np.zeros_like(like) if slope is None else _array(slope)


def _sum_gradients(lists: _PlaneLists, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The gradient by raw density and by raw color."""
    parts = run_parallel(
        lambda first, last: _sum_plane_range(lists, shape, first, last), _equal_work(lists.ends, shape[0])
    )
    index, density, color = parts[0] if len(parts) == 1 else map(_concatenate, zip(*parts, strict=True), (1, 0, 0))
    return _sparse(index, density, shape), _sparse(index, color, shape)


def _concatenate(parts: Sequence[Tensor], along: int) -> Tensor:
    return torch.cat(tuple(parts), along)


def _sparse(index: Tensor, values: Tensor, shape: tuple[int, ...]) -> Tensor:
    size = (*shape[:3], values.shape[1])
    return torch.sparse_coo_tensor(index, values, size, is_coalesced=True, check_invariants=False)


def _sum_plane_range(
    lists: _PlaneLists, shape: tuple[int, ...], first: int, last: int
) -> tuple[Tensor, Tensor, Tensor]:
    _, ny, nz, channels = shape
    kind = lists.pulled.dtype
    most = 1 + min((last - first) * ny * nz, 8 * int(lists.ends[last] - lists.ends[max(first - 1, 0)]))
    index, density, color = np.empty((3, most), np.int64), np.empty((most, 1), kind), np.empty((most, channels), kind)
    found = kernels.sum_planes(
        (0,) * channels, lists.ends, lists.listed, lists.shares, lists.pulled, nz, first, last,
        _plane(ny, nz, channels, kind), _plane(ny, nz, channels, kind), index, density, color,
    )  # fmt: skip
    return torch.from_numpy(index[:, :found]), torch.from_numpy(density[:found]), torch.from_numpy(color[:found])


def _plane(ny: int, nz: int, channels: int, kind: np.dtype) -> kernels.Plane:
    """An empty table."""
    sums, touched = np.zeros((ny * nz, 1 + channels), kind), np.zeros(ny * nz, np.uint8)
    return kernels.Plane(sums, touched, np.full(ny, nz, np.int32), np.zeros(ny, np.int32))


def _equal_work(ends: np.ndarray, planes: int) -> list[tuple[int, int]]:
    """Planes in as many ranges as there are threads, with about the same number of samples in each."""
    parts = len(thread_ranges(planes))
    edges = np.searchsorted(ends[:-1], ends[-1] * np.arange(1, parts) / parts)
    edges = [0, *(int(edge) for edge in edges), planes]
    return [(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True) if a < b]
