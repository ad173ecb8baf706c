"""The blur of gradients against scipy's convolution, and what it is for: noise falls, shape stays."""

from __future__ import annotations

import pytest
import torch
from scipy import ndimage

from backend.config import preset
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.optimize.gradient_smoothing import smooth_gradients, smoothed

KERNEL = (0.25, 0.5, 0.25)


@pytest.mark.parametrize("passes", [1, 3])
def test_it_is_a_convolution_with_the_binomial_kernel(passes):
    values = torch.randn(5, 6, 7, 2, dtype=torch.float64)
    expected = values.numpy()
    for _ in range(passes):
        for axis in range(3):
            expected = ndimage.convolve1d(expected, KERNEL, axis=axis, mode="constant")
    torch.testing.assert_close(smoothed(values, passes), torch.from_numpy(expected))


def test_a_spike_spreads_with_the_variance_that_is_said():
    spike = torch.zeros(21, 21, 21, 1, dtype=torch.float64)
    spike[10, 10, 10] = 1
    spread = smoothed(spike, 4)
    distance = (torch.arange(21, dtype=torch.float64) - 10).square()
    assert float(spread.sum()) == pytest.approx(1)
    assert float((spread.sum((1, 2, 3)) * distance).sum()) == pytest.approx(4 / 2)


def test_noise_cancels_and_a_slope_stays():
    noise = torch.randn(24, 24, 24, 1, generator=torch.Generator().manual_seed(0))
    slope = torch.linspace(0, 1, 24)[:, None, None, None].expand(24, 24, 24, 1)
    inside = (slice(4, -4),) * 3
    assert float(smoothed(noise, 2)[inside].std()) < 0.25 * float(noise.std())
    torch.testing.assert_close(smoothed(slope, 2)[inside], slope[inside].clone())


def test_no_passes_change_nothing_and_a_lattice_without_gradient_is_left_alone():
    grid = DenseGrid(UNIT_CUBE, 6)
    smooth_gradients(grid, 2)
    assert grid.raw_density.grad is None
    grid.raw_density.grad = torch.randn_like(grid.raw_density)
    before = grid.raw_density.grad.clone()
    smooth_gradients(grid, 0)
    torch.testing.assert_close(grid.raw_density.grad, before, rtol=0, atol=0)
    smooth_gradients(grid, 1)
    torch.testing.assert_close(grid.raw_density.grad, smoothed(before, 1))


def test_a_field_without_a_lattice_keeps_its_gradient():
    linear = torch.nn.Linear(2, 2)
    linear.weight.grad = torch.ones(2, 2)
    smooth_gradients(linear, 3)
    assert torch.equal(linear.weight.grad, torch.ones(2, 2))


def test_words_are_distilled_with_it_and_pictures_without():
    assert preset("text", "normal").optimize.gradient_smoothing == 2
    assert preset("reconstruct", "normal").optimize.gradient_smoothing == 0
