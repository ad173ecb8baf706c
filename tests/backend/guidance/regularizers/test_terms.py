"""Which terms act, how strongly, and whether each moves a small grid the way its name says."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
import torch

from backend.cameras.camera import Rays
from backend.cameras.orbit import orbit_view
from backend.config import RegularizerConfig, TermConfig
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, normals
from backend.guidance.regularizers import Regularizers, total_variation
from backend.guidance.regularizers.shapes import SHAPES
from backend.guidance.regularizers.terms import ramped
from backend.render.renderer import Renderer, Rendering

ON_RAYS = ("transmittance", "opacity_entropy", "distortion", "orientation")
IN_THE_FIELD = ("eikonal", "smoothness", "symmetry", "ground", "inside")


def only(name: str, weight: float = 1.0, **others) -> RegularizerConfig:
    return replace(RegularizerConfig(), **{name: TermConfig(weight=weight)}, **others)


def random_grid(resolution: int = 10, mean: float = -1.0) -> DenseGrid:
    torch.manual_seed(0)
    grid = DenseGrid(UNIT_CUBE, resolution)
    torch.nn.init.normal_(grid.raw_density, mean=mean)
    torch.nn.init.normal_(grid.raw_color)
    return grid


def rays() -> Rays:
    views = [orbit_view(azimuth, 0.4, 3.0, 0.7, 12).camera.rays().flat() for azimuth in (0.0, 2.0, 4.0)]
    return Rays(torch.cat([view.origins for view in views]), torch.cat([view.directions for view in views]))


def optimized(grid: DenseGrid, config: RegularizerConfig, steps: int = 50) -> DenseGrid:
    """The grid after steps of Adam under the regularizers alone."""
    regularizers, generator = Regularizers(config, steps), torch.Generator().manual_seed(1)
    adam = torch.optim.Adam(grid.parameters(), lr=0.1)
    for step in range(steps):
        seen = Renderer(grid, 24)(rays(), generator, normals=regularizers.wants_normals(step))
        terms = regularizers.terms(step, grid, seen, generator) + regularizers.field_terms(step, grid, generator)
        adam.zero_grad(set_to_none=False)
        grid.raw_density.grad, grid.raw_color.grad = (torch.zeros_like(p) for p in (grid.raw_density, grid.raw_color))
        for term in terms:
            term.loss.backward()
        regularizers.add_total_variation(step, grid, generator)
        adam.step()
    return grid


@pytest.mark.parametrize(
    ("fraction", "expected"), [(0.0, 0.0), (0.2, 0.0), (0.3, 0.25), (0.4, 0.5), (0.6, 1.0), (1.0, 1.0)]
)
def test_a_ramp_rises_between_its_ends(fraction: float, expected: float):
    assert ramped(fraction, 0.2, 0.6) == pytest.approx(expected)


def test_a_ramp_without_length_is_whole_at_once():
    assert ramped(0.0, 0.0, 0.0) == 1 and ramped(0.49, 0.5, 0.5) == 0 and ramped(0.5, 0.5, 0.5) == 1


def test_a_ramp_whose_ends_are_swapped_begins_at_the_later_one():
    assert [ramped(fraction, 0.6, 0.2) for fraction in (0.1, 0.5, 0.6, 0.9)] == [0, 0, 1, 1]


def test_every_term_of_the_config_is_reached_by_its_name(generator):
    named = {spec.name for spec in fields(RegularizerConfig) if spec.default_factory is TermConfig}
    assert named == {*ON_RAYS, *IN_THE_FIELD, "total_variation_density", "total_variation_color"}
    all_on = replace(RegularizerConfig(), **{name: TermConfig(weight=0.5) for name in named}, ground_height=0.0)
    grid, regularizers = random_grid(), Regularizers(all_on, 10)
    seen = Renderer(grid, 8)(rays(), normals=True)
    found = [*regularizers.terms(0, grid, seen, generator), *regularizers.field_terms(0, grid, generator)]
    assert [term.name for term in found] == [*ON_RAYS, *IN_THE_FIELD]
    assert all(float(term.loss.detach()) == pytest.approx(0.5 * term.value) for term in found)


def test_terms_that_are_off_ask_nothing(generator):
    """The field is an object that answers nothing, and the rendering has nothing beyond what a plain one has."""
    regularizers = Regularizers(RegularizerConfig(), 10)
    plain = Rendering(torch.zeros(1, 3), torch.zeros(1), torch.zeros(1), torch.zeros(1, 4))
    assert regularizers.terms(0, object(), plain, generator) == []
    assert regularizers.field_terms(0, object(), generator) == [] and not regularizers.wants_normals(0)
    regularizers.add_total_variation(0, object(), generator)


def test_a_term_costs_nothing_before_its_ramp(generator):
    late = replace(RegularizerConfig(), orientation=TermConfig(weight=2.0, ramp=(0.5, 1.0)))
    regularizers = Regularizers(late, 100)
    assert not regularizers.wants_normals(50) and regularizers.wants_normals(51)
    assert regularizers.weight("orientation", 75) == pytest.approx(1.0)


def test_orientation_without_normals_is_refused(generator):
    grid = random_grid()
    with pytest.raises(ValueError, match="needs normals"):
        Regularizers(only("orientation"), 10).terms(0, grid, Renderer(grid, 8)(rays()), generator)


def test_total_variation_of_one_kind_leaves_the_other_alone(generator):
    grid = random_grid()
    grid.raw_density.grad, grid.raw_color.grad = (torch.zeros_like(p) for p in (grid.raw_density, grid.raw_color))
    Regularizers(only("total_variation_color"), 10).add_total_variation(0, grid, generator)
    assert float(grid.raw_density.grad.abs().sum()) == 0 and float(grid.raw_color.grad.abs().sum()) > 0


# --- each term alone, 50 steps ---------------------------------------------------------------------------------------


def seen_by(grid: DenseGrid) -> Rendering:
    with torch.no_grad():
        return Renderer(grid, 48)(rays(), normals=True)


def test_transmittance_empties_the_box_to_its_target():
    """From nothing that passes to the target; there the slope ends, and Adam's momentum carries a little further."""
    before, after = random_grid(), optimized(random_grid(), only("transmittance", transmittance_target=0.5), 150)
    assert float(1 - seen_by(before).opacity.mean()) < 0.1
    assert 0.5 < float(1 - seen_by(after).opacity.mean()) < 0.8


def test_opacity_entropy_decides_rays():
    """Half-clear fog becomes clear or solid, ray by ray."""
    undecided = [((o > 0.1) & (o < 0.9)).float().mean() for o in _opacities("opacity_entropy", mean=-5.0)]
    assert float(undecided[1]) < 0.5 * float(undecided[0])


def _opacities(name: str, mean: float) -> list[torch.Tensor]:
    return [seen_by(grid).opacity for grid in (random_grid(mean=mean), optimized(random_grid(mean=mean), only(name)))]


def test_distortion_draws_weights_together():
    """The spread of each ray's weights around their own mean shrinks, in meters."""
    fog, after = random_grid(mean=-3.5), optimized(random_grid(mean=-3.5), only("distortion"))
    assert _spread(after) < 0.6 * _spread(fog)


def _spread(grid: DenseGrid) -> float:
    seen = seen_by(grid)
    share = seen.weights / seen.opacity[:, None].clamp_min(1e-6)
    middle = (share * seen.t).sum(-1, keepdim=True)
    return float(((share * (seen.t - middle).square()).sum(-1) * seen.opacity).mean().sqrt())


def test_orientation_turns_surfaces_to_the_camera():
    away = []
    for grid in (random_grid(), optimized(random_grid(), only("orientation"))):
        seen = seen_by(grid)
        facing_away = (seen.normals * seen.directions[:, None]).sum(-1) > 0.1
        away.append(float((seen.weights * facing_away).sum() / seen.weights.sum()))
    assert away[1] < 0.5 * away[0]


def test_eikonal_makes_surfaces_as_sharp_as_its_width(generator):
    """At the edge of a ball, where half of the light is stopped, |grad log density| comes to 1 / width."""
    before, after = _wide_ball(), optimized(_wide_ball(), only("eikonal", eikonal_width=0.1), 100)
    assert _steepness(before, generator) < 7 and _steepness(after, generator) == pytest.approx(10, rel=0.15)


def _wide_ball() -> DenseGrid:
    """Raw density 4 (1 - |p| / 0.5)."""
    grid = DenseGrid(UNIT_CUBE, 20)
    axis = (torch.arange(20) + 0.5) / 10 - 1
    radius = torch.cartesian_prod(axis, axis, axis).norm(dim=-1)
    grid.raw_density.data = (4 - 8 * radius).view(20, 20, 20, 1)
    return grid


def _steepness(grid: DenseGrid, generator: torch.Generator) -> float:
    points = 1.6 * torch.rand(20_000, 3, generator=generator) - 0.8
    density = grid.density(points).detach()
    edge = (1 - torch.exp(-0.02 * density) - 0.5).abs() < 0.2
    return float((grid.density_gradient(points).detach().norm(dim=-1) / density)[edge].median())


def test_smoothness_lets_neighboring_normals_agree(generator):
    points = 1.8 * torch.rand(2000, 3, generator=generator) - 0.9
    agreement = []
    for grid in (random_grid(), optimized(random_grid(), only("smoothness", smoothness_distance=0.2), 100)):
        here, there = (normals(grid.density_gradient(at).detach()) for at in (points, points + 0.1))
        agreement.append(float((here * there).sum(-1).mean()))
    assert agreement[1] > agreement[0] + 0.2


@pytest.mark.parametrize("axis", ["x", "y"])
def test_symmetry_makes_the_sides_of_the_mirror_alike(axis: str):
    """Opacity and seen color of cells against those of the flipped grid."""
    number = {"x": 0, "y": 1}[axis]
    difference = [
        _asymmetry(grid, number)
        for grid in (random_grid(), optimized(random_grid(), only("symmetry", mirror_axis=axis)))
    ]
    assert difference[1] < 0.2 * difference[0]


def _asymmetry(grid: DenseGrid, axis: int) -> float:
    opacity = 1 - torch.exp(-torch.nn.functional.softplus(grid.raw_density.detach()))
    seen = torch.cat([opacity, opacity * grid.raw_color.detach().sigmoid()], -1)
    return float((seen - seen.flip(axis)).abs().mean())


def test_the_ground_is_emptied_below_and_only_there():
    before, after = random_grid(), optimized(random_grid(), only("ground", ground_height=-0.2))
    change = (after.raw_density - before.raw_density).detach()
    assert float(change[:, :, :4].mean()) < -2 and float(change[:, :, 5:].abs().max()) == 0


@pytest.mark.parametrize("shape", list(SHAPES))
def test_inside_empties_what_lies_outside_the_shape(shape: str):
    after = optimized(random_grid(), only("inside", inside_shape=shape, inside_size=0.6))
    axis = (torch.arange(10) + 0.5) / 5 - 1
    places = torch.cartesian_prod(axis, axis, axis)
    change = (after.raw_density - random_grid().raw_density).detach().flatten()
    assert float(change[~SHAPES[shape](places, 0.8)].mean()) < -2
    assert float(change[SHAPES[shape](places, 0.2)].abs().max()) == 0


@pytest.mark.parametrize("kind", ["density", "color"])
def test_total_variation_evens_out_neighbors(kind: str):
    before, after = random_grid(), optimized(random_grid(), only(f"total_variation_{kind}"))
    volumes = [float(total_variation(grid.volumes()[kind].detach())) for grid in (before, after)]
    assert volumes[1] < 0.1 * volumes[0]
