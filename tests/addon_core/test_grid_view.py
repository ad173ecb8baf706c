"""Grids seen by rays, against closed forms: slabs whose light is known, spheres whose depth and normals are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from addon.core.calls import EMPTY_DEPTH, GridData
from addon.core.camera_view import CameraView
from addon.core.grid_view import build_lattice, lowest_surface_height, render, render_within

LOW, HIGH = (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)


def centers(shape):
    axes = [[lo + (i + 0.5) * (hi - lo) / n for i in range(n)] for lo, hi, n in zip(LOW, HIGH, shape, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def grid(density, color=(255, 255, 255), transform=None):
    colors = np.broadcast_to(np.array(color, np.uint8), (*density.shape, 3)).copy()
    histogram = {"edges": [0.0, 1.0], "counts": [1.0]}
    pose = np.eye(4) if transform is None else transform
    return GridData(np.asarray(density, np.float16), colors, LOW, HIGH, pose, 10.0, histogram, 3)


def ball(n=48, radius=0.6, slope=400.0):
    return grid(np.clip(10 + slope * (radius - np.linalg.norm(centers((n, n, n)), axis=-1)), 0, None))


def above(height=4.0, size=33, half=0.3, perspective=True):
    """A camera that looks down along -Z."""
    pose = np.eye(4)
    pose[2, 3] = height
    return CameraView(pose, perspective, -half, half, -half, half, 0.1, 100.0, size, size)


@pytest.mark.parametrize("density", [0.05, 0.7, 2.0])
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_an_even_box_lets_through_what_beer_and_lambert_say(density, scale):
    """exp(-density * length): the length in the scene's meters, here through the whole box."""
    transform = np.diag([scale, scale, scale, 1.0])
    lattice = build_lattice(grid(np.full((16, 16, 16), density), (255, 0, 0), transform))
    picture = render(lattice, above(half=0.1 * scale, perspective=False, size=3))
    through = math.exp(-float(np.float16(density)) * 2 * scale)
    assert picture.alpha[1, 1] == pytest.approx(1 - through, rel=0.02)
    assert picture.color[1, 1] == pytest.approx([1 - through, 0, 0], rel=0.02)


def test_a_dense_slab_is_met_at_its_face():
    density = np.zeros((32, 32, 32))
    density[:, :, :24] = 5000.0  # its face lies half way between the centers 23 and 24
    picture = render(build_lattice(grid(density)), above())
    assert picture.alpha[16, 16] == 1.0
    assert picture.depth[16, 16] == pytest.approx(4.0 - 0.5, abs=2 / 32)
    assert picture.normal[16, 16] == pytest.approx([0, 0, 1], abs=1e-5)


def test_depth_is_along_the_axis_and_not_along_the_ray():
    """A plane across the axis has one depth all over the picture."""
    density = np.zeros((32, 32, 32))
    density[:, :, :24] = 5000.0
    picture = render(build_lattice(grid(density)), above(height=2.0, half=0.35))
    assert picture.depth.max() - picture.depth.min() < 2 / 32


def test_a_ball_has_the_depth_and_normals_of_a_sphere():
    picture = render(build_lattice(ball(slope=2000.0)), above(half=0.12))
    origins, directions = above(half=0.12).rays()
    unit = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
    along = (origins * unit).sum(-1)
    room = along**2 - ((origins**2).sum(-1) - 0.6**2)
    hit = room > 0.02
    meters = -along - np.sqrt(np.where(hit, room, 0))
    points = origins + meters[..., None] * unit
    assert picture.depth[hit] == pytest.approx((4 - points[..., 2])[hit], abs=0.06)
    assert ((picture.normal * points / 0.6).sum(-1)[hit] > 0.97).all()


def test_what_is_missed_is_nothing():
    picture = render(build_lattice(ball()), above(half=0.5))
    assert picture.alpha[0, 0] == 0 and picture.depth[0, 0] == np.float32(EMPTY_DEPTH)
    assert not picture.color[0, 0].any() and not picture.normal[0, 0].any()
    empty = render(build_lattice(grid(np.zeros((8, 8, 8)))), above())
    assert not empty.alpha.any()


def test_what_is_nearer_or_farther_than_the_camera_sees_is_cut():
    lattice = build_lattice(ball())
    assert render(lattice, replace(above(), near=5.0)).alpha.max() == 0
    assert render(lattice, replace(above(), far=3.0)).alpha.max() == 0


def test_nan_is_empty():
    density = np.full((8, 8, 8), np.nan)
    assert render(build_lattice(grid(density)), above()).alpha.max() == 0


def test_from_another_frame_it_is_the_same_picture():
    """Object and camera stretched and moved alike: every ray meets the same, at the same t."""
    carried = np.array([[2.0, 0.3, 0, 1], [0, 1.5, 0, -2], [0.1, 0, 0.5, 3], [0, 0, 0, 1]])
    hard = ball(slope=10000.0)  # of soft things less is seen through where they are pressed flat
    lattice = build_lattice(hard)
    moved = build_lattice(replace(hard, transform=carried))
    is_local, there = render(lattice, above()), render(moved, above().in_frame(carried))
    solid = is_local.alpha > 0.5
    assert there.depth[solid] == pytest.approx(is_local.depth[solid], abs=0.04)


def test_colors_are_decoded():
    picture = render(build_lattice(grid(np.full((8, 8, 8), 5000.0), (188, 55, 0))), above())
    assert picture.color[16, 16] == pytest.approx([0.5029, 0.0382, 0.0], abs=1e-3)


def test_time_is_kept_by_fewer_pixels():
    """A clock by which the small picture took a second: nine more leave room for about 20 times its pixels."""
    ticks = iter([0.0, 1.0])
    picture = render_within(10.0, build_lattice(ball(24)), above(size=160), lambda: next(ticks))
    assert picture.shape == (50, 50)  # sqrt(0.7 * 9) / 8 of 160
    late = iter([0.0, 20.0])
    assert render_within(10.0, build_lattice(ball(24)), above(size=160), lambda: next(late)).shape == (20, 20)
    assert render_within(math.inf, build_lattice(ball(24)), above(size=16)).shape == (16, 16)


@pytest.mark.parametrize("layer", [0, 3, 9])
def test_lowest_is_where_a_column_first_crosses(layer):
    """Density that is 0 below a layer and 40 in it: a fourth of the way up between their centers it is 10."""
    density = np.zeros((12, 12, 12))
    density[4, 5, layer:] = 40.0
    at = LOW[2] + (layer + 0.5 - 0.75) * 2 / 12
    assert lowest_surface_height(grid(density), 10.0) == pytest.approx(at, abs=1e-6)
    raised = np.eye(4)
    raised[2, 3] = 5.0
    assert lowest_surface_height(grid(density, transform=raised), 10.0) == pytest.approx(at + 5.0, abs=1e-6)


def test_lowest_of_nothing_is_the_bottom():
    assert lowest_surface_height(grid(np.zeros((4, 4, 4))), 10.0) == LOW[2]
