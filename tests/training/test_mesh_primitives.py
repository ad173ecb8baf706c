"""Forms against closed forms: volumes, extents, and that every one is closed and turned outwards."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest

from scripts.training.objects import mesh_primitives

# A circle of 32 sides encloses this share of the true area; of 20 and 16 sides likewise.
OF_32, OF_20, OF_16 = (n / (2 * pi) * np.sin(2 * pi / n) for n in (32, 20, 16))

VOLUMES = {
    "box": (mesh_primitives.box(1, 2, 3, at=(1, 1, 1)), 6.0, 1e-9),
    "ball": (mesh_primitives.ball(2.0), 4 / 3 * pi * 8, 0.01),
    "ellipsoid": (mesh_primitives.ball((1, 2, 0.5)), 4 / 3 * pi, 0.01),
    "rod": (mesh_primitives.rod((0, 0, 0), (1, 1, 1), 0.3), pi * 0.09 * sqrt(3) * OF_20, 1e-6),
    "truncated cone": (
        mesh_primitives.rod((0, 0, 0), (0, 0, 2), 1.0, 0.5),
        pi * 2 / 3 * (1 + 0.5 + 0.25) * OF_20,
        1e-6,
    ),
    "tip": (mesh_primitives.rod((0, 0, 0), (0, 1, 0), 0.3, 0), pi * 0.03 * OF_20, 1e-6),
    "cone": (mesh_primitives.cone(1, 2), 2 / 3 * pi * OF_32, 1e-6),
    "pyramid": (mesh_primitives.cone(1, 1, sides=4), 2 / 3, 1e-6),
    "lathe": (mesh_primitives.lathe([(1, 0), (1, 2)]), 2 * pi * OF_32, 1e-6),
    "ring": (mesh_primitives.ring(1, 0.25), 2 * pi**2 / 16 * OF_16 * OF_32, 0.01),
    "half a ring": (mesh_primitives.ring(1, 0.25, axis="y", arc=(0, 180)), pi**2 / 16 * OF_16, 0.01),
    "concave outline": (mesh_primitives.extrude([(0, 0), (2, 0), (2, 1), (1, 0.2), (0, 1)], 0.5, axis="x"), 0.6, 1e-9),
    "clockwise outline": (mesh_primitives.extrude([(0, 0), (0, 1), (1, 1), (1, 0)], 0.5, axis="z"), 0.5, 1e-9),
    "rounded outline": (
        mesh_primitives.extrude(mesh_primitives.rounded_outline(2, 1, 0.2), 1),
        2 - 0.04 * (4 - pi),
        0.01,
    ),
    "circle outline": (mesh_primitives.extrude(mesh_primitives.circle_outline(1), 1), pi * OF_32, 1e-6),
    "star outline": (
        mesh_primitives.extrude(mesh_primitives.star_outline(5, 1, 0.4), 1),
        5 * 0.4 * np.sin(pi / 5),
        1e-6,
    ),
    "heart outline": (mesh_primitives.extrude(mesh_primitives.heart_outline(1), 1), 180 * pi / 32**2, 0.01),
    "prism": (mesh_primitives.prism(1, 2, 1), 1.0, 1e-9),
    "dome": (mesh_primitives.dome(1, squash=0.5), pi / 3, 0.02),
    "hollow": (mesh_primitives.hollow(1, 2, 0.1), pi * OF_32 * (2 - 0.81 * 1.9), 1e-6),
    "mirrored": (mesh_primitives.mirror(mesh_primitives.box(1, 1, 1, at=(2, 0, 0))), 2.0, 1e-9),
    "around": (mesh_primitives.repeat_around(mesh_primitives.box(0.1, 0.1, 0.1, at=(1, 0, 0)), 4), 0.004, 1e-9),
}


@pytest.mark.parametrize("name", VOLUMES)
def test_volume_is_that_of_the_closed_form(name: str):
    mesh, expected, tolerance = VOLUMES[name]
    assert mesh.volume == pytest.approx(expected, rel=tolerance)
    assert mesh.is_watertight and mesh.is_winding_consistent


def test_a_bent_tube_keeps_its_ends_and_its_width():
    mesh = mesh_primitives.tube([(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1)], [0.2, 0.2, 0.1, 0.1])
    assert mesh.is_watertight and mesh.volume > 0
    assert mesh.bounds[0, 0] == pytest.approx(0) and mesh.bounds[1, 2] == pytest.approx(1)
    assert mesh.bounds[0, 1] == pytest.approx(-0.2, abs=0.01)


@pytest.mark.parametrize(("axis", "size"), [("x", (0.5, 2, 1)), ("y", (2, 0.5, 1)), ("z", (2, 1, 0.5))])
def test_an_outline_is_made_thick_along_its_axis(axis: str, size: tuple[float, ...]):
    mesh = mesh_primitives.extrude([(0, 0), (2, 0), (2, 1), (0, 1)], 0.5, axis=axis)
    assert mesh.extents == pytest.approx(size)


def test_a_front_outline_is_seen_unmirrored():
    """Axis "y": u grows towards +X, v towards +Z."""
    mesh = mesh_primitives.extrude([(0, 0), (1, 0), (1, 2)], 0.5, axis="y")
    assert mesh.center_mass == pytest.approx((2 / 3, 0, 2 / 3))


@pytest.mark.parametrize(("axis", "thin"), [("x", 0), ("y", 1), ("z", 2)])
def test_a_ring_lies_across_its_axis(axis: str, thin: int):
    extents = mesh_primitives.ring(1, 0.25, axis=axis).extents
    assert extents[thin] == pytest.approx(0.5, rel=0.01) and np.sort(extents)[1] == pytest.approx(2.5, rel=0.01)


def test_turning_is_counter_clockwise_about_the_axis():
    mesh = mesh_primitives.rotate(mesh_primitives.box(0.1, 0.1, 0.1, at=(1, 0, 0)), 90, "z")
    assert mesh.center_mass == pytest.approx((0, 1, 0))
    about = mesh_primitives.rotate(mesh_primitives.box(0.1, 0.1, 0.1, at=(2, 0, 0)), 180, "z", about=(1, 0, 0))
    assert about.center_mass == pytest.approx((0, 0, 0), abs=1e-9)


def test_changes_leave_the_mesh_that_they_were_given_as_it_was():
    mesh = mesh_primitives.box(1, 1, 1)
    (
        mesh_primitives.shift(mesh, 1),
        mesh_primitives.rotate(mesh, 30),
        mesh_primitives.scale(mesh, 2),
        mesh_primitives.mirror(mesh),
    )
    assert mesh.extents == pytest.approx((1, 1, 1)) and mesh.centroid == pytest.approx((0, 0, 0))


def test_a_heart_has_its_tip_below_and_is_as_wide_as_said():
    outline = np.array(mesh_primitives.heart_outline(2.0))
    assert np.ptp(outline[:, 0]) == pytest.approx(2.0, rel=0.01)
    assert abs(outline[outline[:, 1].argmin(), 0]) < 1e-6
