"""The caster against closed forms: how large things look, where they are seen from, what is in front."""

from __future__ import annotations

from math import pi, radians, sqrt, tan

import numpy as np
import pytest
import torch

from scripts.training.objects import mesh_primitives
from scripts.training.raycasting.orbit import FIELD_OF_VIEW, Orbit
from scripts.training.raycasting.raycaster import AMBIENT, DIFFUSE, LIGHT, REACH, Raycaster, fit_to_frame

FRONT, RIGHT, BACK = 0.0, pi / 2, pi


def camera(azimuth: float = 0.0, elevation: float = 0.0, distance: float = 3.2) -> Orbit:
    return Orbit(*(torch.tensor([value]) for value in (azimuth, elevation, distance)))


def center_of(image: torch.Tensor) -> tuple[float, float]:
    """Row and column of the middle of what is covered."""
    places = torch.nonzero(image > 0).float()
    return tuple((places.mean(0) + 0.5).tolist())


@pytest.mark.parametrize("distance", [3.0, 3.4])
def test_a_ball_covers_the_disc_of_its_cone_of_tangents(distance: float):
    """A ball of radius R at distance d covers a disc of radius cot(fov/2) R / sqrt(d^2 - R^2) in the half picture."""
    coverage = Raycaster([mesh_primitives.ball(0.7)]).images(camera(0.3, 0.5, distance)).coverage
    radius = 0.7 / sqrt(distance**2 - 0.49) / tan(FIELD_OF_VIEW / 2)
    assert coverage.sum() / 255 / 32**2 == pytest.approx(pi * radius**2 / 4, rel=0.015)


def test_a_cube_from_the_front_is_its_near_face():
    coverage = Raycaster([mesh_primitives.box(1, 1, 1)]).images(camera(), resolution=64).coverage
    half = 0.5 / (3.2 - 0.5) / tan(FIELD_OF_VIEW / 2)
    assert coverage.sum() / 255 / 64**2 == pytest.approx(half**2, rel=0.02)


@pytest.mark.parametrize(("azimuth", "place"), [(FRONT, (0, -1, 0)), (RIGHT, (1, 0, 0)), (BACK, (0, 1, 0))])
def test_azimuth_turns_from_the_front_to_the_right(azimuth: float, place: tuple[int, ...]):
    """A bump on that side is in the middle of the picture; the one opposite is hidden."""
    body, bump = mesh_primitives.ball(0.5), mesh_primitives.ball(0.2, at=0.4 * np.array(place))
    hidden = mesh_primitives.ball(0.2, at=-0.4 * np.array(place))
    coverage = Raycaster([body, bump, hidden]).images(camera(azimuth)).coverage[0]
    assert center_of(coverage[1]) == pytest.approx((16, 16), abs=0.3)
    assert coverage[2].sum() == 0


def test_right_is_right_and_up_is_up():
    coverage = (
        Raycaster([mesh_primitives.ball(0.2, at=(0.6, 0, 0)), mesh_primitives.ball(0.2, at=(0, 0, 0.6))])
        .images(camera())
        .coverage[0]
    )
    (row, column), (upper_row, upper_column) = center_of(coverage[0]), center_of(coverage[1])
    assert column > 20 and row == pytest.approx(16, abs=0.3)
    assert upper_row < 12 and upper_column == pytest.approx(16, abs=0.3)


def test_parts_keep_their_numbers_and_share_pixels():
    lower, upper = mesh_primitives.box(1, 1, 0.5, at=(0, 0, -0.25)), mesh_primitives.box(1, 1, 0.5, at=(0, 0, 0.25))
    coverage = Raycaster([lower, upper]).images(camera()).coverage[0]
    assert center_of(coverage[0])[0] > 16 > center_of(coverage[1])[0]
    assert coverage.int().sum(0).max() <= 256  # each part is rounded


@pytest.mark.parametrize(("azimuth", "normal"), [(FRONT, (0, -1, 0)), (RIGHT, (1, 0, 0)), (BACK, (0, 1, 0))])
def test_a_face_is_shaded_by_its_angle_to_the_light(azimuth: float, normal: tuple[int, ...]):
    images = Raycaster([mesh_primitives.box(1, 1, 1)]).images(camera(azimuth))
    expected = AMBIENT + DIFFUSE * max(0.0, float(np.dot(normal, LIGHT)))
    assert images.shade[0, 0, 16, 16] == pytest.approx(255 * expected, abs=1)


def test_shade_is_never_more_than_coverage_nor_less_than_its_ambient_part():
    images = Raycaster([mesh_primitives.ring(0.5, 0.2)]).images(camera(1.0, 0.6))
    coverage, shade = images.coverage.float(), images.shade.float()
    assert (shade <= coverage + 1).all() and (shade >= AMBIENT * coverage - 1).all()


def test_a_ring_from_above_has_a_hole():
    coverage = Raycaster([mesh_primitives.ring(0.6, 0.2)]).images(camera(elevation=radians(75))).coverage
    assert coverage[0, 0, 15:17, 15:17].max() == 0


def test_fitted_meshes_are_centered_and_keep_their_places_to_each_other():
    meshes = fit_to_frame([mesh_primitives.box(2, 2, 2, at=(5, 0, 0)), mesh_primitives.box(2, 2, 2, at=(9, 0, 0))])
    assert meshes[0].bounds[0] == pytest.approx(-meshes[1].bounds[1])
    assert meshes[1].center_mass[0] - meshes[0].center_mass[0] == pytest.approx(2 * meshes[0].extents[0])
    assert max(np.linalg.norm(mesh.vertices, axis=1).max() for mesh in meshes) == pytest.approx(REACH)


def test_a_ball_is_fitted_between_the_two_radii():
    """Farthest vertex 1, farthest corner sqrt(3): the radius is REACH over their mean."""
    (ball,) = fit_to_frame([mesh_primitives.ball(1.0)])
    assert ball.extents[0] / 2 == pytest.approx(REACH / ((1 + sqrt(3)) / 2), rel=0.005)
