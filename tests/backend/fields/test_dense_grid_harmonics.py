"""Colors of a dense grid that change with the side they are seen from."""

from __future__ import annotations

import copy

import pytest
import torch

from backend.config import FieldConfig, Method
from backend.fields.build import build_field
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE


def grid(degree: int = 1, cells: int = 5) -> DenseGrid:
    torch.manual_seed(0)
    made = DenseGrid(UNIT_CUBE, cells, 3, degree).double()
    for parameter in made.parameters():
        parameter.data.normal_()
    return made


def test_at_a_cell_the_color_is_the_sum_over_the_harmonics():
    field = grid()
    index = (2, 1, 3)
    at = torch.tensor([[(2 * i + 1) / 5 - 1 for i in index]], dtype=torch.float64)
    x, y, z = direction = torch.tensor([0.6, 0.0, 0.8], dtype=torch.float64)
    coefficients = field.raw_harmonics[index].view(3, 3)
    raw = field.raw_color[index] + 0.4886025119029199 * (coefficients @ torch.stack([y, z, x]))
    color = field.density_and_color(at * UNIT_CUBE.high[0], direction[None])[1]
    assert torch.allclose(color[0], raw.sigmoid())


def test_without_a_direction_it_is_the_color_without_harmonics():
    field, plain = grid(), DenseGrid(UNIT_CUBE, 5).double()
    plain.load_state_dict(field.state_dict())
    points = torch.rand(20, 3).double() - 0.5
    assert torch.equal(field.density_and_color(points)[1], plain.density_and_color(points)[1])


def test_a_finer_lattice_shows_about_the_same_from_each_side():
    field = grid(2, 16)
    for parameter in field.parameters():
        parameter.data = torch.linspace(-1, 1, parameter.numel()).double().view(parameter.shape)
    points, directions = 0.5 * torch.rand(50, 3).double() - 0.25, torch.randn(50, 3).double()
    before = field.density_and_color(points, directions)[1]
    field.upsample(32)
    assert field.raw_harmonics.shape == (32, 32, 32, 24)
    assert torch.allclose(field.density_and_color(points, directions)[1], before, atol=0.02)


def test_a_state_without_harmonics_has_none_and_one_of_another_degree_begins_anew():
    plain, first, second = DenseGrid(UNIT_CUBE, 5).double(), grid(1), grid(2)
    for state, into in ((plain, copy.deepcopy(first)), (first, copy.deepcopy(second))):
        into.load_state_dict(state.state_dict())
        assert torch.equal(into.raw_color, state.raw_color) and into.raw_harmonics.abs().max() == 0
    again = copy.deepcopy(second)
    again.load_state_dict(second.state_dict())
    assert torch.equal(again.raw_harmonics, second.raw_harmonics)


@pytest.mark.parametrize(("channels", "there"), [(3, True), (4, False)], ids=["colors", "latents"])
def test_a_job_gets_them_by_its_settings_where_it_holds_colors(channels, there):
    config = FieldConfig(view_dependent_color=True, harmonics_degree=2, start_resolution=8)
    made = build_field(config, UNIT_CUBE, Method.RECONSTRUCT, channels)
    assert (made.raw_harmonics is not None) is there
    assert build_field(FieldConfig(start_resolution=8), UNIT_CUBE, Method.RECONSTRUCT).raw_harmonics is None


def test_a_mesh_has_the_color_that_one_sees_who_looks_at_the_surface():
    """A slab, dense where z < 0: from outside one looks along -z."""
    field = DenseGrid(UNIT_CUBE, 8, 3, 1)
    field.raw_density.data[..., :4, 0] = 5.0
    field.raw_color.data[:] = 0.2
    field.raw_harmonics.data[:] = torch.tensor([0.0, 1.0, 0.0] * 3)  # of z, for each channel
    _, color = field.lattice_slab((8, 8, 8), 3, 5)
    seen = torch.sigmoid(torch.tensor(0.2 - 0.75 * 0.4886025119029199))
    assert torch.allclose(color[:, 2:6, 3:5], seen.expand(2, 4, 2, 3), atol=1e-5)
    assert torch.allclose(color[:, 2:6, 0], torch.tensor(0.2).sigmoid(), atol=1e-5), "inside nobody looks"
    with torch.no_grad():
        field.raw_harmonics.zero_()
    assert torch.allclose(field.lattice_slab((8, 8, 8), 3, 5)[1], torch.tensor(0.2).sigmoid()), "made anew"
