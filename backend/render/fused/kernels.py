"""Loops over rays and voxels that numba compiles: what the plain renderer says with tensors, one ray at a time.

Nothing here knows of torch. Arrays that belong together come in one named tuple; numba takes it apart, which is done
before a loop and not inside it, for it counts references. A kernel works on a range of rays or planes and releases the
interpreter's lock, so the caller decides how many threads there are. Along a ray each thing is done for all samples
before the next is begun: short loops that read the grid let many reads be under way at once, which halved the time of
one long loop. Constants are made of the arrays' own type, for a plain 1 would turn everything into double.

All kernels stand in this one file: numba compiles a function again when its own file has changed, but not when another
file has from which it calls.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from .jit import kernel

MARGIN = 5e-6  # of a side, as dense_grid: rounding at a face must not open it
OPAQUE = 80.0  # as compositing
LINEAR = 20.0  # as torch's softplus: above this it is its argument
MIN_SINGLE, MIN_DOUBLE = 2.0**-63, 2.0**-511  # the roots of the smallest normal numbers; as masked_adam
BATCH = 16  # samples whose density is read before it is looked whether the next ones can be seen


@kernel
def first_cell(f, cells, zero, half, one):
    """The lower of the two cell centers around a fraction of a side, and how far beyond it the fraction lies."""
    place = min(max(f * cells - half, zero), cells - one)
    first = min(np.int32(place), np.int32(cells) - np.int32(2))
    return first, place - first * one


class GridArrays(NamedTuple):
    """A dense grid in its box, voxel by voxel: v = nx ny nz. `lanes` is a tuple of as many numbers as there are color
    channels, `bands` of as many as there are harmonics: their lengths are known when a kernel is compiled."""

    shape: tuple[int, int, int]
    raw_density: Float[np.ndarray, " v"]
    raw_color: Float[np.ndarray, " v*c"]
    raw_harmonics: Float[np.ndarray, " v*c*b"]
    lanes: tuple[int, ...]
    bands: tuple[int, ...]
    scale: float
    """density = scale softplus(raw)"""
    sigmoid: bool
    """Whether colors are squashed into [0, 1]."""
    low: Float[np.ndarray, "3"]
    sides: Float[np.ndarray, "3"]
    occupancy_resolution: int
    """0: nothing is known to be empty."""
    occupied: Bool[np.ndarray, " n*n*n"]


class RayArrays(NamedTuple):
    """Rays, and the intervals along them."""

    origins: Float[np.ndarray, "r 3"]
    directions: Float[np.ndarray, "r 3"]
    t: Float[np.ndarray, "r s"]
    lengths: Float[np.ndarray, "r s"]
    harmonics: Float[np.ndarray, "r b"]
    """Of the rays' directions."""
    max_optical_depth: float
    """A ray ends where it has passed this much."""


class RenderedArrays(NamedTuple):
    """What rays see, or the derivative of a loss by that."""

    color: Float[np.ndarray, "r c"]
    opacity: Float[np.ndarray, " r"]
    depth: Float[np.ndarray, " r"]
    weights: Float[np.ndarray, "r s"]


class SampleRecords(NamedTuple):
    """What the way back needs of the samples that were queried: column k is a ray's k-th. A single row is written over
    by every ray."""

    count: Int[np.ndarray, " r"]
    sample: Int[np.ndarray, "r s"]
    """Where it stands in the ray."""
    voxel: Int[np.ndarray, "r s"]
    """The lowest of the eight voxels beside it."""
    fraction: Float[np.ndarray, "r s 3"]
    """How far beyond that voxel's center it lies."""
    slope: Float[np.ndarray, "r s"]
    """d optical depth / d raw density"""
    transmittance: Float[np.ndarray, "r s"]
    """Behind it."""
    color: Float[np.ndarray, "r s c"]


class RayRecord(NamedTuple):
    """One row of `SampleRecords`."""

    sample: Int[np.ndarray, " s"]
    voxel: Int[np.ndarray, " s"]
    fraction: Float[np.ndarray, "s 3"]
    slope: Float[np.ndarray, " s"]
    transmittance: Float[np.ndarray, " s"]
    color: Float[np.ndarray, " s*c"]


class RayBuffers(NamedTuple):
    """What is needed while one ray is marched."""

    raw: Float[np.ndarray, " s"]
    """Raw density of the samples that are queried."""
    fractions: Float[np.ndarray, "3 s"]
    """Where all samples lie, in fractions of the box's sides."""
    cell: Int[np.ndarray, " s"]
    mask: Bool[np.ndarray, " s"]


@kernel
def ray_record(records, row):
    """A row of the records, colors one after another."""
    return RayRecord(
        records.sample[row], records.voxel[row], records.fraction[row], records.slope[row],
        records.transmittance[row], records.color[row].reshape(records.color.shape[1] * records.color.shape[2]),
    )  # fmt: skip


@kernel
def select_samples(grid, origin, direction, t, lengths, buffers):
    """Writes where samples lie, in fractions of the box's sides, and whether they are queried: in the box (false for
    NaN, which no index may be made of), with a length, and in a cell that is not known to be empty."""
    low, sides, occupied = grid.low, grid.sides, grid.occupied
    fractions, cell, mask = buffers.fractions, buffers.cell, buffers.mask
    kind = t.dtype.type
    zero, one, margin = kind(0), kind(1), kind(MARGIN)
    n = np.int32(max(grid.occupancy_resolution, 1))
    cells, last = kind(n), kind(n - 1)
    for axis in range(3):
        start, step = (origin[axis] - low[axis]) / sides[axis], direction[axis] / sides[axis]
        for i in range(t.shape[0]):
            f = start + t[i] * step
            inside = (f >= -margin) & (f <= one + margin)
            fractions[axis, i] = f if inside else zero
            mask[i] = inside & (lengths[i] > zero) & ((axis == 0) | mask[i])
            cell[i] = (cell[i] * n if axis > 0 else 0) + np.int32(min(max(fractions[axis, i] * cells, zero), last))
    if grid.occupancy_resolution > 0:
        for i in range(t.shape[0]):
            mask[i] &= occupied[cell[i]]


@kernel
def list_samples(shape, buffers, record):
    """Lists the samples that are queried, how many they are, and where they lie between the voxels."""
    fractions, mask = buffers.fractions, buffers.mask
    sample, voxel, fraction = record.sample, record.voxel, record.fraction
    kind = fractions.dtype.type
    zero, half, one = kind(0), kind(0.5), kind(1)
    nx, ny, nz = shape
    cells_x, cells_y, cells_z = kind(nx), kind(ny), kind(nz)
    found = 0
    for i in range(mask.shape[0]):
        if mask[i]:
            sample[found] = i
            found += 1
    for k in range(found):
        i = sample[k]
        x, fraction[k, 0] = first_cell(fractions[0, i], cells_x, zero, half, one)
        y, fraction[k, 1] = first_cell(fractions[1, i], cells_y, zero, half, one)
        z, fraction[k, 2] = first_cell(fractions[2, i], cells_z, zero, half, one)
        voxel[k] = (x * np.int32(ny) + y) * np.int32(nz) + z
    return found


@kernel
def interpolate(values, v, ny_nz, nz, fx, fy, fz, one):
    """The value between the eight voxels from v on."""
    gy, gz = one - fy, one - fz
    here = gy * (gz * values[v] + fz * values[v + 1]) + fy * (gz * values[v + nz] + fz * values[v + nz + 1])
    v += ny_nz
    there = gy * (gz * values[v] + fz * values[v + 1]) + fy * (gz * values[v + nz] + fz * values[v + nz + 1])
    return (one - fx) * here + fx * there


@kernel
def composite(scale, lengths, raw, first, last, passed, light, record, weights, density):
    """Emission and absorption at the listed samples first to last: how much was passed, and what light is left."""
    sample, slope, transmittance = record.sample, record.slope, record.transmittance
    kind = lengths.dtype.type
    one, opaque, linear = kind(1), kind(OPAQUE), kind(LINEAR)
    for k in range(first, last):
        i = sample[k]
        grown = math.exp(raw[k])
        dense = scale * (raw[k] if raw[k] > linear else math.log1p(grown))
        deep = dense * lengths[i]
        slope[k] = scale * lengths[i] * (one if raw[k] > linear else grown / (one + grown))
        if deep > opaque:
            deep, slope[k] = opaque, kind(0)
        weight = -light * math.expm1(-deep)
        passed += deep
        light -= weight
        density[i], weights[i], transmittance[k] = dense, weight, light
    return passed, light


@kernel
def add_harmonics(grid, harmonics, found, record, one):
    """Adds to the raw colors at the listed samples what changes with the side that they are seen from."""
    values, channels, bands = grid.raw_harmonics, len(grid.lanes), len(grid.bands)
    width, nz, ny_nz = channels * bands, grid.shape[2], grid.shape[1] * grid.shape[2]
    voxel, fraction, colors = record.voxel, record.fraction, record.color
    for k in range(found):
        fx, fy, fz = fraction[k, 0], fraction[k, 1], fraction[k, 2]
        gx, gy, gz = one - fx, one - fy, one - fz
        s0, s1, s2, s3 = gx * gy, gx * fy, fx * gy, fx * fy
        v0 = voxel[k] * width
        v1, v2, v3 = v0 + nz * width, v0 + ny_nz * width, v0 + (ny_nz + nz) * width
        for c in range(channels):
            for j in range(bands):
                at = c * bands + j
                a, b, d, e = v0 + at, v1 + at, v2 + at, v3 + at
                here = s0 * values[a] + s1 * values[b] + s2 * values[d] + s3 * values[e]
                a, b, d, e = a + width, b + width, d + width, e + width
                there = s0 * values[a] + s1 * values[b] + s2 * values[d] + s3 * values[e]
                colors[k * channels + c] += harmonics[j] * (gz * here + fz * there)


@kernel
def composite_colors(grid, harmonics, found, record, weights, color):
    """The colors at the listed samples, and the ray's."""
    values, channels = grid.raw_color, len(grid.lanes)
    nz, ny_nz = grid.shape[2], grid.shape[1] * grid.shape[2]
    sample, voxel, fraction, colors = record.sample, record.voxel, record.fraction, record.color
    one = weights.dtype.type(1)
    for k in range(found):
        fx, fy, fz = fraction[k, 0], fraction[k, 1], fraction[k, 2]
        gx, gy, gz = one - fx, one - fy, one - fz
        s0, s1, s2, s3 = gx * gy, gx * fy, fx * gy, fx * fy
        v0 = voxel[k] * channels
        v1, v2, v3 = v0 + nz * channels, v0 + ny_nz * channels, v0 + (ny_nz + nz) * channels
        for c in range(channels):
            a, b, d, e = v0 + c, v1 + c, v2 + c, v3 + c
            here = s0 * values[a] + s1 * values[b] + s2 * values[d] + s3 * values[e]
            a, b, d, e = a + channels, b + channels, d + channels, e + channels
            there = s0 * values[a] + s1 * values[b] + s2 * values[d] + s3 * values[e]
            colors[k * channels + c] = gz * here + fz * there
    if len(grid.bands) > 0:
        add_harmonics(grid, harmonics, found, record, one)
    if grid.sigmoid:
        for j in range(found * channels):
            colors[j] = one / (one + math.exp(-colors[j]))
    for k in range(found):
        for c in range(channels):
            color[c] += weights[sample[k]] * colors[k * channels + c]


@kernel
def march(grid, rays, begin, end, rendering, densities, records, plane_counts):
    """Front to back along the rays begin to end. `densities` (r, s) are 0 where nothing was queried. `plane_counts`
    counts the queried samples by the lower of the two planes of voxels beside them, unless there is a single row of
    records for many rays."""
    t, lengths, max_depth = rays.t, rays.lengths, rays.max_optical_depth
    kind, samples = t.dtype.type, t.shape[1]
    zero, one = kind(0), kind(1)
    nz, ny_nz = grid.shape[2], grid.shape[1] * grid.shape[2]
    keep = records.sample.shape[0] == t.shape[0]
    buffers = RayBuffers(
        np.empty(samples, t.dtype), np.empty((3, samples), t.dtype), np.empty(samples, np.int32),
        np.empty(samples, np.bool_),
    )  # fmt: skip
    raw, raw_density, scale = buffers.raw, grid.raw_density, grid.scale
    for r in range(begin, end):
        row = r if keep else 0
        record, weights, density = ray_record(records, row), rendering.weights[r], densities[r]
        sample, voxel, fraction = record.sample, record.voxel, record.fraction
        weights[:] = zero
        density[:] = zero
        select_samples(grid, rays.origins[r], rays.directions[r], t[r], lengths[r], buffers)
        found = list_samples(grid.shape, buffers, record)
        passed, light, done = zero, one, 0
        while done < found and not passed >= max_depth:
            last = min(done + BATCH, found)
            for k in range(done, last):
                fx, fy, fz = fraction[k, 0], fraction[k, 1], fraction[k, 2]
                raw[k] = interpolate(raw_density, voxel[k], ny_nz, nz, fx, fy, fz, one)
            passed, light = composite(scale, lengths[r], raw, done, last, passed, light, record, weights, density)
            done = last
        composite_colors(grid, rays.harmonics[r], done, record, weights, rendering.color[r])
        stopped, distance = zero, zero
        for k in range(done):
            i = sample[k]
            stopped += weights[i]
            distance += weights[i] * t[r, i]
        rendering.opacity[r] = stopped
        rendering.depth[r] = zero if stopped == zero else distance / stopped
        if keep:
            records.count[r] = done
            for k in range(done):
                plane_counts[voxel[k] // ny_nz] += 1


class PlaneLists(NamedTuple):
    """Samples by the lower plane of voxels beside them: those of plane x stand from ends[x] to ends[x + 1]."""

    ends: Int[np.ndarray, " nx+1"]
    voxel: Int[np.ndarray, " m"]
    """The lowest voxel beside it, within the plane."""
    fraction: Float[np.ndarray, "m 3"]
    gradient: Float[np.ndarray, "m 1+c+c*b"]
    """The derivative by raw density, color and harmonics at the sample."""


@kernel
def backward(grid, rays, rendering, records, by_rendering, begin, end, starts, lists):
    """Back to front along the rays begin to end: the derivative of the loss by the raw values at every sample, written
    to the list of the sample's plane.

        d loss / d depth_i = T_{i+1} G_i - sum_{j>i} w_j G_j          G_i = d loss / d w_i

    `starts` says where the list of each plane goes on.
    """
    _, opacity, depth, weights = rendering
    count, sample, voxel, fraction, slope, transmittance, color = records
    by_color, by_opacity, by_mean_depth, by_weights = by_rendering
    _, list_voxel, list_fraction, gradient = lists
    lanes, sigmoid, ny_nz = grid.lanes, grid.sigmoid, grid.shape[1] * grid.shape[2]
    t, harmonics, bands = rays.t, rays.harmonics, len(grid.bands)
    kind = t.dtype.type
    zero, one = kind(0), kind(1)
    for r in range(begin, end):
        behind = zero
        by_depth = by_mean_depth[r] / opacity[r] if opacity[r] > zero else zero
        for k in range(count[r] - 1, -1, -1):
            i, x = sample[r, k], voxel[r, k] // ny_nz
            at = starts[x]
            starts[x] += 1
            weight = weights[r, i]
            by_weight = by_opacity[r] + by_weights[r, i] + by_depth * (t[r, i] - depth[r])
            for c in range(len(lanes)):
                value = color[r, k, c]
                by_weight += by_color[r, c] * value
                rise = value * (one - value) if sigmoid else one
                by_raw = by_color[r, c] * weight * rise
                gradient[at, 1 + c] = by_raw
                for j in range(bands):
                    gradient[at, 1 + len(lanes) + c * bands + j] = by_raw * harmonics[r, j]
            gradient[at, 0] = (transmittance[r, k] * by_weight - behind) * slope[r, k]
            behind += weight * by_weight
            list_voxel[at] = voxel[r, k] - x * ny_nz
            list_fraction[at, 0], list_fraction[at, 1], list_fraction[at, 2] = (
                fraction[r, k, 0], fraction[r, k, 1], fraction[r, k, 2],
            )  # fmt: skip


class Plane(NamedTuple):
    """What one plane of voxels has been given so far, and from where to where along z in each row along y."""

    sums: Float[np.ndarray, "ny*nz 1+c"]
    touched: UInt8[np.ndarray, " ny*nz"]
    lows: Int[np.ndarray, " ny"]
    highs: Int[np.ndarray, " ny"]


class VoxelGradient(NamedTuple):
    """The derivative of a loss by raw density and color of the voxels that it reached."""

    index: Int[np.ndarray, "3 m"]
    density: Float[np.ndarray, "m 1"]
    color: Float[np.ndarray, "m c"]


@kernel
def add_to_plane(plane, lanes, voxel, nz, share, fy, fz, one, gradient, k):
    """A sample's derivative on the four voxels of one plane."""
    sums, touched, lows, highs = plane
    y = voxel // nz
    z = voxel - y * nz
    lows[y], highs[y] = min(lows[y], z), max(highs[y], z + 2)
    lows[y + 1], highs[y + 1] = min(lows[y + 1], z), max(highs[y + 1], z + 2)
    low, high = share * (one - fy), share * fy
    a, b, c, d = low * (one - fz), low * fz, high * (one - fz), high * fz
    for lane in range(1 + len(lanes)):
        value = gradient[k, lane]
        sums[voxel, lane] += a * value
        sums[voxel + 1, lane] += b * value
        sums[voxel + nz, lane] += c * value
        sums[voxel + nz + 1, lane] += d * value
    touched[voxel], touched[voxel + 1], touched[voxel + nz], touched[voxel + nz + 1] = 1, 1, 1, 1


@kernel
def flush_plane(x, plane, lanes, nz, found, out):
    """Hands out the sums of the touched voxels of a plane, and leaves it empty. Each voxel is written where the next
    one is due, and stays only if it was touched: quicker than to ask first."""
    sums, touched, lows, highs = plane
    index, density, color = out
    for y in range(lows.shape[0]):
        for z in range(lows[y], highs[y]):
            voxel = y * nz + z
            index[0, found], index[1, found], index[2, found] = x, y, z
            density[found, 0] = sums[voxel, 0]
            for c in range(len(lanes)):
                color[found, c] = sums[voxel, 1 + c]
            for c in range(1 + len(lanes)):
                sums[voxel, c] = 0
            found += touched[voxel]
            touched[voxel] = 0
        lows[y], highs[y] = nz, 0
    return found


@kernel
def sum_planes(lanes, lists, nz, first, last, here, above, out):
    """Sums the lists over the voxels of the planes first to last, and says how many voxels were touched.

    List x reaches the planes x and x + 1. Each plane is summed in one small table, always in the order of the lists,
    so that the sums are the same bits whichever planes fall to which thread. Voxels leave in rising order. `here` and
    `above` are tables that are empty before and after.
    """
    ends, voxel, fraction, gradient = lists
    one = gradient.dtype.type(1)
    found = 0
    for x in range(max(first - 1, 0), last):
        for k in range(ends[x], ends[x + 1]):
            fx, fy, fz = fraction[k, 0], fraction[k, 1], fraction[k, 2]
            if x >= first:
                add_to_plane(here, lanes, voxel[k], nz, one - fx, fy, fz, one, gradient, k)
            if x + 1 < last:
                add_to_plane(above, lanes, voxel[k], nz, fx, fy, fz, one, gradient, k)
        if x >= first:
            found = flush_plane(x, here, lanes, nz, found, out)
        here, above = above, here
    return found


@kernel
def scatter_rows(index, rows, shape, out):
    """Writes the rows of some voxels, `index` (3, m), where they stand among all."""
    for k in range(rows.shape[0]):
        voxel = (index[0, k] * shape[1] + index[1, k]) * shape[2] + index[2, k]
        for c in range(rows.shape[1]):
            out[voxel, c] = rows[k, c]


class AdamArrays(NamedTuple):
    """A parameter's values over voxels, and Adam's two moments of them."""

    values: Float[np.ndarray, "v c"]
    first: Float[np.ndarray, "v c"]
    second: Float[np.ndarray, "v c"]


@kernel
def masked_adam_step(arrays, index, gradient, shape, lanes, begin, end, step):
    """Adam's step of the stored voxels begin to end of a sparse gradient: `index` (3, m), `gradient` (m, c). Elements
    with no derivative to speak of are left as they are."""
    values, first, second = arrays
    rate, decays, correction, epsilon = step.rate, step.decays, step.correction, step.epsilon
    one, least = values.dtype.type(1), values.dtype.type(MIN_DOUBLE if values.itemsize == 8 else MIN_SINGLE)
    for k in range(begin, end):
        voxel = (index[0, k] * shape[1] + index[1, k]) * shape[2] + index[2, k]
        for c in range(len(lanes)):
            slope = gradient[k, c]
            if abs(slope) > least:
                m = decays[0] * first[voxel, c] + (one - decays[0]) * slope
                v = decays[1] * second[voxel, c] + (one - decays[1]) * slope * slope
                first[voxel, c], second[voxel, c] = m, v
                values[voxel, c] -= rate * m / (math.sqrt(v) / correction + epsilon)
