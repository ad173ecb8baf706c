"""Pictures of fields that are known by formula."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.cameras.orbit import orbit_view
from backend.fields.field import UNIT_CUBE, Bounds
from backend.render.occupancy import OccupancyGrid
from backend.render.renderer import Renderer, render
from backend.render.shading import Shading
from backend.render.stratified import stratified_samples


class Fog:
    """Uniform gray."""

    bounds = UNIT_CUBE

    def __init__(self, density: float) -> None:
        self.value = density

    def density_and_color(self, positions, directions=None):
        return torch.full((len(positions),), self.value), torch.full((len(positions), 3), 0.5)


def test_fog_in_the_box_stops_what_its_chord_says():
    """Every ray is checked against 1 - exp(-density x chord), the chord by the slab test."""
    camera = orbit_view(0.5, 0.4, 3.0, 0.7, 16).camera
    near, far = UNIT_CUBE.near_far(camera.rays().flat())
    seen = Renderer(Fog(0.8), 32).picture(camera)
    expected = 1 - torch.exp(-0.8 * (far - near))
    torch.testing.assert_close(seen.opacity.flatten(), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(seen.color[..., 0].flatten(), 0.5 * expected, atol=1e-5, rtol=0)


def test_depth_of_a_wall_is_its_distance():
    class Wall(Fog):
        def density_and_color(self, positions, directions=None):
            return 1e4 * (positions[:, 1] > 0).float(), torch.ones(len(positions), 3)

    rays = Rays(torch.tensor([[0.1, -3.0, 0.2]]), torch.tensor([[0.0, 1.0, 0.0]]))
    assert float(Renderer(Wall(0), 200)(rays).depth) == pytest.approx(3.0, abs=0.02)


def test_a_ray_that_misses_the_box_sees_nothing_and_asks_nothing():
    rays = Rays(torch.tensor([[0.0, 0.0, 5.0]]), torch.tensor([[0.0, 0.0, 1.0]]))
    seen = Renderer(Fog(9.0), 8)(rays)
    assert float(seen.opacity) == 0 and float(seen.depth) == 0 and float(seen.weights.sum()) == 0


def test_chunks_do_not_change_a_picture():
    camera, renderer = orbit_view(1.0, 0.2, 3.0, 0.7, 12).camera, Renderer(Fog(0.4), 8)
    whole, parts = renderer.picture(camera), renderer.picture(camera, chunk=17)
    assert torch.equal(whole.color, parts.color) and torch.equal(whole.depth, parts.depth)


def test_jitter_is_unbiased(generator):
    """The mean over many jittered renders of a thin bright slab equals the slab's integral."""

    def slab(points, directions):
        return 0.5 * ((points[:, 2] > 0.3) & (points[:, 2] < 0.37)).float(), torch.ones_like(points)

    rays = Rays(torch.tensor([[0.0, 0.0, -1.0]]).expand(20000, 3), torch.tensor([[0.0, 0.0, 1.0]]).expand(20000, 3))
    samples = stratified_samples(torch.zeros(20000), torch.full((20000,), 2.0), 8, generator)
    mean = float(render(rays, samples, slab).opacity.mean())
    assert mean == pytest.approx(1 - math.exp(-0.5 * 0.07), rel=0.08)


def test_a_sample_that_is_not_asked_counts_as_empty():
    rays = Rays(torch.tensor([[0.0, 0.0, -1.0]]), torch.tensor([[0.0, 0.0, 1.0]]))
    samples = stratified_samples(torch.zeros(1), torch.ones(1), 2)
    first_only = torch.tensor([[True, False]])
    seen = render(rays, samples, Fog(2.0).density_and_color, first_only)
    assert float(seen.opacity) == pytest.approx(1 - math.exp(-1.0))


class Ball(Fog):
    """Gray inside a ball of radius 0.6, with a soft edge: density 40 sigmoid(10 (0.6 - |p|)) and its gradient."""

    def density_and_color(self, positions, directions=None):
        return 40 * (10 * (0.6 - positions.norm(dim=-1))).sigmoid(), torch.full((len(positions), 3), 0.5)

    def density_gradient(self, positions):
        radius = positions.norm(dim=-1, keepdim=True)
        edge = (10 * (0.6 - radius)).sigmoid()
        return -40 * 10 * edge * (1 - edge) * positions / radius


def eye_ray() -> Rays:
    """Along y through the middle."""
    return Rays(torch.tensor([[0.0, -3.0, 0.0]]), torch.tensor([[0.0, 1.0, 0.0]]))


def test_a_rendering_says_where_its_samples_lie():
    seen = Renderer(Fog(0.5), 4)(eye_ray())
    torch.testing.assert_close(seen.t, torch.tensor([[2.25, 2.75, 3.25, 3.75]]))
    torch.testing.assert_close(seen.lengths, torch.full((1, 4), 0.5))
    assert torch.equal(seen.directions, eye_ray().directions) and seen.normals is None


def test_normals_come_when_wanted_and_are_zero_where_nothing_is_asked():
    aside = Rays(torch.tensor([[0.0, -3.0, 0.0], [5.0, -3.0, 5.0]]), torch.tensor([[0.0, 1.0, 0.0]] * 2))
    seen = Renderer(Ball(0), 16)(aside, normals=True)
    before = seen.t[0] < 3
    expected = torch.tensor([0.0, -1.0, 0.0]).expand(16, 3) * torch.where(before, 1.0, -1.0)[:, None]
    torch.testing.assert_close(seen.normals[0], expected)
    assert float(seen.normals[1].abs().sum()) == 0


def test_a_field_without_a_gradient_is_asked_for_none_unless_it_must():
    """The plain path never touches `density_gradient`: Fog has none."""
    plain = Shading((0.0, -3.0, 0.0), ambient=0.25, diffuse=0.0)
    assert Renderer(Fog(0.5), 4)(eye_ray(), shading=plain).normals is None
    with pytest.raises(AttributeError):
        Renderer(Fog(0.5), 4)(eye_ray(), normals=True)


def test_ambient_light_alone_dims_the_albedo():
    lit, plain = (Renderer(Fog(0.5), 8)(eye_ray(), shading=s) for s in (Shading((0.0, 0, 9), 0.25, 0.0), None))
    torch.testing.assert_close(lit.color, 0.25 * plain.color)
    torch.testing.assert_close(lit.opacity, plain.opacity)


def test_a_ball_is_lit_as_lambert_says():
    """By the light behind the camera the middle is facing: 0.5 (0.1 + 0.9). From beyond the ball it sees ambient."""
    renderer = Renderer(Ball(0), 400)
    front, back = (renderer(eye_ray(), shading=Shading((0.0, y, 0.0), 0.1, 0.9)) for y in (-50.0, 50.0))
    torch.testing.assert_close(front.color / front.opacity, torch.full((1, 3), 0.5), atol=1e-3, rtol=0)
    torch.testing.assert_close(back.color / back.opacity, torch.full((1, 3), 0.05), atol=1e-3, rtol=0)


def test_a_picture_without_texture_shows_form_only():
    """White instead of gray, dimmer towards the rim; the same opacity."""
    camera = orbit_view(0.0, 0.0, 3.0, 0.7, 33).camera
    light = tuple(camera.rays().origins.reshape(-1, 3)[0].tolist())
    form = Renderer(Ball(0), 64).picture(camera, shading=Shading(light, 0.1, 0.9, textureless=True))
    plain = Renderer(Ball(0), 64).picture(camera)
    torch.testing.assert_close(form.opacity, plain.opacity)
    row = form.color[16, :, 0] / form.opacity[16].clamp_min(1e-6)
    inside = form.opacity[16] > 0.95
    assert float(row[16]) > 0.95 and float(row[inside][0]) < 0.8 * float(row[16])


def test_a_rendering_takes_another_shape_whole():
    rays = Rays(torch.zeros(6, 3), torch.nn.functional.normalize(torch.ones(6, 3), dim=-1))
    seen = Renderer(Ball(0), 5)(rays, normals=True).reshaped(2, 3)
    assert seen.color.shape == (2, 3, 3) and seen.weights.shape == (2, 3, 5) and seen.normals.shape == (2, 3, 5, 3)
    assert seen.over(torch.zeros(2, 3, 3)).shape == (2, 3, 3)
    assert seen.reshaped(6).t.shape == (6, 5)


def test_a_picture_has_both_depths():
    """Of a ball's middle, against a fine march along its ray."""
    camera = orbit_view(0.0, 0.0, 3.0, 0.7, 3).camera
    seen = Renderer(Ball(0), 400).picture(camera, median=True)
    t = torch.linspace(2, 4, 20_001, dtype=torch.float64)
    arrives = torch.exp(-(40 * (10 * (0.6 - (t - 3).abs())).sigmoid()).cumsum(0) * 1e-4)
    mean = 2 + float((arrives - arrives[-1]).sum() * 1e-4 / (1 - arrives[-1]))
    median = float(t[(arrives < (1 + arrives[-1]) / 2).nonzero()[0]])
    assert float(seen.depth[1, 1]) == pytest.approx(mean, abs=3e-3)
    assert float(seen.median_depth[1, 1]) == pytest.approx(median, abs=3e-3)
    assert seen.reshaped(9).median_depth.shape == (9,)
    with pytest.raises(ValueError, match="ask for it with median=True"):
        _ = Renderer(Ball(0), 4).picture(camera).median_depth


class Strange(Fog):
    """Fog with something else below the ground plane."""

    def density_and_color(self, positions, directions=None):
        density = torch.where(positions[:, 2] < 0, self.value, 0.5)
        return density, torch.full((len(positions), 3), 0.5)


def test_infinite_density_is_opaque():
    below = Rays(torch.tensor([[0.0, -3.0, -0.5]]), torch.tensor([[0.0, 1.0, 0.0]]))
    for renderer in (Renderer(Strange(math.inf), 8), Renderer(Strange(math.inf), 8, fine_samples_per_ray=8)):
        seen = renderer(below)
        assert float(seen.opacity) == 1 and float(seen.depth) == pytest.approx(2.0, abs=0.2)
        torch.testing.assert_close(seen.color, torch.full((1, 3), 0.5))
        assert float(seen.median_depth) == pytest.approx(2.0, abs=1e-4)


def test_a_density_that_is_not_a_number_spoils_its_own_rays_only():
    """The optimization skips a step whose gradient is not finite; a picture shows nothing there."""
    both = Rays(torch.tensor([[0.0, -3.0, -0.5], [0.0, -3.0, 0.5]]), torch.tensor([[0.0, 1.0, 0.0]] * 2))
    for renderer in (
        Renderer(Strange(math.nan), 8),
        Renderer(Strange(math.nan), 8, fine_samples_per_ray=8),
        Renderer(Strange(math.nan), 64, early_stop_transmittance=0.01),
    ):
        seen = renderer(both)
        assert bool(seen.color[0].isnan().all()) and bool(seen.opacity[0].isnan())
        assert float(seen.opacity[1]) == pytest.approx(1 - math.exp(-1.0), abs=1e-5)


def test_an_empty_scene_is_black_clear_and_nowhere(generator):
    seen = Renderer(Fog(0.0), 8, fine_samples_per_ray=8, early_stop_transmittance=0.01)(
        eye_ray(), generator, normals=False
    )
    for part in (seen.color, seen.opacity, seen.depth, seen.median_depth, seen.weights, seen.coarse.weights):
        assert float(part.abs().sum()) == 0


def test_no_rays_are_no_rays():
    seen = Renderer(Fog(1.0), 8, fine_samples_per_ray=4)(Rays(torch.zeros(0, 3), torch.zeros(0, 3)))
    assert seen.color.shape == (0, 3) and seen.weights.shape == (0, 12)


@pytest.mark.parametrize(
    "settings", [{}, {"fine_samples_per_ray": 6}, {"fine_samples_per_ray": 6, "early_stop_transmittance": 0.1}]
)
def test_a_seed_fixes_every_sample(settings: dict):
    rays = orbit_view(0.5, 0.4, 3.0, 0.7, 6).camera.rays().flat()
    first, again, other = (
        Renderer(Ball(0), 40, **settings)(rays, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(first.t, again.t) and torch.equal(first.color, again.color)
    assert not torch.equal(first.t, other.t)


class Cones(Fog):
    """Fog as dense as its stretch's cone is wide, and only that: remembers what it was told."""

    integrates_frustums = True

    def density_and_color(self, positions, directions=None, stretches=None):
        self.positions, self.stretches = positions, stretches
        return stretches.radii * stretches.t * 100, torch.full((len(positions), 3), 0.5)


@pytest.mark.parametrize("fine", [0, 5])
def test_a_field_that_sees_cones_is_told_each_stretch(fine: int, generator):
    """Its middle, where the position is too, its length and its cone; together they fill the ray."""
    rays, field = orbit_view(0.5, 0.4, 3.0, 0.1, 2).camera.rays().flat(), Cones(0)
    seen = Renderer(field, 8, fine_samples_per_ray=fine)(rays, generator)
    told = field.stretches
    torch.testing.assert_close(seen.t.flatten(), told.t)
    torch.testing.assert_close(seen.lengths.flatten(), told.lengths)
    torch.testing.assert_close(told.radii, rays.radii.repeat_interleave(8 + fine))
    origins, directions = (part.repeat_interleave(8 + fine, 0) for part in (rays.origins, rays.directions))
    torch.testing.assert_close(field.positions, origins + told.t[:, None] * directions)
    near, far = UNIT_CUBE.near_far(rays)
    torch.testing.assert_close(seen.lengths.sum(-1), far - near)
    ends = seen.t + seen.lengths / 2
    torch.testing.assert_close(ends[:, :-1], (seen.t - seen.lengths / 2)[:, 1:])


def test_a_field_that_only_stands_before_points_is_told_none():
    field = Cones(0)
    field.integrates_frustums = False
    with pytest.raises(AttributeError):  # the stretches it was not given
        Renderer(field, 8)(eye_ray())


def test_a_scene_around_the_box_is_followed_and_never_skipped():
    """Fog to twice the box; the grid of empty space knows the box only."""
    fog = Fog(0.3)
    fog.extent = Bounds((-2.0,) * 3, (2.0,) * 3)
    occupancy = OccupancyGrid(UNIT_CUBE, 8, 0.01, 0.1, 0)
    occupancy.occupied.fill_(False)
    seen = Renderer(fog, 60, occupancy)(eye_ray())
    assert float(Renderer(fog, 64)(eye_ray()).opacity) == pytest.approx(1 - math.exp(-0.3 * 4), abs=1e-5)
    assert float(seen.opacity) == pytest.approx(1 - math.exp(-0.3 * 2), abs=1e-5)


@pytest.mark.parametrize("towards", [(0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (1.0, 0.0, 0.0)])
def test_rays_of_a_scene_without_an_end_are_whole_wherever_they_go(towards: tuple[float, float, float]):
    """Through the box, away from it and past it, from a camera in the scene: the chord of the extent each time."""
    fog = Fog(0.1)
    fog.extent = Bounds((-16.0,) * 3, (16.0,) * 3)
    seen = Renderer(fog, 32)(Rays(torch.tensor([[0.0, -3.0, 0.0]]), torch.tensor([towards])))
    chord = {(0.0, 1.0, 0.0): 19.0, (0.0, -1.0, 0.0): 13.0, (1.0, 0.0, 0.0): 16.0}[towards]
    assert float(seen.opacity) == pytest.approx(1 - math.exp(-0.1 * chord), abs=1e-5)
    if towards == (0.0, 1.0, 0.0):
        assert int((seen.t < 4).sum()) == 16  # up to the far side of the box
