"""Meshes as cells of a box, against solids that are known by a formula."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from addon.core.box import Box
from addon.core.region_cells import region_of_mesh
from addon.core.wire import config
from backend.solids.cells import CELLS, dilated
from backend.solids.mesh import solid_mesh
from backend.solids.solid import inside_of

CUBE = np.array(list(itertools.product((-0.5, 0.5), repeat=3)))
QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
CUBE_FACES = np.array([each for a, b, c, d in QUADS for each in ((a, b, c), (a, c, d))])
ROOM = Box((0.0, 0.0, 0.0), (4.0, 4.0, 4.0))


def sphere(rings=24, around=48):
    """A ball of radius 1: points and triangles."""
    polar, turn = np.linspace(0, np.pi, rings + 1)[1:-1], np.arange(around) * 2 * np.pi / around
    rows = [
        np.stack([np.sin(p) * np.cos(turn), np.sin(p) * np.sin(turn), np.full(around, np.cos(p))], -1) for p in polar
    ]
    points = np.concatenate([*rows, [[0, 0, 1], [0, 0, -1]]])
    top, bottom, faces = len(points) - 2, len(points) - 1, []
    for i in range(around):
        j = (i + 1) % around
        faces += [(top, i, j), (bottom, (rings - 2) * around + j, (rings - 2) * around + i)]
        for row in range(rings - 2):
            a, b = row * around, (row + 1) * around
            faces += [(a + i, b + i, b + j), (a + i, b + j, a + j)]
    return points, np.array(faces)


def mask_of(region):
    """The cells of a region, and their centers in the scene."""
    shape, bits = config.cells_of(region.cells)
    mask = np.unpackbits(np.frombuffer(bits, np.uint8))[: np.prod(shape)].reshape(shape).astype(bool)
    axes = [c + ((np.arange(n) + 0.5) / n - 0.5) * s for c, s, n in zip(region.center, region.size, shape, strict=True)]
    return mask, np.stack(np.meshgrid(*axes, indexing="ij"), -1)


def test_a_ball_is_the_cells_whose_centers_lie_in_it():
    region = region_of_mesh("keep_out", *sphere(), ROOM)
    assert region.kind == "keep_out" and region.center == pytest.approx((0, 0, 0), abs=0.01)
    mask, at = mask_of(region)
    assert mask.shape == (CELLS,) * 3
    radius, cell = np.linalg.norm(at, axis=-1), 2 / CELLS
    assert mask[radius < 0.99].all() and not mask[radius > 1 + cell].any()


def test_a_turned_ball_with_flipped_faces_is_the_same_ball():
    points, faces = sphere()
    region = region_of_mesh("keep_out", points * (1.0, 0.5, 0.25) + (0.3, 0, 0), faces[:, ::-1], ROOM)
    mask, at = mask_of(region)
    assert mask.shape == (64, 32, 16), "cells are cubes"
    radius = np.linalg.norm((at - (0.3, 0, 0)) / (1.0, 0.5, 0.25), axis=-1)
    assert mask[radius < 0.9].all() and not mask[radius > 1.2].any()


def test_what_lies_outside_of_the_box_is_left_out_and_what_is_inside_is_still_filled():
    """A ball of radius 3, of which the job's box sees the inside and a bit of the surface."""
    points, faces = sphere()
    region = region_of_mesh("keep_out", points * 3 + (0, 0, 2.5), faces, ROOM)
    mask, at = mask_of(region)
    assert np.abs(at).max() < 2.05
    radius = np.linalg.norm(at - (0, 0, 2.5), axis=-1)
    assert mask[radius < 2.95].all() and not mask[radius > 3.1].any()


def test_an_open_cup_is_filled_and_an_open_sheet_is_its_surface():
    """Without its lid the cube is still inside along two axes; of a sheet no side is."""
    region = region_of_mesh("keep_out", CUBE, CUBE_FACES[2:], ROOM)
    assert mask_of(region)[0].mean() > 0.99
    sheet = np.array([[-1.0, -1.0, 0.1], [1.0, -1.0, 0.1], [1.0, 1.0, 0.2], [-1.0, 1.0, 0.2]])
    mask, at = mask_of(region_of_mesh("keep_out", sheet, np.array([[0, 1, 2], [0, 2, 3]]), ROOM, margin=0.2))
    height = np.abs(at[..., 2] - 0.15 - 0.05 * at[..., 1])
    thin = mask & (np.abs(at[..., :2]) < 0.9).all(-1)
    assert height[thin].max() < 0.3 and mask[(height < 0.1) & (np.abs(at[..., :2]) < 0.9).all(-1)].all()


def test_what_is_beside_the_box_or_without_a_face_is_no_region():
    assert region_of_mesh("keep_out", CUBE + (9, 0, 0), CUBE_FACES, ROOM) is None
    assert region_of_mesh("keep_out", CUBE, np.zeros((0, 3), int), ROOM) is None


def test_a_margin_reaches_that_far():
    mask, at = mask_of(region_of_mesh("redo", CUBE, CUBE_FACES, ROOM, margin=0.25))
    outside = np.maximum(np.abs(at) - 0.5, 0)
    assert mask[(outside.max(-1) == 0) | ((outside > 0).sum(-1) == 1) & (outside.max(-1) < 0.23)].all()
    assert not mask[np.abs(at).max(-1) > 0.79].any()


def test_growth_goes_along_the_axes_and_the_diagonals_in_turn():
    cells = np.zeros((9, 9, 9), bool)
    cells[4, 4, 4] = True
    away = np.abs(np.stack(np.meshgrid(*[np.arange(9) - 4] * 3, indexing="ij"), -1))
    assert np.array_equal(dilated(cells, 1), away.sum(-1) <= 1)
    assert np.array_equal(dilated(cells, 2), np.maximum(away - 1, 0).sum(-1) <= 1)


@pytest.mark.parametrize("open_faces", [0, 40])
def test_a_region_and_a_start_mesh_are_the_same_solid(open_faces):
    """What the backend takes as inside of a mesh that a job starts from, and no more than half a cell around it; also
    of two shells that overlap, and of one that has a hole."""
    points, faces = sphere()
    two = np.concatenate([points, points + (0.5, 0.2, 0.1)])
    both = np.concatenate([faces[open_faces:], faces + len(points)])
    mask, at = mask_of(region_of_mesh("keep_out", two, both, ROOM))
    cell, low, high = 2.5 / CELLS, at[0, 0, 0], at[-1, -1, -1]
    mesh = solid_mesh(two, both.astype(np.int32))
    solid = inside_of(mesh, tuple(low - cell / 2), tuple(high + cell / 2), mask.shape)
    assert mask[solid].all() and solid.mean() > 0.3
    away = np.minimum(*(np.linalg.norm(at - middle, axis=-1) for middle in ((0, 0, 0), (0.5, 0.2, 0.1)))) - 1
    assert away[mask & ~solid].max() < 0.52 * cell, "the rest lies on the surface"
