"""Filling between islands: what is known stays, the rest is made of what is near."""

from __future__ import annotations

import numpy as np
import pytest

from addon.blender.bleed import bleed

SHAPES = [(1, 1), (1, 7), (8, 8), (5, 9), (16, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_one_known_texel_colors_everything(shape):
    colors, known = np.zeros((*shape, 3), np.float32), np.zeros(shape, bool)
    colors[-1, -1], known[-1, -1] = (0.2, 0.5, 0.9), True
    assert bleed(colors, known) == pytest.approx(np.broadcast_to([0.2, 0.5, 0.9], (*shape, 3)), abs=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_known_stays_and_the_rest_lies_between(shape):
    rng = np.random.default_rng(0)
    colors, known = rng.random((*shape, 3), np.float32), rng.random(shape) < 0.3
    known[0, 0] = True
    made = bleed(np.where(known[..., None], colors, np.nan), known)
    assert np.array_equal(made[known], colors[known])
    assert made.min() >= colors[known].min() - 1e-6 and made.max() <= colors[known].max() + 1e-6


def test_it_is_the_mean_of_the_known_in_the_smallest_block_that_has_any():
    """The definition, texel by texel: blocks of 2, 4, 8 ... around it, means of means over the blocks inside."""
    rng = np.random.default_rng(1)
    colors, known = rng.random((8, 8, 1)), rng.random((8, 8)) < 0.15

    def mean(row, column, size):
        if size == 1:
            return colors[row, column, 0] if known[row, column] else None
        half = size // 2
        inside = [mean(row + r, column + c, half) for r in (0, half) for c in (0, half)]
        inside = [each for each in inside if each is not None]
        return sum(inside) / len(inside) if inside else None

    def value(row, column):
        sizes = (size for size in (1, 2, 4, 8) if mean(row // size * size, column // size * size, size) is not None)
        size = next(sizes)
        return mean(row // size * size, column // size * size, size)

    expected = [[value(row, column) for column in range(8)] for row in range(8)]
    assert bleed(colors, known)[..., 0] == pytest.approx(np.array(expected), abs=1e-12)


def test_nothing_known_changes_nothing():
    colors = np.full((4, 4, 3), 0.3)
    assert np.array_equal(bleed(colors, np.zeros((4, 4), bool)), colors)
