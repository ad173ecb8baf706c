"""The dense grid as a field."""

from __future__ import annotations

import math

import pytest
import torch

from backend.config import FieldConfig, Method
from backend.fields.build import FIELDS, build_field
from backend.fields.dense_grid import DenseGrid
from backend.fields.density_init import DENSITY_INITS, DENSITY_SCALE, EMPTY_OPACITY
from backend.fields.field import UNIT_CUBE, Bounds, Field, normals
from backend.fields.trilinear import interpolate


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


def test_density_is_softplus_of_the_interpolated_raw_value_and_color_its_sigmoid():
    grid = DenseGrid(UNIT_CUBE, 4)
    with torch.no_grad():
        grid.raw_density.fill_(0.7)
        grid.raw_color.copy_(torch.tensor([-1.0, 0.0, 2.0]).expand_as(grid.raw_color))
    density, color = grid.density_and_color(torch.zeros(1, 3))
    assert float(density) == pytest.approx(DENSITY_SCALE / 2 * math.log(1 + math.exp(0.7)), rel=1e-5)
    expected = [1 / (1 + math.exp(1)), 0.5, 1 / (1 + math.exp(-2))]
    torch.testing.assert_close(color[0], torch.tensor(expected))


def test_both_queries_agree_and_outside_is_empty(positions):
    grid = random_grid()
    torch.testing.assert_close(grid.density(positions), grid.density_and_color(positions)[0])
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
    grid.upsample(finer)
    assert grid.shape == (finer,) * 3
    torch.testing.assert_close(grid.density(inside).detach(), before, rtol=0.03, atol=0.05)


def test_growing_by_the_same_resolution_changes_nothing(positions):
    grid = random_grid()
    before = grid.density(positions).detach()
    grid.upsample(8)
    torch.testing.assert_close(grid.density(positions).detach(), before)


def test_a_reconstruction_starts_with_the_opacity_that_is_promised():
    grid = build_field(FieldConfig(start_resolution=8), Bounds((-3.0,) * 3, (1.0,) * 3), Method.RECONSTRUCT)
    density = float(grid.density(torch.zeros(1, 3)).detach())
    assert 1 - math.exp(-density * 4) == pytest.approx(EMPTY_OPACITY, rel=1e-4)


def test_a_prompt_starts_with_a_fog_that_is_densest_in_the_middle():
    grid = build_field(FieldConfig(start_resolution=16), UNIT_CUBE, Method.TEXT)
    middle, corner = grid.density(torch.tensor([[0.0, 0, 0], [0.95, 0.95, 0.95]])).detach()
    assert float(middle) > 5 * float(corner) > 0
    assert 0.5 < 1 - float(torch.exp(-2 * corner)) < 0.95  # seen through, but everywhere there is something to carve


def in_a_long_box() -> DenseGrid:
    """Sides 1, 2 and 4, in double precision."""
    torch.manual_seed(0)
    grid = DenseGrid(Bounds((0.0, -1.0, 2.0), (1.0, 1.0, 6.0)), 12).double()
    torch.nn.init.normal_(grid.raw_density)
    return grid


def test_the_gradient_of_density_is_that_of_finite_differences(generator):
    """Central differences in meters; a step across a cell's face, where the slope jumps, is left out."""
    grid, step = in_a_long_box(), 1e-6
    drawn = torch.rand(200, 3, generator=generator, dtype=torch.float64)
    positions = torch.tensor([0.0, -1, 2]) + torch.tensor([1.0, 2, 4]) * drawn
    steps = step * torch.eye(3, dtype=torch.float64)
    rises = [(grid.density(positions + h) - grid.density(positions - h)) / (2 * step) for h in steps]
    torch.testing.assert_close(grid.density_gradient(positions), torch.stack(rises, -1), rtol=1e-5, atol=1e-5)


def test_the_gradient_of_density_is_that_of_autograd_by_the_position(generator):
    """An independent form: torch's grid_sample, softplus and the bounds, differentiated by the position."""
    grid = in_a_long_box()
    drawn = torch.rand(200, 3, generator=generator, dtype=torch.float64)
    positions = (torch.tensor([0.0, -1, 2]) + torch.tensor([1.0, 2, 4]) * drawn).requires_grad_()
    raw = interpolate(grid.raw_density, grid.bounds.normalized(positions))
    density = DENSITY_SCALE / 4 * torch.nn.functional.softplus(raw)
    (expected,) = torch.autograd.grad(density.sum(), positions)
    torch.testing.assert_close(grid.density_gradient(positions.detach()), expected)


def test_the_gradient_of_density_can_be_learned_from(generator):
    """Its own derivative by the raw density, against finite differences."""
    grid = DenseGrid(UNIT_CUBE, 3).double()
    positions = 1.6 * torch.rand(10, 3, generator=generator, dtype=torch.float64) - 0.8
    raw = torch.randn(3, 3, 3, 1, generator=generator, dtype=torch.float64, requires_grad=True)

    def gradient(values):
        return torch.func.functional_call(Slope(grid), {"grid.raw_density": values}, (positions,))

    assert torch.autograd.gradcheck(gradient, raw)


class Slope(torch.nn.Module):
    """The gradient of density as a module's call, so that its parameters can be put in."""

    def __init__(self, grid: DenseGrid) -> None:
        super().__init__()
        self.grid = grid

    def forward(self, positions):
        return self.grid.density_gradient(positions)


def test_outside_the_bounds_nothing_rises():
    grid = random_grid()
    assert float(grid.density_gradient(torch.tensor([[1.01, 0, 0], [0, -3.0, 0]])).abs().sum().detach()) == 0


def test_normals_of_a_ball_point_out_of_it(positions):
    grid = DenseGrid(UNIT_CUBE, 64)
    grid.initialize_density("blob")
    near = positions[(positions.norm(dim=-1) > 0.1) & (positions.norm(dim=-1) < 0.3)]
    away = torch.nn.functional.normalize(near, dim=-1)
    assert float((normals(grid.density_gradient(near)) * away).sum(-1).min().detach()) > 0.99


def test_where_density_is_the_same_all_around_there_is_no_normal(positions):
    grid = DenseGrid(UNIT_CUBE, 8)
    grid.initialize_density("empty")
    found = normals(grid.density_gradient(positions))
    found.sum().backward()
    assert float(found.detach().abs().max()) == 0 and bool(grid.raw_density.grad.isfinite().all())


def test_the_blob_is_as_dense_as_dreamfusions():
    """exp(5 exp(-|p|^2 / (2 x 0.2^2))) for each half-width of the box: e^5 in the middle, nearly 1 far outside."""
    grid = DenseGrid(Bounds((-2.0,) * 3, (2.0,) * 3), 25)  # centers every 0.08 half-widths
    grid.initialize_density("blob")
    meters = torch.tensor([[0.0, 0, 0], [0, 0.16, 0], [0, 0, 0.4 * 2], [1.6, 0, 0]])
    expected = [math.exp(5), math.exp(5 * math.exp(-0.08)), math.exp(5 * math.exp(-2)), math.exp(5 * math.exp(-8))]
    torch.testing.assert_close(2 * grid.density(meters).detach(), torch.tensor(expected), rtol=1e-3, atol=0)


@pytest.mark.parametrize("method", list(Method))
def test_a_start_by_name_is_taken_whatever_the_method(method: Method):
    middle = {}
    for start in DENSITY_INITS:
        grid = build_field(FieldConfig(start_resolution=16, density_init=start), UNIT_CUBE, method)
        middle[start] = float(grid.density(torch.zeros(1, 3)).detach())
    assert middle["blob"] > middle["fog"] > middle["empty"]


def test_every_start_that_a_config_may_name_can_be_made():
    choices = FieldConfig.__dataclass_fields__["density_init"].metadata["choices"]
    assert set(choices) == {"", *DENSITY_INITS}


def test_a_saved_grid_of_another_resolution_can_be_read(positions):
    saved, fresh = random_grid(12), DenseGrid(UNIT_CUBE, 6)
    fresh.load_state_dict(saved.state_dict())
    torch.testing.assert_close(fresh.density(positions), saved.density(positions))


def test_every_kind_that_a_config_may_name_can_be_built():
    choices = FieldConfig.__dataclass_fields__["kind"].metadata["choices"]
    assert set(choices) == set(FIELDS)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("shape", [(1, 2, 3), (3, 6, 12), (7, 13, 29)])
def test_a_slab_of_another_lattice_is_what_torch_samples_there(channels: int, shape: tuple[int, int, int]):
    """Colors and latents against grid_sample, in a box that is no cube; outermost values reach the faces."""
    torch.manual_seed(0)
    grid = DenseGrid(Bounds((0.0, -1.0, 2.0), (1.0, 1.0, 6.0)), 12, channels).double()
    torch.nn.init.normal_(grid.raw_density)
    torch.nn.init.normal_(grid.raw_color)
    axes = [(torch.arange(n, dtype=torch.float64) + 0.5) / n * 2 - 1 for n in shape]
    places = torch.stack(torch.meshgrid(*axes, indexing="ij"), -1).flatten(0, 2)
    density = grid.scale * torch.nn.functional.softplus(interpolate(grid.raw_density, places)).view(shape)
    color = interpolate(grid.raw_color, places).view(*shape, channels)
    color = color.sigmoid() if channels == 3 else color
    parts = [grid.lattice_slab(shape, first, min(first + 2, shape[0])) for first in range(0, shape[0], 2)]
    torch.testing.assert_close(torch.cat([part[0] for part in parts]), density.detach())
    torch.testing.assert_close(torch.cat([part[1] for part in parts]), color.detach())
