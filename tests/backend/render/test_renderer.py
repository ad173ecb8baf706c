"""Pictures of fields that are known by formula."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.cameras.orbit import orbit_view
from backend.fields.field import UNIT_CUBE
from backend.render.renderer import Renderer, render
from backend.render.shading import Shading
from backend.render.stratified import stratified


class Fog:
    """Uniform grey."""

    bounds = UNIT_CUBE

    def __init__(self, density: float) -> None:
        self.value = density

    def density_and_colour(self, positions, directions=None):
        return torch.full((len(positions),), self.value), torch.full((len(positions), 3), 0.5)


def test_fog_in_the_box_stops_what_its_chord_says():
    """Every ray is checked against 1 - exp(-density x chord), the chord by the slab test."""
    camera = orbit_view(0.5, 0.4, 3.0, 0.7, 16).camera
    near, far = UNIT_CUBE.near_far(camera.rays().flat())
    seen = Renderer(Fog(0.8), 32).picture(camera)
    expected = 1 - torch.exp(-0.8 * (far - near))
    torch.testing.assert_close(seen.opacity.flatten(), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(seen.colour[..., 0].flatten(), 0.5 * expected, atol=1e-5, rtol=0)


def test_depth_of_a_wall_is_its_distance():
    class Wall(Fog):
        def density_and_colour(self, positions, directions=None):
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
    assert torch.equal(whole.colour, parts.colour) and torch.equal(whole.depth, parts.depth)


def test_jitter_is_unbiased(generator):
    """The mean over many jittered renders of a thin bright slab equals the slab's integral."""

    def slab(points, directions):
        return 0.5 * ((points[:, 2] > 0.3) & (points[:, 2] < 0.37)).float(), torch.ones_like(points)

    rays = Rays(torch.tensor([[0.0, 0.0, -1.0]]).expand(20000, 3), torch.tensor([[0.0, 0.0, 1.0]]).expand(20000, 3))
    samples = stratified(torch.zeros(20000), torch.full((20000,), 2.0), 8, generator)
    mean = float(render(rays, samples, slab).opacity.mean())
    assert mean == pytest.approx(1 - math.exp(-0.5 * 0.07), rel=0.08)


def test_a_sample_that_is_not_asked_counts_as_empty():
    rays = Rays(torch.tensor([[0.0, 0.0, -1.0]]), torch.tensor([[0.0, 0.0, 1.0]]))
    samples = stratified(torch.zeros(1), torch.ones(1), 2)
    first_only = torch.tensor([[True, False]])
    seen = render(rays, samples, Fog(2.0).density_and_colour, first_only)
    assert float(seen.opacity) == pytest.approx(1 - math.exp(-1.0))


class Ball(Fog):
    """Grey inside a ball of radius 0.6, with a soft edge: density 40 sigmoid(10 (0.6 - |p|)) and its gradient."""

    def density_and_colour(self, positions, directions=None):
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
    torch.testing.assert_close(lit.colour, 0.25 * plain.colour)
    torch.testing.assert_close(lit.opacity, plain.opacity)


def test_a_ball_is_lit_as_lambert_says():
    """By the light behind the camera the middle is facing: 0.5 (0.1 + 0.9). From beyond the ball it sees ambient."""
    renderer = Renderer(Ball(0), 400)
    front, back = (renderer(eye_ray(), shading=Shading((0.0, y, 0.0), 0.1, 0.9)) for y in (-50.0, 50.0))
    torch.testing.assert_close(front.colour / front.opacity, torch.full((1, 3), 0.5), atol=1e-3, rtol=0)
    torch.testing.assert_close(back.colour / back.opacity, torch.full((1, 3), 0.05), atol=1e-3, rtol=0)


def test_a_picture_without_texture_shows_form_only():
    """White instead of grey, dimmer towards the rim; the same opacity."""
    camera = orbit_view(0.0, 0.0, 3.0, 0.7, 33).camera
    light = tuple(camera.rays().origins.reshape(-1, 3)[0].tolist())
    form = Renderer(Ball(0), 64).picture(camera, shading=Shading(light, 0.1, 0.9, textureless=True))
    plain = Renderer(Ball(0), 64).picture(camera)
    torch.testing.assert_close(form.opacity, plain.opacity)
    row = form.colour[16, :, 0] / form.opacity[16].clamp_min(1e-6)
    inside = form.opacity[16] > 0.95
    assert float(row[16]) > 0.95 and float(row[inside][0]) < 0.8 * float(row[16])


def test_a_rendering_takes_another_shape_whole():
    rays = Rays(torch.zeros(6, 3), torch.nn.functional.normalize(torch.ones(6, 3), dim=-1))
    seen = Renderer(Ball(0), 5)(rays, normals=True).reshaped(2, 3)
    assert seen.colour.shape == (2, 3, 3) and seen.weights.shape == (2, 3, 5) and seen.normals.shape == (2, 3, 5, 3)
    assert seen.over(torch.zeros(2, 3, 3)).shape == (2, 3, 3)
    assert seen.reshaped(6).t.shape == (6, 5)
