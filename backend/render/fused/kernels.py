"""Loops over rays and voxels that numba compiles: what the plain renderer says with tensors, one ray at a time.

Nothing here knows of torch. A kernel works on a range of rays or planes and releases the interpreter's lock, so the
caller decides how many threads there are. Along a ray each thing is done for all samples before the next is begun:
short loops that read the grid let many reads be under way at once, which halved the time of one long loop. Constants
are made of the arrays' own type, for a plain 1 would turn everything into double.

All kernels stand in this one file: numba compiles a function again when its own file has changed, but not when another
file has from which it calls.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

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


@kernel
def select_samples(low, sides, coarse, occupied, origin, direction, t, lengths, fractions, cell, mask):
    """Where samples lie, in fractions of the box's sides, and whether they are asked: in the box (false for NaN, which
    no index may be made of), with a length, and in a cell that is not known to be empty."""
    kind = t.dtype.type
    zero, one, margin = kind(0), kind(1), kind(MARGIN)
    n = np.int32(max(coarse, 1))
    cells, last = kind(n), kind(n - 1)
    for axis in range(3):
        start, step = (origin[axis] - low[axis]) / sides[axis], direction[axis] / sides[axis]
        for i in range(t.shape[0]):
            f = start + t[i] * step
            inside = (f >= -margin) & (f <= one + margin)
            fractions[axis, i] = f if inside else zero
            mask[i] = inside & (lengths[i] > zero) & ((axis == 0) | mask[i])
            cell[i] = (cell[i] * n if axis > 0 else 0) + np.int32(min(max(fractions[axis, i] * cells, zero), last))
    if coarse > 0:
        for i in range(t.shape[0]):
            mask[i] &= occupied[cell[i]]


@kernel
def list_samples(shape, fractions, mask, place, base, shares):
    """Lists the samples that are asked: where each stands in the ray, the first voxel beside it, and how far beyond
    that voxel's center it lies along each axis."""
    kind = fractions.dtype.type
    zero, half, one = kind(0), kind(0.5), kind(1)
    nx, ny, nz = shape
    cells_x, cells_y, cells_z = kind(nx), kind(ny), kind(nz)
    found = 0
    for i in range(mask.shape[0]):
        if mask[i]:
            place[found] = i
            found += 1
    for k in range(found):
        i = place[k]
        x, shares[k, 0] = first_cell(fractions[0, i], cells_x, zero, half, one)
        y, shares[k, 1] = first_cell(fractions[1, i], cells_y, zero, half, one)
        z, shares[k, 2] = first_cell(fractions[2, i], cells_z, zero, half, one)
        base[k] = (x * np.int32(ny) + y) * np.int32(nz) + z
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
def composite(scale, deepest, lengths, place, raw, first, last, passed, light, density, weights, slope, through):
    """Emission and absorption at some samples of a ray; how much was passed, and what light is left."""
    kind = lengths.dtype.type
    one, opaque, linear = kind(1), kind(OPAQUE), kind(LINEAR)
    for k in range(first, last):
        i = place[k]
        grown = math.exp(raw[k])
        dense = scale * (raw[k] if raw[k] > linear else math.log1p(grown))
        deep = dense * lengths[i]
        slope[k] = scale * lengths[i] * (one if raw[k] > linear else grown / (one + grown))
        if deep > opaque:
            deep, slope[k] = opaque, kind(0)
        weight = -light * math.expm1(-deep)
        passed += deep
        light -= weight
        density[i], weights[i], through[k] = dense, weight, light
    return passed, light


@kernel
def composite_colors(values, lanes, squashed, ny_nz, nz, found, place, base, shares, weights, seen, color):
    """The colors at the listed samples, and the ray's. `lanes` is a tuple of as many numbers as there are channels:
    its length is known when this is compiled."""
    channels = len(lanes)
    one = weights.dtype.type(1)
    for k in range(found):
        fx, fy, fz = shares[k, 0], shares[k, 1], shares[k, 2]
        gx, gy, gz = one - fx, one - fy, one - fz
        s0, s1, s2, s3 = gx * gy, gx * fy, fx * gy, fx * fy
        v0 = base[k] * channels
        v1, v2, v3 = v0 + nz * channels, v0 + ny_nz * channels, v0 + (ny_nz + nz) * channels
        for c in range(channels):
            a, b, d, e = v0 + c, v1 + c, v2 + c, v3 + c
            here = s0 * values[a] + s1 * values[b] + s2 * values[d] + s3 * values[e]
            a, b, d, e = a + channels, b + channels, d + channels, e + channels
            there = s0 * values[a] + s1 * values[b] + s2 * values[d] + s3 * values[e]
            seen[k * channels + c] = gz * here + fz * there
    if squashed:
        for j in range(found * channels):
            seen[j] = one / (one + math.exp(-seen[j]))
    for k in range(found):
        for c in range(channels):
            color[c] += weights[place[k]] * seen[k * channels + c]


@kernel
def march(
    raw_density, raw_color, lanes, low, sides, scale, squashed, occupied, origins, directions, t, lengths, deepest,
    begin, end, color, opacity, depth, weights, density, count, place, base, shares, slope, through, seen, planes,
):  # fmt: skip
    """Front to back along the rays begin to end: fills what they see (`color` to `density`) and, row by row, what the
    way back needs of the samples that were asked: their `count`, what `list_samples` lists, `slope` d optical depth /
    d raw, the light that got `through`, the color `seen`. With a single row nothing is kept. `planes` counts those
    samples by the lower of the two planes of voxels beside them.
    """
    kind = t.dtype.type
    zero, one = kind(0), kind(1)
    nx, ny, nz = raw_density.shape
    plane = ny * nz
    flat_density, flat_color = raw_density.reshape(nx * plane), raw_color.reshape(raw_color.size)
    cells, samples, channels = occupied.reshape(occupied.size), t.shape[1], len(lanes)
    keep = place.shape[0] == t.shape[0]
    raw, fractions = np.empty(samples, t.dtype), np.empty((3, samples), t.dtype)
    cell, mask = np.empty(samples, np.int32), np.empty(samples, np.bool_)
    for r in range(begin, end):
        row = r if keep else 0
        weights[r, :] = zero
        density[r, :] = zero
        select_samples(
            low, sides, occupied.shape[0], cells, origins[r], directions[r], t[r], lengths[r], fractions, cell, mask
        )
        found = list_samples(raw_density.shape, fractions, mask, place[row], base[row], shares[row])
        passed, light, done = zero, one, 0
        while done < found and not passed >= deepest:
            last = min(done + BATCH, found)
            for k in range(done, last):
                fx, fy, fz = shares[row, k, 0], shares[row, k, 1], shares[row, k, 2]
                raw[k] = interpolate(flat_density, base[row, k], plane, nz, fx, fy, fz, one)
            passed, light = composite(
                scale, deepest, lengths[r], place[row], raw, done, last, passed, light,
                density[r], weights[r], slope[row], through[row],
            )  # fmt: skip
            done = last
        composite_colors(
            flat_color, lanes, squashed, plane, nz, done, place[row], base[row], shares[row], weights[r],
            seen[row].reshape(samples * channels), color[r],
        )  # fmt: skip
        stopped, way = zero, zero
        for k in range(done):
            i = place[row, k]
            stopped += weights[r, i]
            way += weights[r, i] * t[r, i]
        opacity[r] = stopped
        depth[r] = zero if stopped == zero else way / stopped
        if keep:
            count[r] = done
            for k in range(done):
                planes[base[r, k] // plane] += 1


@kernel
def backward(
    plane, lanes, squashed, t, weights, opacity, depth, count, place, base, shares, slope, through, seen,
    d_color, d_opacity, d_depth, d_weights, begin, end, starts, listed, listed_shares, pulled,
):  # fmt: skip
    """Back to front: what the loss asks of the raw values at every sample, written to the list of the sample's plane.

        d loss / d depth_i = T_{i+1} G_i - sum_{j>i} w_j G_j          G_i = d loss / d w_i

    `starts` says where the list of each plane goes on. `listed`, `listed_shares` and `pulled` are the lists' columns:
    the first voxel in the plane, the shares, and what is asked of raw density and color.
    """
    kind = t.dtype.type
    zero, one = kind(0), kind(1)
    for r in range(begin, end):
        behind = zero
        by_depth = d_depth[r] / opacity[r] if opacity[r] > zero else zero
        for k in range(count[r] - 1, -1, -1):
            i, x = place[r, k], base[r, k] // plane
            at = starts[x]
            starts[x] += 1
            weight = weights[r, i]
            wanted = d_opacity[r] + d_weights[r, i] + by_depth * (t[r, i] - depth[r])
            for c in range(len(lanes)):
                value = seen[r, k, c]
                wanted += d_color[r, c] * value
                rise = value * (one - value) if squashed else one
                pulled[at, 1 + c] = d_color[r, c] * weight * rise
            pulled[at, 0] = (through[r, k] * wanted - behind) * slope[r, k]
            behind += weight * wanted
            listed[at] = base[r, k] - x * plane
            listed_shares[at, 0], listed_shares[at, 1], listed_shares[at, 2] = (
                shares[r, k, 0], shares[r, k, 1], shares[r, k, 2],
            )  # fmt: skip


class Plane(NamedTuple):
    """What one plane of voxels has been given so far, and from where to where along z in each row along y."""

    sums: np.ndarray
    touched: np.ndarray
    lows: np.ndarray
    highs: np.ndarray


@kernel
def add_to_plane(plane, lanes, voxel, nz, share, fy, fz, one, pulled, k):
    """A sample's pull on the four voxels of one plane."""
    sums, touched, lows, highs = plane
    y = voxel // nz
    z = voxel - y * nz
    lows[y], highs[y] = min(lows[y], z), max(highs[y], z + 2)
    lows[y + 1], highs[y + 1] = min(lows[y + 1], z), max(highs[y + 1], z + 2)
    low, high = share * (one - fy), share * fy
    a, b, c, d = low * (one - fz), low * fz, high * (one - fz), high * fz
    for lane in range(1 + len(lanes)):
        value = pulled[k, lane]
        sums[voxel, lane] += a * value
        sums[voxel + 1, lane] += b * value
        sums[voxel + nz, lane] += c * value
        sums[voxel + nz + 1, lane] += d * value
    touched[voxel], touched[voxel + 1], touched[voxel + nz], touched[voxel + nz + 1] = 1, 1, 1, 1


@kernel
def flush_plane(x, plane, lanes, nz, found, index, d_density, d_color):
    """Hands out the sums of the touched voxels of a plane, and leaves it empty. Each voxel is written where the next
    one is due, and stays only if it was touched: quicker than to ask first."""
    sums, touched, lows, highs = plane
    for y in range(lows.shape[0]):
        for z in range(lows[y], highs[y]):
            voxel = y * nz + z
            index[0, found], index[1, found], index[2, found] = x, y, z
            d_density[found, 0] = sums[voxel, 0]
            for c in range(len(lanes)):
                d_color[found, c] = sums[voxel, 1 + c]
            for c in range(1 + len(lanes)):
                sums[voxel, c] = 0
            found += touched[voxel]
            touched[voxel] = 0
        lows[y], highs[y] = nz, 0
    return found


@kernel
def sum_planes(lanes, ends, listed, shares, pulled, nz, first, last, here, above, index, d_density, d_color):
    """Sums the lists over the voxels of the planes first to last, and says how many voxels were touched.

    List x pulls on the planes x and x + 1. Each plane is summed in one small table, always in the order of the lists,
    so that the sums are the same bits whichever planes fall to which thread. Voxels leave in rising order. `here` and
    `above` are tables that are empty before and after.
    """
    one = pulled.dtype.type(1)
    found = 0
    for x in range(max(first - 1, 0), last):
        for k in range(ends[x], ends[x + 1]):
            fx, fy, fz = shares[k, 0], shares[k, 1], shares[k, 2]
            if x >= first:
                add_to_plane(here, lanes, listed[k], nz, one - fx, fy, fz, one, pulled, k)
            if x + 1 < last:
                add_to_plane(above, lanes, listed[k], nz, fx, fy, fz, one, pulled, k)
        if x >= first:
            found = flush_plane(x, here, lanes, nz, found, index, d_density, d_color)
        here, above = above, here
    return found


@kernel
def masked_adam_step(values, first, second, index, slopes, lanes, cells, begin, end, rate, decays, correction, epsilon):
    """Adam's step of the stored voxels begin to end, elements with no slope to speak of left as they are."""
    one, least = values.dtype.type(1), values.dtype.type(MIN_DOUBLE if values.itemsize == 8 else MIN_SINGLE)
    for k in range(begin, end):
        voxel = (index[0, k] * cells[1] + index[1, k]) * cells[2] + index[2, k]
        for c in range(len(lanes)):
            slope = slopes[k, c]
            if abs(slope) > least:
                m = decays[0] * first[voxel, c] + (one - decays[0]) * slope
                v = decays[1] * second[voxel, c] + (one - decays[1]) * slope * slope
                first[voxel, c], second[voxel, c] = m, v
                values[voxel, c] -= rate * m / (math.sqrt(v) / correction + epsilon)
