"""Meshes as solids against formulas of their shapes, and against trimesh's own distances and containment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shapes import ball, box, centers, torus, united

from backend.errors import DatasetError
from backend.solids.mesh import GRAY, solid_mesh
from backend.solids.nearest import barycentric_of_nearest
from backend.solids.solid import BAND, inside_of, solid_of

LOW, HIGH = (-1.0,) * 3, (1.0,) * 3
CELLS = 48
SHAPE = (CELLS,) * 3
SIDE = 2 / CELLS


def box_distance(at, center=(0, 0, 0), half=(0.5, 0.5, 0.5)):
    away = np.abs(at - np.array(center)) - np.array(half)
    return np.linalg.norm(np.maximum(away, 0), axis=-1) + np.minimum(away.max(axis=-1), 0)


def torus_distance(at, major=0.6, minor=0.25):
    return np.hypot(np.hypot(at[..., 0], at[..., 1]) - major, at[..., 2]) - minor


CASES = {
    "ball": (ball(), lambda at: np.linalg.norm(at, axis=-1) - 0.7),
    "box": (box(half=(0.61, 0.42, 0.33)), lambda at: box_distance(at, half=(0.61, 0.42, 0.33))),
    "torus": (torus(), torus_distance),
}


@pytest.mark.parametrize("name", CASES)
def test_distances_are_those_of_the_formula(name):
    mesh, formula = CASES[name]
    solid, wanted = solid_of(mesh, LOW, HIGH, SHAPE), formula(centers(SHAPE)) / SIDE
    clear, near = np.abs(wanted) > 0.05, np.abs(wanted) < BAND - 0.05  # facets of round shapes stay a little inside
    assert (solid.inside == (wanted < 0))[clear].all()
    assert np.abs(solid.signed - wanted)[near].max() < 0.05
    assert np.abs(solid.signed[np.abs(wanted) > BAND + 0.05]) == pytest.approx(BAND)


def test_trimesh_says_the_same_of_a_shape_without_a_formula():
    trimesh = pytest.importorskip("trimesh", reason="only the trainings and tests have it")
    knot = trimesh.creation.icosphere(3, 0.7)
    knot.vertices += 0.12 * np.sin(5 * knot.vertices[:, [1, 2, 0]])
    mesh = solid_mesh(np.asarray(knot.vertices), np.asarray(knot.faces))
    solid, at = solid_of(mesh, LOW, HIGH, SHAPE), centers(SHAPE).reshape(-1, 3)
    band = (np.abs(solid.signed) < BAND - 0.05).ravel()
    some = np.flatnonzero(band)[::7]
    _, distance, _ = trimesh.proximity.closest_point_naive(knot, at[some])
    np.testing.assert_allclose(np.abs(solid.signed.ravel()[some]), distance / SIDE, atol=1e-3)


def test_the_volume_is_trimesh_s():
    trimesh = pytest.importorskip("trimesh", reason="only the trainings and tests have it")
    ring = trimesh.creation.torus(0.6, 0.25, 64, 32)
    mesh = solid_mesh(np.asarray(ring.vertices), np.asarray(ring.faces))
    volume = inside_of(mesh, LOW, HIGH, SHAPE).sum() * SIDE**3
    assert volume == pytest.approx(ring.volume, rel=0.01)


def test_overlapping_boxes_are_one_solid_without_their_inner_faces():
    left, right = ((-0.2, 0, 0), (0.45, 0.4, 0.4)), ((0.25, 0.1, 0), (0.4, 0.35, 0.5))
    at = centers(SHAPE)
    wanted = np.minimum(box_distance(at, *left), box_distance(at, *right)) / SIDE
    apart = solid_of(united(box(*left), box(*right, number=1)), LOW, HIGH, SHAPE)
    joined = solid_of(united(box(*left), box(*right)), LOW, HIGH, SHAPE)
    np.testing.assert_array_equal(apart.inside, wanted < 0)
    np.testing.assert_array_equal(joined.inside, wanted < 0)
    deep = wanted < -np.sqrt(3) * (BAND + 1)
    assert deep.sum() > 1000 and (apart.signed[deep] == -BAND).all()


@pytest.mark.parametrize("side", ["+z", "-x", "+y"])
def test_an_open_box_is_filled_to_its_brim(side):
    at = centers(SHAPE)
    found = inside_of(box(without=(side,)), LOW, HIGH, SHAPE)
    wanted = box_distance(at) < 0
    assert (found & wanted).sum() / (found | wanted).sum() > 0.98


def test_a_box_turned_inside_out_is_a_box():
    mesh = box()
    np.testing.assert_array_equal(
        inside_of(solid_mesh(mesh.points, mesh.triangles[:, ::-1]), LOW, HIGH, SHAPE), box_distance(centers(SHAPE)) < 0
    )


def test_faces_that_look_the_wrong_way_open_nothing():
    mesh = box()
    some = mesh.triangles.copy()
    some[:5] = some[:5, ::-1]
    np.testing.assert_array_equal(
        inside_of(solid_mesh(mesh.points, some), LOW, HIGH, SHAPE), box_distance(centers(SHAPE)) < 0
    )


def test_a_shell_inside_is_a_hollow():
    inner = box(half=(0.25,) * 3)
    hollow = united(box(), solid_mesh(inner.points, inner.triangles[:, ::-1]))
    at = centers(SHAPE)
    wanted = (box_distance(at) < 0) & (box_distance(at, half=(0.25,) * 3) > 0)
    np.testing.assert_array_equal(inside_of(hollow, LOW, HIGH, SHAPE), wanted)


def test_edges_right_on_the_centers_of_cells_lose_no_column():
    """A box whose edges and diagonals go through centers: every column is in exactly one of two triangles."""
    at = centers(SHAPE)
    half = tuple(np.abs(at[CELLS // 2 + 11, CELLS // 2 + 11, CELLS // 2 + 11]))
    found = inside_of(box(half=half), LOW, HIGH, SHAPE)
    assert found[np.abs(at).max(axis=-1) < half[0] - 1e-9].all()
    assert not found[np.abs(at).max(axis=-1) > half[0] + 1e-9].any()


def test_what_lies_outside_of_the_box_is_cut_off():
    at = centers(SHAPE)
    found = inside_of(box(half=(0.5, 0.5, 4.0)), LOW, HIGH, SHAPE)
    np.testing.assert_array_equal(found, np.abs(at[..., :2]).max(axis=-1) < 0.5)


def test_cells_need_not_be_as_many_along_every_axis():
    shape, low, high = (24, 48, 12), (-1.0, -2.0, 0.0), (1.0, 2.0, 1.0)
    found = inside_of(box((0, 0, 0.5), (0.5, 1.0, 0.25)), low, high, shape)
    assert found.sum() == 12 * 24 * 6 and found[12, 24, 6] and not found[0, 0, 0]


COLORS = {
    "-x": (255, 0, 0), "+x": (0, 0, 255), "-y": (0, 255, 0), "+y": (255, 255, 0), "-z": (0, 0, 0), "+z": (255, 255, 255)
}  # fmt: skip


def test_colors_are_those_of_the_nearest_face_exactly():
    solid, at = solid_of(box(colors=COLORS), LOW, HIGH, SHAPE), centers(SHAPE)
    for name, color in COLORS.items():
        axis, sign = "xyz".index(name[1]), 1 if name[0] == "+" else -1
        others = np.delete(np.abs(at), axis, axis=-1).max(axis=-1)
        before = (np.abs(at[..., axis] * sign - 0.5) < SIDE) & (others < 0.5 - 2 * SIDE)
        assert before.any()
        np.testing.assert_allclose(solid.color[before], np.broadcast_to(np.array(color) / 255, (before.sum(), 3)))


def test_colors_go_on_beyond_the_surface_and_end_in_their_mean():
    solid = solid_of(box(half=(0.2,) * 3, colors=dict.fromkeys(COLORS, (10, 200, 90))), LOW, HIGH, SHAPE)
    np.testing.assert_allclose(
        solid.color, np.broadcast_to(np.array((10, 200, 90)) / 255, solid.color.shape), atol=1e-6
    )


def test_a_mesh_without_colors_is_gray():
    np.testing.assert_allclose(solid_of(box(), LOW, HIGH, SHAPE).color, GRAY / 255, atol=1e-6)


def test_the_nearest_point_is_the_nearest_of_many_drawn_ones():
    random = np.random.default_rng(3)
    corners, points = random.normal(size=(200, 3, 3)), random.normal(size=(200, 3)) * 2
    corners[0, 2] = corners[0, 1]  # no area
    corners[1] = corners[1, 0]  # a point
    found = (barycentric_of_nearest(points, corners)[..., None] * corners).sum(axis=1)
    shares = random.dirichlet(np.full(3, 0.6), size=(200, 4000))
    drawn = np.linalg.norm(np.einsum("nkc,ncd->nkd", shares, corners) - points[:, None], axis=-1).min(axis=1)
    distance = np.linalg.norm(found - points, axis=-1)
    assert (distance <= drawn + 1e-9).all() and (drawn - distance).max() < 0.15


ELSEWHERE = [
    (box(center=(5, 0, 0)), "lies outside of the box"),
    (box(half=(0.5, 0.5, 0.0)), "thinner than a voxel"),
    (box(without=("+x", "-x", "+y", "+z", "-z")), "thinner than a voxel"),
    (box(without=("+x", "+y", "+z")), "encloses nothing"),
]


@pytest.mark.parametrize(("mesh", "words"), ELSEWHERE)
def test_a_mesh_that_encloses_nothing_there_says_why(mesh, words):
    with pytest.raises(DatasetError, match=words):
        solid_of(mesh, LOW, HIGH, SHAPE)


FAULTS = [
    ((np.zeros((3, 3)), np.zeros((0, 3), int)), "0 triangles"),
    ((np.zeros((3, 3)), np.array([[0, 1, 3]])), "points that it does not have"),
    ((np.zeros((3, 3)), np.array([[0, 1, -1]])), "points that it does not have"),
    ((np.full((3, 3), np.nan), np.array([[0, 1, 2]])), "NaN"),
    ((np.zeros((3, 2)), np.array([[0, 1, 2]])), "no mesh of triangles"),
    ((np.zeros((3, 3)), np.array([[0, 1, 2]]), np.zeros((2, 3, 3))), "no mesh of triangles"),
]


@pytest.mark.parametrize(("given", "words"), FAULTS)
def test_what_is_no_mesh_says_so(given, words):
    with pytest.raises(DatasetError, match=words):
        solid_mesh(*given)


def test_solids_are_of_numpy_alone():
    """Nothing here needs torch, so that whoever only asks what is inside does not load it."""
    sources = Path(__file__).resolve().parents[3].joinpath("backend", "solids").glob("*.py")
    assert all("import torch" not in path.read_text() for path in sources)
