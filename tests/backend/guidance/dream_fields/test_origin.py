"""The tracked center, against fields whose center of mass is known."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.cameras.orbit import UNIT_FRAME, Frame, orbit_view, views_rays
from backend.fields.field import UNIT_CUBE
from backend.guidance.dream_fields.origin import Origin, center_of_mass
from backend.render.renderer import Renderer, Rendering

PLACE = torch.tensor([0.3, -0.2, 0.25])


class Ball:
    """Uniform density in a ball."""

    bounds = UNIT_CUBE

    def __init__(self, center: torch.Tensor, radius: float, density: float) -> None:
        self.center, self.radius, self.value = center, radius, density

    def density_and_color(self, positions, directions=None):
        inside = (positions - self.center).norm(dim=-1) < self.radius
        return self.value * inside.float(), torch.full((len(positions), 3), 0.5)


def rays_from(elevation: float, sides: int = 6, size: int = 24) -> Rays:
    views = [orbit_view(2 * math.pi * i / sides, elevation, 3.2, 0.75, size) for i in range(sides)]
    return views_rays(views, "cpu")


@pytest.mark.parametrize("density", [0.5, 500.0])
def test_the_center_of_a_ball_is_found_however_opaque_it_is(density: float):
    """Of an opaque ball only the front is seen, and its visible part lies 0.2 nearer to the cameras above."""
    rays = rays_from(elevation=1.0)
    found = center_of_mass(rays, Renderer(Ball(PLACE, 0.4, density), 96)(rays))
    torch.testing.assert_close(found.float(), PLACE, atol=0.02, rtol=0)


def test_what_is_near_the_camera_weighs_no_more():
    """Two balls of one mass, one near and one far: from a single camera, the center lies half way."""

    class Two(Ball):
        def density_and_color(self, positions, directions=None):
            first, color = Ball(torch.tensor([0.0, -0.7, 0.0]), 0.25, 3.0).density_and_color(positions)
            second, _ = Ball(torch.tensor([0.0, 0.7, 0.0]), 0.25, 3.0).density_and_color(positions)
            return first + second, color

    rays = views_rays([orbit_view(0.0, 0.0, 3.2, 0.75, 64)], "cpu")
    found = center_of_mass(rays, Renderer(Two(PLACE, 0, 0), 128)(rays))
    torch.testing.assert_close(found.float(), torch.zeros(3), atol=0.02, rtol=0)


def test_an_object_that_lies_aside_is_followed():
    """A geometric approach: after n steps, 1 - decay^n of the way."""
    origin, ball = Origin(UNIT_FRAME), Ball(PLACE, 0.3, 2.0)
    rays = rays_from(0.5)
    rendering = Renderer(ball, 96)(rays)
    for _ in range(20):
        origin.follow(center_of_mass(rays, rendering), 0.9)
    torch.testing.assert_close(origin.point.float(), (1 - 0.9**20) * PLACE, atol=0.02, rtol=0)
    assert origin.frame.half_width == 1.0


def test_it_begins_in_the_middle_of_the_frame():
    assert Origin(Frame((1.0, 2.0, 3.0), 2.5)).frame == Frame((1.0, 2.0, 3.0), 2.5)


def test_empty_space_and_nan_move_nothing():
    origin = Origin(UNIT_FRAME)
    rays = rays_from(0.5)
    empty = Renderer(Ball(PLACE, 0.3, 0.0), 16)(rays)
    assert center_of_mass(rays, empty) is None
    origin.follow(None, 0.9)
    origin.follow(torch.tensor([math.nan, 0.0, 0.0]), 0.9)
    assert origin.point.tolist() == [0.0, 0.0, 0.0]


def test_a_rendering_that_does_not_say_where_its_samples_lie_moves_nothing():
    one = torch.ones(1)
    assert center_of_mass(rays_from(0.5), Rendering(one[None], one, one, one[None])) is None
