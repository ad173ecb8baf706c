"""Total variation by hand-worked numbers and by autograd."""

from __future__ import annotations

import torch

from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.guidance.regularizers import add_total_variation, total_variation
from backend.guidance.regularizers.total_variation import BLOCK, random_block


def test_total_variation_by_hand():
    step = torch.zeros(2, 2, 2, 1)
    step[1] = 3.0
    assert float(total_variation(step)) == 4 * 9
    assert float(total_variation(torch.full((3, 3, 3, 2), 7.0))) == 0


def test_total_variation_adds_its_slope_to_the_gradients_that_are_there(generator):
    """A grid no larger than a block: the slope equals autograd's over the whole grid."""
    grid = DenseGrid(UNIT_CUBE, 6)
    torch.nn.init.normal_(grid.raw_density)
    (0.5 * total_variation(grid.raw_density)).backward()
    expected = grid.raw_density.grad + 1.0
    grid.raw_density.grad = torch.ones_like(grid.raw_density)
    grid.raw_color.grad = torch.zeros_like(grid.raw_color)
    add_total_variation(grid, {"density": 0.5, "color": 0.0}, generator)
    torch.testing.assert_close(grid.raw_density.grad, expected)
    assert float(grid.raw_color.grad.abs().sum()) == 0


def test_blocks_of_a_large_grid_come_to_lie_everywhere(generator):
    volume = torch.zeros(2 * BLOCK, 8, 8, 1)
    touched = torch.zeros_like(volume)
    for _ in range(40):
        touched[random_block(volume, generator)] += 1
    assert bool((touched > 0).all()) and touched.max() < 40
