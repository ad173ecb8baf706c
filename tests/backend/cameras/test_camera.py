"""Rays of a pinhole camera against trigonometry and a projection written the other way round."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Camera, Rays, concatenate
from backend.cameras.orbit import look_at, orbit_position, orbit_view, sample_orbit
from backend.config import OrbitConfig


def project(camera: Camera, point: torch.Tensor) -> tuple[float, float]:
    """Pixel (row, column) of a world point, by the inverse of the pose: independent of how rays are made."""
    local = torch.linalg.inv(camera.pose) @ torch.cat([point, torch.ones(1)])
    column = camera.focal[0] * local[0] / -local[2] + camera.center[0] - 0.5
    row = -camera.focal[1] * local[1] / -local[2] + camera.center[1] - 0.5
    return float(row), float(column)


def test_rays_have_unit_length_and_start_at_the_camera():
    rays = orbit_view(0.3, 0.4, 3.0, 0.7, 9).camera.rays()
    torch.testing.assert_close(rays.directions.norm(dim=-1), torch.ones(9, 9))
    torch.testing.assert_close(rays.origins[4, 4], orbit_position(0.3, 0.4, 3.0))


def test_a_point_on_a_ray_projects_to_the_ray_s_pixel():
    camera = orbit_view(1.1, -0.2, 2.5, 0.9, 16).camera
    for row, column in [(0, 0), (3, 12), (15, 15)]:
        ray = camera.rays_at(torch.tensor(row), torch.tensor(column))
        point = ray.origins + 1.7 * ray.directions
        assert project(camera, point) == pytest.approx((row, column), abs=1e-3)


def test_the_field_of_view_is_the_angle_between_the_picture_s_edges():
    fov = math.radians(40)
    camera = Camera.from_fov(torch.eye(4), 10, 20, fov)
    assert 2 * math.atan(10 / camera.focal[1]) == pytest.approx(fov)


def test_resizing_keeps_the_view():
    camera = orbit_view(0.2, 0.1, 3.0, 0.7, 64).camera
    point = torch.tensor([0.2, -0.1, 0.3])
    row, column = project(camera, point)
    small_row, small_column = project(camera.resized(16, 16), point)
    assert (row + 0.5) / 4 == pytest.approx(small_row + 0.5, abs=1e-4)
    assert (column + 0.5) / 4 == pytest.approx(small_column + 0.5, abs=1e-4)


def test_azimuth_zero_is_blender_s_front_view():
    view = orbit_view(0.0, 0.0, 3.0, 0.7, 8)
    torch.testing.assert_close(view.camera.pose[:3, 3], torch.tensor([0.0, -3.0, 0.0]))
    row, column = project(view.camera, torch.tensor([0.5, 0.0, 0.5]))  # +X is to the right, +Z is up
    assert column > 3.5 and row < 3.5


@pytest.mark.parametrize("elevation", [-math.pi / 2, math.pi / 2, 0.0, 1.0])
def test_poses_are_rigid_even_at_the_poles(elevation):
    pose = look_at(orbit_position(0.7, elevation, 2.0), torch.zeros(3))
    torch.testing.assert_close(pose[:3, :3] @ pose[:3, :3].T, torch.eye(3), atol=1e-5, rtol=0)
    assert float(torch.linalg.det(pose[:3, :3])) == pytest.approx(1.0, abs=1e-5)


def test_a_camera_cannot_look_at_itself():
    with pytest.raises(ValueError, match="cannot look"):
        look_at(torch.ones(3), torch.ones(3))


def test_random_views_keep_to_their_ranges_and_surround_the_object():
    config = OrbitConfig()
    views = sample_orbit(config, 8, 12, torch.Generator().manual_seed(1))
    for view in views:
        assert config.radius_low <= view.radius <= config.radius_high
        assert config.elevation_low_degrees <= math.degrees(view.elevation) <= config.elevation_high_degrees
    azimuths = sorted(view.azimuth for view in views)
    gaps = [b - a for a, b in zip(azimuths, azimuths[1:] + [azimuths[0] + 2 * math.pi], strict=True)]
    assert max(gaps) <= 2 * (2 * math.pi / 12) + 1e-6  # one view in each sector


def test_the_same_seed_gives_the_same_views():
    first, second = (sample_orbit(OrbitConfig(), 8, 4, torch.Generator().manual_seed(5)) for _ in range(2))
    assert [v.azimuth for v in first] == [v.azimuth for v in second]


def test_fields_of_view_are_drawn_where_they_have_a_spread_and_nothing_else_changes():
    plain, spread = OrbitConfig(fov_degrees=55), OrbitConfig(fov_degrees=55, fov_spread_degrees=15)
    views = sample_orbit(spread, 8, 400, torch.Generator().manual_seed(0))
    angles = [2 * math.degrees(math.atan(4 / view.camera.focal[1])) for view in views]
    assert min(angles) == pytest.approx(40, abs=0.5) and max(angles) == pytest.approx(70, abs=0.5)
    before = sample_orbit(plain, 8, 400, torch.Generator().manual_seed(0))
    assert all(torch.equal(a.camera.pose, b.camera.pose) for a, b in zip(views, before, strict=True))
    fixed = 2 * math.degrees(math.atan(4 / before[0].camera.focal[1]))
    assert fixed == pytest.approx(55)


def test_a_pixel_s_cone_is_as_wide_as_the_way_to_its_neighbor():
    """Where the rays of neighboring pixels pass a plane across the view, they are a pixel apart; the cone's disc there
    has the radius 2 / sqrt(12) of that (mip-NeRF, section 3.1)."""
    camera = Camera.from_fov(torch.eye(4, dtype=torch.float64), 9, 7, math.radians(60))
    rays = camera.rays()
    depth = -rays.directions[..., 2:]
    pixel = (rays.directions / depth).diff(dim=1).norm(dim=-1).mean()
    torch.testing.assert_close(rays.radii, 2 / math.sqrt(12) * pixel * depth[..., 0])


def test_radii_stay_with_their_rays():
    camera = Camera.from_fov(torch.eye(4), 4, 3, 1.0)
    flat = camera.rays().flat()
    both = concatenate([flat[2:5], flat[7:8]]).to("cpu")
    torch.testing.assert_close(both.radii, flat.radii[[2, 3, 4, 7]])
    bare = Rays(flat.origins, flat.directions)
    assert concatenate([flat, bare]).radii is None and bare.flat()[1:].to("cpu").radii is None
