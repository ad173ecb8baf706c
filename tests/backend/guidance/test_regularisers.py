"""Regularisers by hand-worked numbers."""

from __future__ import annotations

import math

import pytest
import torch

from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.guidance import regularisers


@pytest.mark.parametrize(("step", "target"), [(0, 0.40), (125, 0.52), (250, 0.64), (500, 0.88), (9000, 0.88)])
def test_the_transmittance_target_of_dream_fields(step: int, target: float):
    assert regularisers.transmittance_target(step, 0.40, 0.88, 500) == pytest.approx(target)


def test_transmittance_is_rewarded_up_to_its_target_only():
    assert float(regularisers.clipped_transmittance(torch.tensor([0.5, 0.9]), 0.88)) == pytest.approx(-0.3)
    clear = torch.tensor([0.0, 0.1], requires_grad=True)
    reward = regularisers.clipped_transmittance(clear, 0.88)
    reward.backward()
    assert float(reward.detach()) == pytest.approx(-0.88) and float(clear.grad.abs().sum()) == 0


def test_entropy_is_largest_at_one_half_and_has_finite_slopes_at_the_ends():
    assert float(regularisers.opacity_entropy(torch.tensor([0.5]))) == pytest.approx(math.log(2))
    ends = torch.tensor([0.0, 1.0], requires_grad=True)
    entropy = regularisers.opacity_entropy(ends)
    entropy.backward()
    assert float(entropy.detach()) < 2e-3 and bool(ends.grad.isfinite().all())


def test_total_variation_by_hand():
    step = torch.zeros(2, 2, 2, 1)
    step[1] = 3.0
    assert float(regularisers.total_variation(step)) == 4 * 9
    assert float(regularisers.total_variation(torch.full((3, 3, 3, 2), 7.0))) == 0


def test_total_variation_adds_its_slope_to_the_gradients_that_are_there(generator):
    """A grid no larger than a block: the slope equals autograd's over the whole grid."""
    grid = DenseGrid(UNIT_CUBE, 6)
    torch.nn.init.normal_(grid.raw_density)
    (0.5 * regularisers.total_variation(grid.raw_density)).backward()
    expected = grid.raw_density.grad + 1.0
    grid.raw_density.grad = torch.ones_like(grid.raw_density)
    grid.raw_colour.grad = torch.zeros_like(grid.raw_colour)
    regularisers.add_total_variation(grid, {"density": 0.5, "colour": 0.0}, generator)
    torch.testing.assert_close(grid.raw_density.grad, expected)
    assert float(grid.raw_colour.grad.abs().sum()) == 0


def test_blocks_of_a_large_grid_come_to_lie_everywhere(generator):
    volume = torch.zeros(2 * regularisers.BLOCK, 8, 8, 1)
    touched = torch.zeros_like(volume)
    for _ in range(40):
        touched[regularisers._random_block(volume, generator)] += 1
    assert bool((touched > 0).all()) and touched.max() < 40
