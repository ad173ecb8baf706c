"""A grid whose colors are latents, and what they become."""

from __future__ import annotations

import pytest
import torch

from backend.cameras.orbit import orbit_view
from backend.color import srgb_decoded
from backend.config import FieldConfig, Method
from backend.export.grid import export_grid
from backend.fields.build import build_field
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.fields.latent_colors import with_colors
from backend.render.renderer import Renderer

MATRIX = torch.tensor([[0.3, 0.0, 0.1], [0.0, 0.2, 0.0], [0.1, 0.0, 0.2], [0.0, 0.1, 0.0]])
BIAS = torch.tensor([0.5, 0.4, 0.5])


@pytest.fixture
def grid(generator) -> DenseGrid:
    grid = DenseGrid(UNIT_CUBE, 6, color_channels=4)
    torch.nn.init.normal_(grid.raw_color, std=0.3, generator=generator)
    grid.initialize_density("fog")
    return grid


def places(generator) -> torch.Tensor:
    return 2 * torch.rand(40, 3, generator=generator) - 1


def test_latents_have_no_bounds_and_are_rendered_as_they_are(grid, generator):
    with torch.no_grad():
        grid.raw_color.fill_(-7.0)
        grid.raw_density.fill_(20.0)
    assert float(grid.density_and_color(places(generator))[1].max()) == pytest.approx(-7.0)
    picture = Renderer(grid, 16).picture(orbit_view(0.0, 0.2, 3.0, 0.5, 8).camera)
    assert picture.color.shape == (8, 8, 4) and float(picture.color.min()) == pytest.approx(-7.0, abs=1e-3)


def test_slopes_reach_every_channel(grid):
    rays = orbit_view(0.0, 0.2, 3.0, 0.7, 6).camera.rays().flat()
    Renderer(grid, 16)(rays).color.square().sum().backward()
    assert bool((grid.raw_color.grad.abs().sum((0, 1, 2)) > 0).all())


def test_whoever_looks_sees_the_map_s_colors(grid, generator):
    asked = places(generator)
    density, colors = with_colors(grid, (MATRIX, BIAS)).density_and_color(asked)
    dense, latents = grid.density_and_color(asked)
    torch.testing.assert_close(density, dense)
    torch.testing.assert_close(colors, srgb_decoded((latents @ MATRIX + BIAS).clamp(0, 1)))
    with torch.no_grad():
        grid.raw_density.fill_(5.0)
    assert export_grid(with_colors(grid, (MATRIX, BIAS)), 8).color.shape == (8, 8, 8, 3)


def test_a_field_of_colors_is_shown_as_it_is():
    plain = DenseGrid(UNIT_CUBE, 4)
    assert with_colors(plain, (MATRIX, BIAS)) is plain and with_colors(plain, None) is plain


def test_after_the_change_cells_have_the_colors_that_were_shown(grid):
    axes = [(torch.arange(6) + 0.5) / 6 * 2 - 1] * 3
    centers = torch.cartesian_prod(*axes)
    before = with_colors(grid, (MATRIX, BIAS)).density_and_color(centers)[1]
    grid.to_colors(MATRIX, BIAS)
    after = grid.density_and_color(centers)[1]
    assert grid.color_channels == 3 and grid.raw_color.requires_grad
    torch.testing.assert_close(after, before.clamp(1e-3, 1 - 1e-3), atol=1e-5, rtol=1e-4)


def test_colors_outside_the_cube_of_colors_keep_a_slope(grid):
    with torch.no_grad():
        grid.raw_color.fill_(100.0)
    grid.to_colors(MATRIX, BIAS)
    assert bool(grid.raw_color.isfinite().all()) and float(grid.raw_color.abs().max()) < 8


def test_a_checkpoint_of_latents_comes_back_into_a_grid_of_colors_and_the_other_way(grid):
    plain = DenseGrid(UNIT_CUBE, 4)
    plain.load_state_dict(grid.state_dict())
    assert plain.color_channels == 4 and torch.equal(plain.raw_color, grid.raw_color)
    grid.load_state_dict(DenseGrid(UNIT_CUBE, 4).state_dict())
    assert grid.color_channels == 3


def test_it_grows_like_any_other_and_is_built_by_its_channels(grid):
    grid.upsample(9)
    assert grid.raw_color.shape == (9, 9, 9, 4)
    built = build_field(FieldConfig(start_resolution=8), UNIT_CUBE, Method.TEXT, 4)
    assert built.color_channels == 4
