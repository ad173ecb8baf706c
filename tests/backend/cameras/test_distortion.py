"""Rays through real lenses: OpenCV's published formulas, written out here once more, lead back to the pixel."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Camera
from backend.cameras.distortion import NO_DISTORTION, Distortion, inverse_share, perspective_drawn

WIDTH, HEIGHT, FOCAL, CENTER = 40, 30, (35.0, 36.0), (19.0, 16.0)
LENSES = {
    "barrel": Distortion((-0.28, 0.07, 0, 0)),
    "pincushion": Distortion((0.2, 0.05, 0, 0)),
    "opencv": Distortion((-0.3, 0.1, 0, 0), tangential=(0.01, -0.02)),
    "full opencv": Distortion((0.1, -0.05, 0.02, 0), (0.2, 0.01, 0.005), (0.001, 0.002)),
    "nerfstudio's fourth": Distortion((0.02, 0.01, 0.01, 0.02)),
    "fisheye": Distortion((0.05, -0.01, 0.002, -0.001), fisheye=True),
    "an even fisheye": Distortion(fisheye=True),
}


def drawn_at(lens: Distortion, x: float, y: float, z: float) -> tuple[float, float]:
    """Where OpenCV draws a point of the camera (x right, y down, z forward), in pixels."""
    (k1, k2, k3, k4), (d1, d2, d3), (p1, p2) = lens.radial, lens.denominator, lens.tangential
    if lens.fisheye:
        r = math.hypot(x, y)
        t = math.atan2(r, z)
        far = t * (1 + k1 * t**2 + k2 * t**4 + k3 * t**6 + k4 * t**8)
        a, b = (far * x / r, far * y / r) if r else (0.0, 0.0)
    else:
        a, b = x / z, y / z
        r2 = a * a + b * b
        radial = (1 + k1 * r2 + k2 * r2**2 + k3 * r2**3 + k4 * r2**4) / (1 + d1 * r2 + d2 * r2**2 + d3 * r2**3)
        a, b = (
            a * radial + 2 * p1 * a * b + p2 * (r2 + 2 * a * a),
            b * radial + p1 * (r2 + 2 * b * b) + 2 * p2 * a * b,
        )
    return FOCAL[0] * a + CENTER[0], FOCAL[1] * b + CENTER[1]


@pytest.mark.parametrize("name", LENSES)
def test_the_ray_of_every_pixel_is_drawn_at_that_pixel(name: str):
    camera = Camera(torch.eye(4), WIDTH, HEIGHT, FOCAL, CENTER, LENSES[name])
    rays = camera.rays()
    torch.testing.assert_close(rays.directions.norm(dim=-1), torch.ones(HEIGHT, WIDTH))
    for row in range(0, HEIGHT, 7):
        for column in (0, 3, 19, 39):
            x, y, z = rays.directions[row, column].double().tolist()
            there = drawn_at(LENSES[name], x, -y, -z)
            assert there == pytest.approx((column + 0.5, row + 0.5), abs=2e-3)


def test_a_fisheye_sees_behind_itself():
    camera = Camera(torch.eye(4), 100, 100, (25.0, 25.0), (50.0, 50.0), Distortion(fisheye=True))
    edge = camera.rays_at(torch.tensor([50]), torch.tensor([99])).directions[0]
    angle = math.hypot(99.5 - 50, 0.5) / 25
    assert angle > math.pi / 2 and float(edge[2]) == pytest.approx(-math.cos(angle), abs=1e-5)


def test_a_pinhole_is_what_it_was():
    camera = Camera(torch.eye(4), WIDTH, HEIGHT, FOCAL, CENTER)
    bent = Camera(torch.eye(4), WIDTH, HEIGHT, FOCAL, CENTER, Distortion((1e-12, 0, 0, 0)))
    assert NO_DISTORTION.none and not bent.distortion.none
    torch.testing.assert_close(camera.rays().directions, bent.rays().directions)


def test_the_slope_is_that_of_finite_differences():
    points, rows = torch.rand(6, 2, dtype=torch.float64) - 0.5, torch.tensor([LENSES["full opencv"].row]).double()
    _, jacobian = perspective_drawn(points, rows)
    for i in range(2):
        step = torch.zeros(2, dtype=torch.float64)
        step[i] = 1e-6
        change = (perspective_drawn(points + step, rows)[0] - perspective_drawn(points - step, rows)[0]) / 2e-6
        torch.testing.assert_close(jacobian[..., i], change, rtol=1e-6, atol=1e-8)


def test_a_smaller_picture_keeps_its_lens():
    camera = Camera(torch.eye(4), WIDTH, HEIGHT, FOCAL, CENTER, LENSES["opencv"])
    assert camera.resized(20, 15).distortion == camera.band(2, 3).distortion == LENSES["opencv"]


def test_how_much_of_a_picture_has_a_way_back():
    """x (1 - x^2 / 2) is largest at x = sqrt(2/3), where it is 0.544: beyond that nothing is drawn."""
    folding, high = Distortion((-0.5, 0, 0, 0)), math.sqrt(2 / 3) * 2 / 3
    assert inverse_share(folding, (-0.9 * high, 0.0), (0.9 * high, 0.0)) == 1.0
    assert inverse_share(folding, (0.0, 0.0), (2 * high, 0.0)) == pytest.approx(0.5, abs=0.05)
    assert inverse_share(Distortion((-0.5, 0, 0, 0), fisheye=True), (0.0, 0.0), (2 * high, 0.0)) == pytest.approx(
        0.5, abs=0.05
    )
