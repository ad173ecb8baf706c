"""A grid and wishes become a surface: budgets, resolutions, thickness, in closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_results import grid_of, inside_ball, places, planets, small_ball

from addon.blender import grid_mesh, islands, remeshing
from addon.blender.thin_parts import thickened
from addon.core.errors import EmptyMeshError
from addon.core.remesh_config import RemeshConfig

BALL = 4 / 3 * math.pi * 0.6**3


def volume(surface):
    return islands.signed_volumes(surface.points, surface.faces, np.zeros(len(surface.faces), int))[0]


def test_quads_of_a_single_body_are_the_plain_surface():
    grid = small_ball()
    plain, shaped = (
        grid_mesh.surface_of(grid, grid.threshold, 5),
        remeshing.extract_surface(grid, RemeshConfig(faces="quads")),
    )
    assert (plain.points == shaped.points).all() and (plain.faces == shaped.faces).all()
    assert (plain.colors == shaped.colors).all()


def test_crumbs_and_cavities_go_by_default():
    surface = remeshing.extract_surface(planets(), RemeshConfig())
    assert islands.label_islands(len(surface.points), surface.faces).max() + 1 == 2


@pytest.mark.parametrize("threshold", [4.0, 10.0, 25.0])
def test_a_threshold_moves_the_surface_to_where_the_density_is_so(threshold):
    """The density rises by 100 per meter."""
    radius = 0.6 - (threshold - 10) / 100
    surface = remeshing.extract_surface(small_ball(48), RemeshConfig(threshold=threshold, smooth=0))
    assert np.linalg.norm(surface.points, axis=1) == pytest.approx(radius, abs=0.02)


@pytest.mark.parametrize("resolution", [16, 24, 36])
def test_another_lattice_has_the_same_volume_and_the_colors_of_the_place(resolution):
    surface = remeshing.extract_surface(small_ball(), RemeshConfig(resolution=resolution))
    assert volume(surface) == pytest.approx(BALL, rel=0.06)
    assert np.abs(surface.colors - (surface.points + 1) / 2).max() < 0.02


def test_a_lattice_over_unequal_axes_keeps_place_and_colors():
    low, high = (-1.0, -1.0, -1.0), (1.0, 3.0, 1.0)
    at = (places(40, low, high)[:, ::2] + places(40, low, high)[:, 1::2]) / 2  # cells of 5 x 20 x 5 cm
    color = np.rint(255 * (at - low) / (np.array(high) - low)).astype(np.uint8)
    grid = grid_of(inside_ball(at, (0, 1, 0), 0.7), low, high, color=color)
    surface = remeshing.extract_surface(grid, RemeshConfig(resolution=60))
    assert (surface.points.min(axis=0) + surface.points.max(axis=0)) / 2 == pytest.approx([0, 1, 0], abs=0.02)
    assert np.abs(surface.colors - (surface.points - low) / (np.array(high) - low)).max() < 0.04


@pytest.mark.parametrize("max_faces", [300, 800])
def test_quads_meet_their_budget_on_a_coarser_lattice(max_faces):
    surface = remeshing.extract_surface(small_ball(40), RemeshConfig(faces="quads", max_faces=max_faces))
    assert 0.6 * max_faces < len(surface.faces) <= max_faces and surface.faces.shape[1] == 4
    assert volume(surface) == pytest.approx(BALL, rel=0.12)
    assert remeshing.finished(surface, RemeshConfig(faces="quads", max_faces=1)) is surface


def test_a_budget_that_no_lattice_meets_ends_at_the_coarsest():
    surface = remeshing.extract_surface(small_ball(), RemeshConfig(faces="quads", max_faces=1))
    assert np.unique(np.round(np.diff(np.unique(surface.points[:, 0])), 3)).max() < 2 * 2 / remeshing.MIN_RESOLUTION
    assert 1 < len(surface.faces) < 200


def test_a_budget_above_what_there_is_changes_nothing():
    plain, limited = (
        remeshing.extract_surface(small_ball(), RemeshConfig(faces="quads", max_faces=b)) for b in (0, 10**6)
    )
    assert (plain.faces == limited.faces).all()


def test_triangles_are_twice_as_many_and_wait_for_their_decimation():
    quads = remeshing.extract_surface(small_ball(), RemeshConfig(faces="quads"))
    wanted = RemeshConfig(faces="triangles", max_faces=100)
    surface = remeshing.extract_surface(small_ball(), wanted)
    assert surface.faces.shape == (2 * len(quads.faces), 3)
    assert volume(surface) == pytest.approx(volume(quads), rel=1e-3)
    assert remeshing.finished(surface, RemeshConfig(faces="triangles")) is surface
    assert len(remeshing.finished(surface, wanted).faces) <= 100


def test_thickened_a_rod_that_was_too_thin_is_there():
    """A rod of half a voxel's radius between two balls: without help it breaks."""
    at = places(32)
    rod = 12 * np.clip(1.6 - np.linalg.norm(at[..., 1:] - 0.03, axis=-1) * 16, 0, 1) * (np.abs(at[..., 0]) < 0.5)
    holes = np.abs(at[..., 0] % 0.25) < 0.06
    density = np.max([inside_ball(at, (x, 0, 0), 0.3) for x in (-0.6, 0.6)] + [np.where(holes, 0, rod)], axis=0)

    def pieces(**wanted):
        surface = remeshing.extract_surface(grid_of(density), RemeshConfig(islands="all", **wanted))
        return islands.label_islands(len(surface.points), surface.faces).max() + 1

    assert pieces() > 2 and pieces(thicken=2) == 1


def test_nothing_as_dense_is_one_sentence():
    with pytest.raises(EmptyMeshError, match="choose a lower threshold"):
        remeshing.extract_surface(small_ball(), RemeshConfig(threshold=1e5))


def test_holes_in_numbers_do_no_harm():
    grid = small_ball()
    grid.density[0, 0, 0] = np.nan
    assert np.isfinite(remeshing.extract_surface(grid, RemeshConfig(thicken=1, resolution=30)).points).all()


@pytest.mark.parametrize("voxels", [1, 2, 3])
def test_thickening_only_where_something_is_gives_the_surface_of_thickening_everywhere(voxels):
    rng = np.random.default_rng(3)
    density = np.zeros((36, 30, 33), np.float32)
    density[9:25, 8:20, 10:22] = rng.uniform(0, 20, (16, 12, 12)) * (rng.random((16, 12, 12)) > 0.6)
    density[30, 27, 30] = 9.9  # too faint to matter
    everywhere = thickened(density, voxels)
    somewhere = remeshing._thickened(density.copy(), 10.0, voxels)
    assert ((everywhere >= 10) == (somewhere >= 10)).all() and (somewhere[everywhere >= 10] >= 10).all()
    assert (everywhere * (everywhere >= 10) == somewhere * (somewhere >= 10)).all()


def test_thickening_nothing_leaves_nothing():
    assert (remeshing._thickened(np.ones((5, 5, 5), np.float32), 10.0, 1) == 1).all()
