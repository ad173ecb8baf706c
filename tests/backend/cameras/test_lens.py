"""Lenses against where points are seen by definition: a projection worked out one point at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from backend.cameras.lens import Lens

WIDTH, HEIGHT = 40, 24


def random_pose(seed: int) -> np.ndarray:
    """Any affine map, also one that stretches and shears."""
    rng = np.random.default_rng(seed)
    pose = np.eye(4)
    pose[:3, :3] = rng.normal(size=(3, 3)) + 2 * np.eye(3)
    pose[:3, 3] = rng.normal(size=3)
    return pose


def lens(pose: np.ndarray, span: float, **how) -> Lens:
    return Lens.of(torch.tensor(pose), WIDTH, HEIGHT, span, **how)


def pixel_of(local: np.ndarray, span: float, orthographic: bool, shift=(0.0, 0.0), aspect=1.0) -> tuple[float, float]:
    """Row and column (of pixels' centers) at which a point of the camera's own frame is seen: Blender's definition."""
    x, y = local[:2] if orthographic else local[:2] / -local[2]
    column = (x / span - shift[0] + 0.5) * WIDTH - 0.5
    row = HEIGHT / 2 - (y / span - shift[1]) * WIDTH / aspect - 0.5
    return row, column


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("orthographic", [False, True])
@pytest.mark.parametrize(("shift", "aspect"), [((0.0, 0.0), 1.0), ((0.2, -0.1), 1.5), ((-0.3, 0.25), 0.5)])
def test_a_point_lies_on_the_ray_of_its_pixel_at_its_depth(seed, orthographic, shift, aspect):
    rng, pose, span = np.random.default_rng(seed), random_pose(seed), 1.3
    pixel_rays = lens(pose, span, orthographic=orthographic, shift=shift, pixel_aspect=aspect).pixel_rays()
    for _ in range(20):
        row, column, depth = rng.integers(HEIGHT), rng.integers(WIDTH), rng.uniform(0.1, 9.0)
        x, y = ((column + 0.5) / WIDTH - 0.5 + shift[0]) * span, 0.0
        y = (shift[1] + (HEIGHT / 2 - row - 0.5) / WIDTH * aspect) * span
        local = np.array([x, y, -depth] if orthographic else [x * depth, y * depth, -depth])
        assert pixel_of(local, span, orthographic, shift, aspect) == pytest.approx((row, column))
        place = torch.tensor(pose[:3, :3] @ local + pose[:3, 3])
        origin, direction = (
            part[row, column].double() for part in (pixel_rays.rays.origins, pixel_rays.rays.directions)
        )
        t = float((place - origin) @ direction)
        assert (origin + t * direction - place).abs().max() < 2e-5
        assert float(pixel_rays.depth(torch.full((HEIGHT, WIDTH), t))[row, column]) == pytest.approx(depth, rel=1e-4)


@pytest.mark.parametrize("orthographic", [False, True])
def test_clip_planes_are_planes_along_the_axis(orthographic):
    pixel_rays = lens(random_pose(1), 0.8, orthographic=orthographic, clip=(0.5, 7.0)).pixel_rays()
    for plane, t in ((0.5, pixel_rays.rays.begin), (7.0, pixel_rays.rays.end)):
        assert torch.allclose(pixel_rays.depth(t), torch.full((HEIGHT, WIDTH), plane), rtol=1e-5)


def test_without_a_far_plane_rays_do_not_end():
    assert lens(np.eye(4), 1.0).pixel_rays().rays.end.isinf().all()


@pytest.mark.parametrize("orthographic", [False, True])
def test_bands_and_other_sizes_show_the_same(orthographic):
    one = lens(random_pose(2), 1.1, orthographic=orthographic, shift=(0.1, 0.2), pixel_aspect=1.2)
    whole = one.pixel_rays().rays
    band = one.band(7, 5).pixel_rays().rays
    assert torch.allclose(band.origins, whole.origins[7:12], atol=1e-6)
    assert torch.allclose(band.directions, whole.directions[7:12], atol=1e-6)
    half = one.resized(WIDTH // 2, HEIGHT // 2).pixel_rays().rays  # its pixels' centers are the corners of four
    for part in ("origins", "directions"):
        four = getattr(whole, part).unflatten(0, (-1, 2)).unflatten(2, (-1, 2)).mean((1, 3))
        expected = four if part == "origins" else torch.nn.functional.normalize(four, dim=-1)
        assert torch.allclose(getattr(half, part), expected, atol=1e-3)


def test_in_other_coordinates_the_same_places_are_seen():
    one, matrix = lens(random_pose(3), 1.0), torch.tensor(random_pose(4))
    here, there = one.pixel_rays(), one.through(matrix).pixel_rays()
    t = 3.0
    place = here.rays.origins[3, 4].double() + t * here.rays.directions[3, 4].double()
    moved = matrix[:3, :3] @ place + matrix[:3, 3]
    along = moved - there.rays.origins[3, 4].double()
    t_there = float(along.norm())
    assert torch.allclose(along / along.norm(), there.rays.directions[3, 4].double(), atol=1e-6)
    depths = [
        pixel_rays.depth(torch.full((HEIGHT, WIDTH), far))[3, 4] for pixel_rays, far in ((here, t), (there, t_there))
    ]
    assert float(depths[0]) == pytest.approx(float(depths[1]), rel=1e-5)


def test_parallel_rays_begin_at_the_box_so_that_far_cameras_are_exact():
    """At 1e6 meters single precision is 6 cm coarse; from the box's near side it is not."""
    pose = np.eye(4)
    pose[2, 3] = 1e6
    corners = torch.tensor([[x, y, z] for x in (-1.0, 1) for y in (-1.0, 1) for z in (-1.0, 1)])
    pixel_rays = lens(pose, 2.0, orthographic=True, clip=(0.1, 2e6)).starting_before(corners).pixel_rays()
    assert torch.allclose(pixel_rays.rays.origins[..., 2], torch.ones(HEIGHT, WIDTH), atol=1e-4)
    assert float(pixel_rays.depth(torch.full((HEIGHT, WIDTH), 1.0))[0, 0]) == 1e6
    inside = lens(np.eye(4), 2.0, orthographic=True, clip=(0.1, 5.0)).starting_before(corners).pixel_rays()
    assert torch.allclose(inside.rays.origins[..., 2], torch.full((HEIGHT, WIDTH), -0.1))  # never before the clip plane


def test_cones_of_pixels_are_those_of_the_pinhole():
    from backend.cameras.camera import Camera

    angle = 0.7
    camera = Camera.from_fov(torch.eye(4), WIDTH, HEIGHT, angle)
    span = 2 * math.tan(angle / 2) * WIDTH / HEIGHT
    rays = lens(np.eye(4), span).pixel_rays().rays
    assert torch.allclose(rays.radii, camera.rays().radii, rtol=1e-5)
    assert torch.allclose(rays.directions, camera.rays().directions, atol=1e-6)
    assert lens(np.eye(4), span, orthographic=True).pixel_rays().rays.radii is None
