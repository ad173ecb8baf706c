"""Thickening against its definition, written out as loops, and on solids that must or must not change."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from small_results import inside_ball, places

from addon.blender import thin_parts

STAR = [(0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
CUBE = list(itertools.product((-1, 0, 1), repeat=3))


def greatest(values, offsets, outside):
    """The greatest value at the offsets, one voxel after the other."""
    result = np.empty_like(values)
    for at in np.ndindex(values.shape):
        there = [tuple(a + o for a, o in zip(at, offset, strict=True)) for offset in offsets]
        result[at] = max(
            values[p] if all(0 <= i < n for i, n in zip(p, values.shape, strict=True)) else outside for p in there
        )
    return result


@pytest.mark.parametrize("voxels", [1, 2])
def test_dilation_and_erosion_are_what_they_say(voxels):
    values = np.random.default_rng(0).uniform(0, 9, (5, 6, 7)).astype(np.float32)
    wider, smaller = values, values
    for offsets in (STAR, CUBE)[:voxels]:
        wider = greatest(wider, offsets, -np.inf)
        smaller = -greatest(-smaller, offsets, 0.0)
    assert (thin_parts.dilated(values, voxels) == wider).all()
    assert (thin_parts.eroded(values, voxels) == smaller).all()


def test_a_rod_of_one_voxel_grows_by_one_on_each_side():
    density = np.zeros((16, 16, 16), np.float32)
    density[3:13, 8, 8] = 50.0
    grown = thin_parts.thickened(density, 1)
    assert (grown[6, 7:10, 8] == 50).all() and (grown[6, 8, 7:10] == 50).all() and grown[6, 7, 7] == 0
    assert (grown[6] > 0).sum() == 5


def test_a_solid_block_stays_as_it_is_and_so_does_nothing_at_all():
    density = np.zeros((20, 20, 20), np.float32)
    density[4:16, 4:16, 4:16] = 50.0
    grown = thin_parts.thickened(density, 1)
    assert (grown[5:15, 5:15, :] == density[5:15, 5:15, :]).all()  # away from its edges, which a star rounds off
    assert (thin_parts.thickened(density, 0) == density).all()


def test_a_soft_ball_gains_hardly_anything_at_its_surface():
    ball = np.clip(inside_ball(places(40), (0, 0, 0), 0.6), 0, None).astype(np.float32)
    assert (thin_parts.thickened(ball, 1) >= 10).sum() < (ball >= 10).sum() * 1.02


def test_it_never_takes_away():
    density = np.random.default_rng(1).uniform(0, 9, (8, 9, 10)).astype(np.float32)
    assert (thin_parts.thickened(density, 2) >= density).all()
