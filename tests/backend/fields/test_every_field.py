"""What every kind of field promises, whatever it is made of."""

from __future__ import annotations

import math

import pytest
import torch
from every_field import KINDS, NETWORKS, SMALL, small

from backend.color import srgb_decoded
from backend.config import FieldConfig, Method, OptimizeConfig
from backend.errors import ConfigError, EmptyFieldError
from backend.export.grid import export_grid
from backend.fields.build import FIELDS
from backend.fields.dense_grid import DenseGrid
from backend.fields.density_init import DENSITY_INITS, DENSITY_SCALE
from backend.fields.density_noise import DensityNoise
from backend.fields.field import UNIT_CUBE, Bounds, DistanceField, Field, IntegratesFrustums, Upsampleable, extent_of
from backend.fields.latent_colors import with_colors
from backend.optimize.optimizers import make_optimizer

LONG_BOX = Bounds((0.0, -1.0, 2.0), (1.0, 1.0, 6.0))


@pytest.fixture
def positions(generator) -> torch.Tensor:
    return 1.9 * torch.rand(40, 3, generator=generator, dtype=torch.float64) - 0.95


@pytest.fixture
def directions(generator) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.randn(40, 3, generator=generator, dtype=torch.float64), dim=-1)


def shaken(field: Field, by: float = 0.3) -> Field:
    """In double precision, and away from where it begins."""
    torch.manual_seed(1)
    field.double()
    with torch.no_grad():
        for parameter in field.parameters():
            parameter += by * parameter.std(correction=0).clamp_min(0.01) * torch.randn_like(parameter)
    return field


class Asked(torch.nn.Module):
    """What a field says as a module's call, so that parameters can be put in."""

    def __init__(self, field: Field, method: str) -> None:
        super().__init__()
        self.field, self.method = field, method

    def forward(self, *arguments):
        return getattr(self.field, self.method)(*arguments)


def as_function(field: Field, method: str, *arguments):
    """Of the parameters alone, and the parameters."""
    asked = Asked(field, method)
    names = [name for name, _ in asked.named_parameters()]

    def function(*values):
        return torch.func.functional_call(asked, dict(zip(names, values, strict=True)), arguments)

    return function, tuple(value.detach().clone().requires_grad_() for _, value in asked.named_parameters())


def test_every_kind_that_a_config_may_name_can_be_built_and_is_a_field():
    choices = FieldConfig.__dataclass_fields__["kind"].metadata["choices"]
    assert set(choices) == set(FIELDS)
    assert all(isinstance(small(kind), Field) for kind in choices)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("view_dependent_color", [False, True])
def test_slopes_by_what_is_learned_are_finite_differences(kind, view_dependent_color, positions, directions):
    field = shaken(small(kind, view_dependent_color=view_dependent_color))
    function, values = as_function(field, "density_and_color", positions[:8], directions[:8])
    assert torch.autograd.gradcheck(function, values, fast_mode=True, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_of_density_is_that_of_finite_differences(kind, positions):
    """Central differences in meters, in a box of sides 1, 2 and 4; few of the points may lie beside a kink."""
    field = shaken(small(kind, LONG_BOX))
    at = torch.tensor([0.5, 0, 4]) + positions * torch.tensor([0.5, 1, 2])
    steps = 1e-6 * torch.eye(3, dtype=torch.float64)
    with torch.no_grad():
        rises = [(field.density(at + step) - field.density(at - step)) / 2e-6 for step in steps]
        found = field.density_gradient(at)
    assert not found.requires_grad
    right = torch.isclose(found, torch.stack(rises, -1), rtol=1e-4, atol=1e-4).all(-1)
    assert float(right.double().mean()) > 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_of_density_can_be_learned_from(kind, positions):
    function, values = as_function(shaken(small(kind)), "density_gradient", positions[:6])
    assert torch.autograd.gradcheck(function, values, fast_mode=True, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_both_queries_agree_and_outside_is_empty(kind, positions):
    field = shaken(small(kind))
    torch.testing.assert_close(field.density(positions), field.density_and_color(positions)[0])
    outside = torch.tensor([[1.01, 0, 0], [0, -3.0, 0], [0, 0, 1e20]]).double()
    assert float(field.density(outside).detach().abs().sum()) == 0
    assert float(field.density_gradient(outside).detach().abs().sum()) == 0
    assert float(field.density(torch.tensor([[1.0, -1.0, 1.0]]).double()).detach()) > 0


@pytest.mark.parametrize("kind", NETWORKS)
def test_infinity_and_nan_are_places_outside(kind):
    inf, nan = math.inf, math.nan
    field = small(kind)
    density, color = field.density_and_color(torch.tensor([[inf, 0, 0], [0, -inf, inf], [nan, 0, 0]]))
    assert density.tolist() == [0, 0, 0] and bool(color.isfinite().all())
    (density.sum() + color.sum()).backward()
    assert all(bool(p.grad.isfinite().all()) for p in field.parameters() if p.grad is not None)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_that_are_not_finite_have_a_sentence_when_they_are_exported(kind):
    field = small(kind)
    with torch.no_grad():
        for parameter in field.parameters():
            parameter.fill_(math.nan)
    with pytest.raises(EmptyFieldError, match="Nothing solid came out"):
        export_grid(field, 8)


@pytest.mark.parametrize("kind", KINDS)
def test_enormous_weights_never_make_a_density_infinite_times_nothing(kind, positions):
    """What a run that went astray holds: the density is a number, or infinite inside, and 0 outside."""
    field = small(kind)
    with torch.no_grad():
        for parameter in field.parameters():
            parameter.fill_(30.0)
    density = field.density(torch.cat([positions.float(), torch.full((1, 3), 2.0)]))
    assert not bool(density.isnan().any()) and float(density[-1].detach()) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_grid_comes_out_of_it(kind):
    grid = export_grid(small(kind, method=Method.TEXT), 8)
    assert grid.density.shape == (8, 8, 8) and grid.threshold > 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_saved_can_be_read_by_one_that_began_otherwise(kind, positions, directions):
    saved, fresh = shaken(small(kind, seed=0)).float(), small(kind, seed=1)
    fresh.load_state_dict(saved.state_dict())
    at = positions.float(), directions.float()
    for was, now in zip(saved.density_and_color(*at), fresh.density_and_color(*at), strict=True):
        assert torch.equal(was, now)


@pytest.mark.parametrize("kind", NETWORKS)
def test_another_kind_cannot_read_it(kind):
    with pytest.raises(RuntimeError, match="Missing key"):
        small(kind).load_state_dict(small("dense_grid").state_dict())


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_seed_draws_the_weights_and_nothing_else_is_drawn(kind):
    before = torch.random.get_rng_state()
    first, again, other = (dict(small(kind, seed=s).state_dict()) for s in (3, 3, 4))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize("kind", [kind for kind in NETWORKS if kind != "sdf"])
@pytest.mark.parametrize("start", DENSITY_INITS)
@pytest.mark.parametrize("density_scale", [100.0, 2.0])
def test_while_the_network_says_nothing_it_is_as_dense_as_a_grid_that_starts(kind, start, density_scale):
    """At the cell centers of a grid, where nothing is interpolated. Bare is D softplus(0) or D exp(0)."""
    grid = DenseGrid(LONG_BOX, 8)
    grid.initialize_density(start)
    field = small(kind, LONG_BOX, density_init=start, density_scale=density_scale)
    with torch.no_grad():
        for parameter in field.parameters():
            parameter.zero_()
    cells = torch.cartesian_prod(*[(torch.arange(n) + 0.5) / n for n in grid.shape])
    at = torch.tensor(LONG_BOX.low) + torch.tensor([1.0, 2, 4]) * cells
    expected = grid.density(at)
    if start == "none":
        expected = torch.full_like(expected, density_scale / 4 * (1 if kind == "hash_grid" else math.log(2)))
    torch.testing.assert_close(field.density(at), expected, rtol=1e-3, atol=0)


@pytest.mark.parametrize("kind", [*NETWORKS, "dense_grid"])
def test_color_depends_on_the_side_only_where_it_is_wanted(kind, positions, directions):
    field = shaken(small(kind, view_dependent_color=True))
    density, color = field.density_and_color(positions, directions)
    torch.testing.assert_close(density, field.density(positions))
    assert float((color - field.density_and_color(positions, -directions)[1]).abs().max().detach()) > 1e-4
    plain = small(kind).double()
    assert torch.equal(plain.density_and_color(positions, directions)[1], plain.density_and_color(positions)[1])


@pytest.mark.parametrize("kind", NETWORKS)
def test_without_a_side_color_is_the_mean_of_six(kind, positions):
    field = shaken(small(kind, view_dependent_color=True))
    sides = [sign * torch.eye(3, dtype=torch.float64)[axis] for sign in (1, -1) for axis in range(3)]
    seen = [field.density_and_color(positions, side.expand(len(positions), 3))[1] for side in sides]
    torch.testing.assert_close(field.density_and_color(positions)[1], sum(seen) / 6)


@pytest.mark.parametrize("kind", NETWORKS)
def test_an_unbounded_field_goes_on_around_its_box(kind):
    field = small(kind, LONG_BOX, unbounded=True, reach=8.0)
    assert extent_of(field) == Bounds((-3.5, -8.0, -12.0), (4.5, 8.0, 20.0)) and field.bounds == LONG_BOX
    far = torch.tensor([[0.5, 0.0, 19.9], [-3.4, 0.0, 4.0], [0.5, 8.1, 4.0], [math.inf, 0, 0]])
    density = field.density(far)
    assert (density > 0).tolist()[2:] == [False, False] and bool(density.isfinite().all())
    if kind != "sdf":  # its ball is long over there
        assert (density > 0).tolist()[:2] == [True, True]
    assert extent_of(small(kind, LONG_BOX)) == LONG_BOX
    assert bool(field.density_gradient(far[:3]).isfinite().all())


def test_a_dense_grid_says_what_it_cannot():
    with pytest.raises(ConfigError, match="A dense grid cannot have field.unbounded: switch it off"):
        small("dense_grid", unbounded=True)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if hasattr(small(kind), "to_colors")])
def test_latents_become_the_colors_that_they_stand_for(kind, generator):
    """A grid's colors lie in an interpolated logit, so it is asked at its cell centers."""
    matrix = torch.tensor([[0.3, 0.0, 0.1], [0.0, 0.2, 0.0], [0.1, 0.0, 0.2], [0.0, 0.1, 0.0]])
    bias = torch.tensor([0.5, 0.4, 0.5])
    field = shaken(small(kind, channels=4)).float()
    at = torch.cartesian_prod(*[(torch.arange(8) + 0.5) / 4 - 1] * 3)
    latents = field.density_and_color(at)[1]
    assert field.color_channels == latents.shape[1] == 4
    before = with_colors(field, (matrix, bias)).density_and_color(at)[1]
    torch.testing.assert_close(before, srgb_decoded((latents @ matrix + bias).clamp(0, 1)))
    field.to_colors(matrix, bias)
    assert field.color_channels == 3
    torch.testing.assert_close(field.density_and_color(at)[1], before, atol=2e-3, rtol=1e-3)
    began_with_latents = small(kind, channels=4, seed=9)
    began_with_latents.load_state_dict(field.state_dict())
    assert torch.equal(began_with_latents.density_and_color(at)[1], field.density_and_color(at)[1])


@pytest.mark.parametrize("kind", KINDS)
def test_density_can_be_shaken_where_it_is_a_softplus_and_else_there_is_a_sentence(kind, generator):
    field = small(kind)
    if not hasattr(field, "scale"):
        assert kind not in ("dense_grid", "nerf", "mip_nerf", "siren", "tri_plane")
        with pytest.raises(ConfigError, match="no raw density to shake"):
            DensityNoise(field, 1.0, generator)
        return
    at = torch.zeros(4000, 3)
    density = DensityNoise(field, 1.0, generator).density_and_color(at)[0]
    raw = torch.log(torch.expm1(density.detach().double() / field.scale))
    plain = torch.log(torch.expm1(field.density(at[:1]).detach().double() / field.scale))
    assert float((raw - plain).mean()) == pytest.approx(0, abs=0.06) and float(raw.std()) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_learned_has_one_rate(kind):
    field = small(kind)
    adam = make_optimizer(field, OptimizeConfig())
    learned = [parameter for group in adam.param_groups for parameter in group["params"]]
    assert sorted(map(id, learned)) == sorted(map(id, field.parameters()))
    assert all(0 < group["lr"] <= (0.01 if kind in NETWORKS else 0.1) for group in adam.param_groups)


def test_who_grows_who_sees_stretches_and_who_is_a_distance():
    assert [kind for kind in KINDS if isinstance(small(kind), Upsampleable)] == ["dense_grid"]
    assert [kind for kind in KINDS if isinstance(small(kind), IntegratesFrustums)] == ["mip_nerf"]
    assert [kind for kind in KINDS if isinstance(small(kind), DistanceField)] == ["sdf"]
    assert SMALL.density_init == "" and FieldConfig().density_scale == DENSITY_SCALE and UNIT_CUBE.low == (-1.0,) * 3
