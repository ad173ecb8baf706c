"""Meshing against solids whose volume, place and colors are known in closed form."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest

from addon.blender import grid_mesh
from addon.core.calls import GridData
from addon.core.errors import EmptyMeshError

LOW, HIGH = (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)
CENTER, RADIUS = np.array([0.1, -0.2, 0.15]), 0.6


def centers(shape, low=LOW, high=HIGH):
    """Positions of all cell centers, written out one axis at a time."""
    axes = [[lo + (i + 0.5) * (hi - lo) / n for i in range(n)] for lo, hi, n in zip(low, high, shape, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def ball(shape=(48, 48, 48), transform=None, low=LOW, high=HIGH, radius=RADIUS, center=CENTER):
    """Density that is 10 on the sphere and grows by 100 per meter inward; colors that are the place, as sRGB bytes."""
    at = centers(shape, low, high)
    density = np.clip(10 + 100 * (radius - np.linalg.norm(at - center, axis=-1)), 0, None).astype(np.float16)
    color = np.rint(255 * (at - low) / (np.array(high) - low)).astype(np.uint8)
    histogram = {"edges": [0.0, 1.0], "counts": [1.0]}
    return GridData(density, color, low, high, np.eye(4) if transform is None else transform, 10.0, histogram, 7)


def signed_volume(points, quads):
    """Sum of signed tetrahedra (divergence theorem); positive when the faces look outward."""
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    a, b, c = (points[triangles[:, i]].astype(np.float64) for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def test_volume_is_that_of_the_ball_and_faces_look_outward():
    surface = grid_mesh.surface_of(ball(), 10.0)
    assert signed_volume(surface.points, surface.faces) == pytest.approx(4 / 3 * math.pi * RADIUS**3, rel=0.02)


def test_points_lie_on_the_sphere():
    surface = grid_mesh.surface_of(ball(), 10.0)
    distance = np.linalg.norm(surface.points - CENTER, axis=1)
    assert np.abs(distance - RADIUS).max() < 0.5 * 2 / 48


def test_smoothing_keeps_the_volume_and_evens_the_surface():
    plain, smooth = grid_mesh.surface_of(ball(), 10.0), grid_mesh.surface_of(ball(), 10.0, smooth=2)
    assert signed_volume(smooth.points, smooth.faces) == pytest.approx(4 / 3 * math.pi * RADIUS**3, rel=0.02)
    spread = [np.linalg.norm(each.points - CENTER, axis=1).std() for each in (plain, smooth)]
    assert spread[1] < spread[0] * 1.2  # a point that would leave its voxel is held, so that no two sheets cross


def test_unequal_axes_keep_the_shape():
    low, high = (-1.0, -1.0, -1.0), (1.0, 2.0, 1.5)
    surface = grid_mesh.surface_of(ball((30, 50, 40), low=low, high=high), 10.0)
    assert signed_volume(surface.points, surface.faces) == pytest.approx(4 / 3 * math.pi * RADIUS**3, rel=0.03)


def test_transform_scales_to_meters_and_moves():
    transform = np.diag([3.0, 3.0, 3.0, 1.0])
    transform[:3, 3] = [10.0, 20.0, 30.0]
    surface = grid_mesh.surface_of(ball(transform=transform), 10.0)
    middle = (surface.points.min(axis=0) + surface.points.max(axis=0)) / 2
    assert middle == pytest.approx(CENTER * 3 + [10, 20, 30], abs=0.05)
    assert np.ptp(surface.points, axis=0) == pytest.approx([6 * RADIUS] * 3, rel=0.03)


def test_a_surface_that_reaches_the_box_is_closed_and_stays_inside():
    grid = ball(radius=5.0)
    surface = grid_mesh.surface_of(grid, 10.0)
    assert signed_volume(surface.points, surface.faces) == pytest.approx(8.0, rel=1e-3)
    assert surface.points.min() >= -1.0 and surface.points.max() <= 1.0
    edges = np.sort(np.concatenate([surface.faces[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()


def test_colors_are_those_of_the_place():
    surface = grid_mesh.surface_of(ball(), 10.0)
    assert np.abs(surface.colors - (surface.points + 1) / 2).max() < 1.5 / 255 + 0.01


def test_trilinear_is_exact_on_a_linear_function_and_holds_outside():
    at = centers((5, 6, 7))
    values = (at @ [1.0, -2.0, 0.5]).astype(np.float32)
    index = np.random.default_rng(0).uniform(0, [4, 5, 6], (100, 3))
    world = -1 + (index + 0.5) * 2 / np.array([5, 6, 7])
    assert grid_mesh._trilinear(values, index) == pytest.approx(world @ [1.0, -2.0, 0.5], abs=1e-5)
    assert grid_mesh._trilinear(values, np.array([[-3.0, 0, 0]]))[0] == values[0, 0, 0]


def test_resampled_keeps_a_linear_function_away_from_the_edge():
    density = (centers((16, 16, 16)) @ [1.0, 2.0, 3.0]).astype(np.float32)
    finer = grid_mesh.resampled(density, 24)
    inner = (slice(2, -2),) * 3
    assert finer[inner] == pytest.approx((centers((24, 24, 24)) @ [1.0, 2.0, 3.0])[inner], abs=1e-4)
    assert grid_mesh.resampled(density, 16) is density


def test_nan_counts_as_empty_space():
    grid = ball()
    grid.density[0, 0, 0] = np.nan
    surface = grid_mesh.surface_of(grid, 10.0)
    assert np.isfinite(surface.points).all()


@pytest.mark.parametrize(
    ("density", "threshold", "sentence"),
    [
        (0.0, 10.0, "The field is empty"),
        (4.0, 10.0, "the highest density is 4,"),
        (4.0, 1e6, "the highest density is 4,"),
        (2048.0, 2049.4, "the highest density is 2.05e\\+03,"),  # only half precision takes it for dense enough
    ],
)
def test_nothing_at_the_threshold_is_one_sentence(density, threshold, sentence):
    grid = grid_mesh.replace(ball((8, 8, 8)), density=np.full((8, 8, 8), density, np.float16))
    with pytest.raises(EmptyMeshError, match=sentence):
        grid_mesh.surface_of(grid, threshold)


def test_a_threshold_that_half_precision_cannot_hold_loses_no_voxel():
    """One voxel a hair above the threshold is still found."""
    density = np.zeros((8, 8, 8), np.float16)
    density[4, 4, 4] = 2050.0
    grid = grid_mesh.replace(ball((8, 8, 8)), density=density)
    assert len(grid_mesh.surface_of(grid, 2049.4).faces) > 0  # as float16 the threshold would be 2050


def test_seated_stands_on_its_place_and_unseated_stays():
    surface = grid_mesh.surface_of(ball(), 10.0)
    place = np.array([0.0, 0.0, -1.0])
    assert grid_mesh.relative_to(surface, place, True).points[:, 2].min() == pytest.approx(0.0, abs=1e-6)
    bottom = grid_mesh.bottom_center(surface)
    stayed = grid_mesh.relative_to(surface, bottom, False)
    assert stayed.points + bottom == pytest.approx(surface.points, abs=1e-6)
    assert bottom == pytest.approx(CENTER - [0, 0, RADIUS], abs=0.03)


@pytest.mark.parametrize("on_floor", [True, False])
def test_a_mesh_knows_where_its_origin_lies_in_the_scene(on_floor):
    surface = grid_mesh.surface_of(ball(), 10.0)
    local = grid_mesh.relative_to(surface, np.array([1.0, 2.0, 3.0]), on_floor)
    mesh = grid_mesh.mesh_from(local, "ball")
    assert local.points + np.array(mesh[grid_mesh.ORIGIN]) == pytest.approx(surface.points, abs=1e-5)


def test_mesh_has_the_surface_and_its_colors():
    surface = grid_mesh.surface_of(ball(), 10.0)
    mesh = grid_mesh.mesh_from(surface, "ball")
    assert mesh.validate() is False  # nothing to repair
    colors = mesh.color_attributes["Color"]
    assert (colors.domain, colors.data_type) == ("POINT", "BYTE_COLOR")
    held = np.empty(len(mesh.vertices) * 4, np.float32)
    colors.data.foreach_get("color_srgb", held)
    assert np.abs(held.reshape(-1, 4)[:, :3] - surface.colors).max() <= 0.51 / 255
    normals = np.array([polygon.normal for polygon in mesh.polygons])
    outward = np.array([polygon.center for polygon in mesh.polygons]) - CENTER
    assert (np.einsum("ij,ij->i", normals, outward) > 0).all()


def test_a_mesh_that_cannot_be_filled_is_not_left_behind():
    surface = grid_mesh.surface_of(ball((16, 16, 16)), 10.0)
    with pytest.raises(RuntimeError):
        grid_mesh.mesh_from(grid_mesh.replace(surface, points=surface.points[:-1, :2]), "broken")
    assert not bpy.data.meshes
