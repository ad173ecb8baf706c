"""Pieces, volumes and cavities against closed forms and against slow definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_results import grid_of, inside_ball, places, planets

from addon.blender import grid_mesh, islands
from addon.core.remesh_config import RemeshConfig

BALL = 4 / 3 * math.pi


def cut(grid, **wanted):
    """Points and faces that stay, in meters, and how many pieces those are."""
    surface = grid_mesh.surface_of(grid, 10.0)
    stays = islands.select_faces(surface.points, surface.faces, RemeshConfig(**wanted))
    points, faces = islands.without_loose_points(surface.points, surface.faces[stays])
    return points, faces, islands.label_islands(len(points), faces).max() + 1


def volume(points, faces):
    return islands.signed_volumes(points, faces, np.zeros(len(faces), int))[0]


def flooded(count, faces):
    """The pieces by a walk from point to point."""
    neighbors = [set() for _ in range(count)]
    for face in faces.tolist():
        for one in face:
            neighbors[one].update(face)
    labels, found = [-1] * count, 0
    for start in range(count):
        waiting = [start] if labels[start] < 0 else []
        while waiting:
            point = waiting.pop()
            if labels[point] < 0:
                labels[point] = found
                waiting += neighbors[point]
        found = max(labels) + 1
    return labels


@pytest.mark.parametrize("seed", range(5))
def test_pieces_are_those_of_a_walk(seed):
    rng = np.random.default_rng(seed)
    faces = rng.integers(0, 300, (rng.integers(20, 140), 4))
    assert islands.label_islands(300, faces).tolist() == flooded(300, faces)


def test_a_long_chain_is_one_piece():
    """Worst for what spreads one neighbor at a time."""
    order = np.random.default_rng(0).permutation(5000)
    chain = np.stack([order[:-1], order[1:], order[1:]], axis=1)
    assert (islands.label_islands(5000, chain) == 0).all()


def test_volumes_are_signed_and_in_closed_form():
    surface = grid_mesh.surface_of(planets(64), 10.0)
    labels = islands.label_islands(len(surface.points), surface.faces)[surface.faces[:, 0]]
    found = sorted(islands.signed_volumes(surface.points, surface.faces, labels))
    radii = [-0.36, 0.07, 0.16, 0.25, 0.6]
    assert found == pytest.approx([math.copysign(BALL * abs(r) ** 3, r) for r in radii], rel=0.15, abs=1e-3)


def test_triangles_have_the_volume_of_their_quads():
    surface = grid_mesh.surface_of(planets(), 10.0)
    halves = np.concatenate([surface.faces[:, [0, 1, 2]], surface.faces[:, [0, 2, 3]]])
    assert volume(surface.points, halves) == pytest.approx(volume(surface.points, surface.faces), rel=1e-6)


@pytest.mark.parametrize(
    ("at", "times"), [((0.2, 0.1, 0.3), 1.0), ((0.0, 0.0, 0.0), 1.0), ((0.9, 0, 0), 0.0), ((3.0, 3, 3), 0.0)]
)
def test_the_surface_winds_once_around_what_is_inside(at, times):
    surface = grid_mesh.surface_of(grid_of(inside_ball(places(24), (0, 0, 0), 0.6)), 10.0)
    assert islands.winding_number(np.array(at), surface.points, surface.faces) == pytest.approx(times, abs=1e-3)
    turned = surface.faces[:, ::-1]
    assert islands.winding_number(np.array(at), surface.points, turned) == pytest.approx(-times, abs=1e-3)


@pytest.mark.parametrize(
    ("wanted", "count", "radii"),
    [
        ({"islands": "all", "fill_holes": False}, 5, (0.6, -0.36, 0.16, 0.25, 0.07)),
        ({"islands": "all", "fill_holes": True}, 3, (0.6, 0.25, 0.07)),
        ({"islands": "remove_small", "min_size_percent": 1.0, "fill_holes": True}, 2, (0.6, 0.25)),
        ({"islands": "remove_small", "min_size_percent": 1.0, "fill_holes": False}, 4, (0.6, -0.36, 0.16, 0.25)),
        ({"islands": "largest", "fill_holes": True}, 1, (0.6,)),
        ({"islands": "largest", "fill_holes": False}, 2, (0.6, -0.36)),
        ({"islands": "largest", "largest": 2, "fill_holes": True}, 2, (0.6, 0.25)),
        ({"islands": "largest", "largest": 2, "measure": "faces", "fill_holes": False}, 3, (0.6, -0.36, 0.25)),
    ],
)
def test_what_stays(wanted, count, radii):
    points, faces, found = cut(planets(), **wanted)
    expected = sum(math.copysign(BALL * abs(r) ** 3, r) for r in radii)
    assert found == count and volume(points, faces) == pytest.approx(expected, rel=0.06)


def test_the_cavity_of_a_crumb_goes_with_it():
    """Two shells: the small one is dropped, and no wall of its cavity is left behind."""
    at = places(40)
    shells = [((-0.35, 0, 0), 0.55, 0.35), ((0.7, 0, 0), 0.25, 0.1)]
    density = [np.minimum(inside_ball(at, c, r), 20 - inside_ball(at, c, hole)) for c, r, hole in shells]
    density = np.max(density, axis=0)
    points, _, found = cut(grid_of(density), islands="largest", fill_holes=False)
    assert found == 2 and points[:, 0].max() < 0.3


def test_a_single_piece_is_left_as_it_is():
    surface = grid_mesh.surface_of(grid_of(inside_ball(places(24), (0, 0, 0), 0.6)), 10.0)
    assert islands.select_faces(surface.points, surface.faces, RemeshConfig(islands="largest")).all()


def test_crumbs_of_a_hundred_percent_leave_the_largest():
    assert cut(planets(), min_size_percent=100.0)[2] == 1
