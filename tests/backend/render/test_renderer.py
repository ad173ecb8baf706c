"""Pictures of fields that are known by formula."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.cameras.orbit import orbit_view
from backend.fields.field import UNIT_CUBE
from backend.render.renderer import Renderer, render
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
