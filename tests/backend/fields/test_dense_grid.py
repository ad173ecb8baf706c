"""The dense grid as a field."""

from __future__ import annotations

import math

import pytest
import torch

from backend.config import FieldConfig, Method
from backend.fields import dense_grid
from backend.fields.build import FIELDS, build_field
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, Bounds, Field


@pytest.fixture
def positions(generator) -> torch.Tensor:
    return 2 * torch.rand(300, 3, generator=generator) - 1


def random_grid(resolution: int = 8) -> DenseGrid:
    torch.manual_seed(0)
    grid = DenseGrid(UNIT_CUBE, resolution)
    for parameter in grid.parameters():
        torch.nn.init.normal_(parameter)
    return grid


def test_it_is_a_field():
    assert isinstance(DenseGrid(UNIT_CUBE, 4), Field)


def test_density_is_softplus_of_the_interpolated_raw_value_and_colour_its_sigmoid():
    grid = DenseGrid(UNIT_CUBE, 4)
    with torch.no_grad():
        grid.raw_density.fill_(0.7)
        grid.raw_colour.copy_(torch.tensor([-1.0, 0.0, 2.0]).expand_as(grid.raw_colour))
    density, colour = grid.density_and_colour(torch.zeros(1, 3))
    assert float(density) == pytest.approx(dense_grid.DENSITY_SCALE / 2 * math.log(1 + math.exp(0.7)), rel=1e-5)
    expected = [1 / (1 + math.exp(1)), 0.5, 1 / (1 + math.exp(-2))]
    torch.testing.assert_close(colour[0], torch.tensor(expected))


def test_both_queries_agree_and_outside_is_empty(positions):
    grid = random_grid()
    torch.testing.assert_close(grid.density(positions), grid.density_and_colour(positions)[0])
    assert float(grid.density(torch.tensor([[1.01, 0, 0], [0, -3.0, 0]])).detach().sum()) == 0
    assert float(grid.density(torch.tensor([[1.0, -1.0, 1.0]])).detach()) > 0


def test_the_axes_are_not_mixed_up():
    grid = DenseGrid(Bounds((0, 0, 0), (1.0, 2.0, 4.0)), 8)
    assert grid.shape == (2, 4, 8)
    with torch.no_grad():
        grid.raw_density.fill_(-20)
        grid.raw_density[1, 0, 7] = 5
    dense, empty = torch.tensor([[0.75, 0.25, 3.75]]), torch.tensor([[0.25, 1.75, 3.75]])
    assert float(grid.density(dense)) > 5 and float(grid.density(empty)) < 1e-3


@pytest.mark.parametrize("finer", [16, 11])
def test_growing_keeps_a_smooth_function(finer: int, positions):
    """The blob at 32 and grown: equal to within the curvature that a cell can hide."""
    grid = DenseGrid(UNIT_CUBE, 8)
    axes = [(torch.arange(8) + 0.5) / 8 * 2 - 1] * 3
    x, y, z = torch.meshgrid(*axes, indexing="ij")
    with torch.no_grad():
        grid.raw_density.copy_((x + 2 * y - z)[..., None])
    inside = 0.8 * positions
    before = grid.density(inside).detach()
    grid.grow(finer)
    assert grid.shape == (finer,) * 3
    torch.testing.assert_close(grid.density(inside).detach(), before, rtol=0.03, atol=0.05)


def test_growing_by_the_same_resolution_changes_nothing(positions):
    grid = random_grid()
    before = grid.density(positions).detach()
    grid.grow(8)
    torch.testing.assert_close(grid.density(positions).detach(), before)


def test_a_reconstruction_starts_with_the_opacity_that_is_promised():
    grid = build_field(FieldConfig(start_resolution=8), Bounds((-3.0,) * 3, (1.0,) * 3), Method.RECONSTRUCT)
    density = float(grid.density(torch.zeros(1, 3)).detach())
    assert 1 - math.exp(-density * 4) == pytest.approx(dense_grid.EMPTY_OPACITY, rel=1e-4)


def test_a_prompt_starts_with_a_fog_that_is_densest_in_the_middle():
    grid = build_field(FieldConfig(start_resolution=16), UNIT_CUBE, Method.TEXT)
    middle, corner = grid.density(torch.tensor([[0.0, 0, 0], [0.95, 0.95, 0.95]])).detach()
    assert float(middle) > 5 * float(corner) > 0
    assert 0.5 < 1 - float(torch.exp(-2 * corner)) < 0.95  # seen through, but everywhere there is something to carve


def test_a_saved_grid_of_another_resolution_can_be_read(positions):
    saved, fresh = random_grid(12), DenseGrid(UNIT_CUBE, 6)
    fresh.load_state_dict(saved.state_dict())
    torch.testing.assert_close(fresh.density(positions), saved.density(positions))


def test_every_kind_that_a_config_may_name_can_be_built():
    choices = FieldConfig.__dataclass_fields__["kind"].metadata["choices"]
    assert set(choices) == set(FIELDS)
