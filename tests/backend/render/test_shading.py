"""Lambert's law by hand."""

from __future__ import annotations

import math

import pytest
import torch

from backend.render.shading import Shading, shade

UP = torch.tensor([[0.0, 0.0, 1.0]])
RED = torch.tensor([[0.8, 0.2, 0.0]])


@pytest.mark.parametrize("degrees", [0, 30, 60, 89, 120])
def test_light_falls_off_with_the_cosine_and_not_behind(degrees: float):
    angle = math.radians(degrees)
    shading = Shading((2 * math.sin(angle), 0.0, 2 * math.cos(angle)), ambient=0.1, diffuse=0.9)
    expected = RED * (0.1 + 0.9 * max(0.0, math.cos(angle)))
    torch.testing.assert_close(shade(shading, RED, torch.zeros(1, 3), UP), expected, atol=1e-6, rtol=1e-5)


def test_the_direction_to_the_light_is_from_the_point():
    """From (3, 0, 0) the light at (3, 0, 4) is straight above, from the origin it stands at cos = 4/5."""
    shading = Shading((3.0, 0.0, 4.0), ambient=0.0, diffuse=1.0)
    seen = shade(shading, torch.ones(2, 3), torch.tensor([[3.0, 0, 0], [0.0, 0, 0]]), UP.expand(2, 3))
    torch.testing.assert_close(seen[:, 0], torch.tensor([1.0, 0.8]))


def test_without_texture_a_surface_is_white():
    shading = Shading((0.0, 0.0, 1.0), ambient=0.3, diffuse=0.5, textureless=True)
    torch.testing.assert_close(shade(shading, RED, torch.zeros(1, 3), UP), torch.full((1, 3), 0.8))


def test_a_form_can_be_learned_from_the_light_on_it():
    """The slope of a lambertian color reaches the normal, by finite differences."""
    shading = Shading((1.0, 2.0, 3.0), ambient=0.1, diffuse=0.9)
    normals = torch.tensor([[0.2, 0.3, 0.9]], dtype=torch.float64, requires_grad=True)
    red, origin = RED.double(), torch.zeros(1, 3, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda n: shade(shading, red, origin, n), normals)


def test_each_ray_may_have_a_light_of_its_own():
    """Two points of ray 0, one of ray 1: as each ray under its light alone."""
    lights = torch.tensor([[0.0, 0, 5], [5.0, 0, 1]])
    points, normals = torch.tensor([[0.0, 0, 0], [1.0, 0, 0], [0.5, 0.5, 0]]), UP.expand(3, 3)
    ray = torch.tensor([0, 0, 1])
    found = shade(Shading(lights, 0.1, 0.9).along(ray), RED.expand(3, 3), points, normals)
    for point in range(3):
        light = tuple(lights[ray[point]].tolist())
        one = slice(point, point + 1)
        alone = shade(Shading(light, 0.1, 0.9).along(ray[one]), RED, points[one], normals[one])
        torch.testing.assert_close(found[one], alone)
