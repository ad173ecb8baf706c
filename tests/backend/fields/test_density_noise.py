"""Shaken density, against softplus of a raw value that is known."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.density_noise import DensityNoise, noisy_density
from backend.fields.field import UNIT_CUBE
from backend.render.renderer import Renderer


def test_the_raw_value_is_shaken_before_it_becomes_density():
    raw = torch.tensor([-30.0, -8.0, -1.0, 0.0, 3.0, 60.0], dtype=torch.float64)
    noise = torch.tensor([1.0, -2.0, 0.5, 1.5, -4.0, 0.3], dtype=torch.float64)
    softplus = torch.nn.functional.softplus
    expected = 7 * softplus(raw + noise)
    torch.testing.assert_close(noisy_density(7 * softplus(raw), noise, 7.0), expected, rtol=1e-5, atol=0)


def test_where_there_is_nothing_there_is_nothing_after_it():
    empty = torch.zeros(3, requires_grad=True)
    result = noisy_density(empty, torch.tensor([5.0, 0.0, -5.0]), 2.0)
    result.sum().backward()
    assert result.tolist() == [0.0, 0.0, 0.0] and bool(empty.grad.isfinite().all())


def test_the_slope_is_that_of_softplus():
    """d/d raw of scale softplus(raw + noise) is scale sigmoid(raw + noise), also where density is tiny."""
    raw = torch.tensor([-20.0, -3.0, 2.0], dtype=torch.float64, requires_grad=True)
    noisy_density(
        5 * torch.nn.functional.softplus(raw), torch.full((3,), 0.8, dtype=torch.float64), 5.0
    ).sum().backward()
    torch.testing.assert_close(raw.grad, 5 * torch.sigmoid(raw.detach() + 0.8), rtol=1e-4, atol=0)


def test_a_field_is_shaken_for_the_renderer_only(generator):
    grid = DenseGrid(UNIT_CUBE, 8)
    torch.nn.init.constant_(grid.raw_density, -3.0)
    places = torch.rand(4000, 3, generator=generator) - 0.5
    density, color = DensityNoise(grid, 1.0, generator).density_and_color(places)
    raw = torch.log(torch.expm1(density.detach() / grid.scale))
    assert float(raw.mean()) == pytest.approx(-3.0, abs=0.06) and float(raw.std()) == pytest.approx(1.0, abs=0.05)
    assert torch.equal(color, grid.density_and_color(places)[1])
    assert torch.equal(DensityNoise(grid, 1.0, generator).density_gradient(places), grid.density_gradient(places))
    expected = grid.scale * math.log1p(math.exp(-3.0))
    torch.testing.assert_close(grid.density(places), torch.full((4000,), expected))


def test_the_renderer_takes_it_as_a_field(generator):
    grid = DenseGrid(UNIT_CUBE, 8)
    torch.nn.init.constant_(grid.raw_density, -5.0)
    rays = Rays(torch.tensor([[0.0, -3.0, 0.0]] * 2), torch.tensor([[0.0, 1.0, 0.0]] * 2))
    plain, first = Renderer(grid, 16)(rays), Renderer(DensityNoise(grid, 1.0, generator), 16)(rays)
    assert torch.equal(plain.opacity[0], plain.opacity[1]) and not torch.equal(first.opacity[0], first.opacity[1])
    first.opacity.sum().backward()
    assert float(grid.raw_density.grad.abs().sum()) > 0
