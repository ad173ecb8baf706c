"""Few triangles where it is flat: bodies in closed form, held against what they are."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from small_results import grid_of, inside_ball, places, small_ball
from small_scenes import lit_ball, names

from addon.blender import adaptive_mesh, crossings, grid_mesh, islands, remeshing
from addon.core.remesh_config import RemeshConfig
from addon.flows.flow import run_in_thread

SIZE, HALF = 48, 0.53
VOXEL = 2 / SIZE


def at_the_end(steps):
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def inside_cube(at, half=HALF):
    return 10 + 100 * (half - np.abs(at).max(axis=-1))


def made(grid, **wanted):
    wanted = RemeshConfig(**wanted)
    return remeshing.finished(remeshing.extract_surface(grid, wanted), wanted)


def volume(surface):
    return islands.signed_volumes(surface.points, surface.faces, np.zeros(len(surface.faces), int))[0]


def dense_points_on(surface, count=4000):
    """Drawn evenly from the faces."""
    a, b, c = np.moveaxis(surface.points[surface.faces].astype(float), 1, 0)
    areas, draw = np.linalg.norm(np.cross(b - a, c - a), axis=1), np.random.default_rng(1)
    at = draw.choice(len(areas), count, p=areas / areas.sum())
    u, v = np.sort(draw.random((2, count)), axis=0)[:, :, None]
    return u * a[at] + (v - u) * b[at] + (1 - v) * c[at]


def assert_closed(surface):
    edges = np.concatenate([surface.faces[:, [i, (i + 1) % 3]] for i in range(3)])
    there, counts = np.unique(edges, axis=0, return_counts=True)
    assert (counts == 1).all() and {tuple(e) for e in there.tolist()} == {tuple(e[::-1]) for e in there.tolist()}


def one_color(size):
    return np.full((size, size, size, 3), 200, np.uint8)


def test_a_cube_arrives_as_few_flat_faces_with_hard_edges():
    surface = made(grid_of(inside_cube(places(SIZE)), color=one_color(SIZE)))
    assert_closed(surface)
    assert len(surface.faces) <= 500
    beside = np.abs(np.abs(dense_points_on(surface)).max(axis=1) - HALF)
    assert beside.max() < VOXEL / 2
    assert np.quantile(beside, 0.9) < VOXEL / 10  # faces are flat
    corner = np.linalg.norm(np.abs(surface.points) - HALF, axis=1).min()
    assert corner < VOXEL / 2 and volume(surface) == pytest.approx((2 * HALF) ** 3, rel=0.02)


def test_a_ball_stays_round_within_half_a_voxel():
    surface = made(grid_of(inside_ball(places(SIZE), (0, 0, 0), 0.6), color=one_color(SIZE)))
    assert_closed(surface)
    assert len(surface.faces) < 2000
    assert np.abs(np.linalg.norm(dense_points_on(surface), axis=1) - 0.6).max() < VOXEL / 2
    assert volume(surface) == pytest.approx(4 / 3 * math.pi * 0.6**3, rel=0.03)


def test_a_thin_rod_on_a_block_is_not_lost():
    at = places(SIZE)
    rod = 10 + 100 * (0.06 - np.abs(at[..., :2]).max(axis=-1))
    density = np.maximum(inside_cube(at + np.array([0, 0, 0.4]), 0.3), np.where(np.abs(at[..., 2]) < 0.7, rod, 0))
    surface = made(grid_of(density, color=one_color(SIZE)))
    assert_closed(surface)
    assert surface.points[:, 2].max() > 0.7 - VOXEL


def test_colors_keep_their_borders():
    """Red below and green above a height at which a cube has no edge: the border stays within a voxel."""
    at = places(SIZE)
    color = np.where(at[..., 2:] < 0.1, [230, 20, 20], [20, 230, 20]).astype(np.uint8)
    surface = made(grid_of(inside_cube(at), color=color))
    assert_closed(surface)
    red, heights = surface.colors[:, 0] > 0.5, surface.points[:, 2]
    assert heights[red].max() < 0.1 + VOXEL and heights[~red].min() > 0.1 - VOXEL
    around = np.abs(heights - 0.1) < 1.5 * VOXEL  # else a triangle would smear one color into the other
    assert around.sum() > 4 * 2 * HALF / VOXEL


def test_labels_go_with_the_faces_and_their_border_stays():
    dense = remeshing.extract_surface(grid_of(inside_cube(places(SIZE)), color=one_color(SIZE)), RemeshConfig())
    upper = dense.points[dense.faces].mean(axis=1)[:, 2] > 0.1
    parted = grid_mesh.replace(dense, face_parts=upper.astype(np.int32))
    few = at_the_end(adaptive_mesh.adapt(parted, 0.3 * VOXEL, run_in_thread))
    middles = few.points[few.faces].mean(axis=1)[:, 2]
    assert len(few.faces) < len(dense.faces) / 5 and few.face_parts.shape == (len(few.faces),)
    assert (few.face_parts[middles > 0.1 + VOXEL] == 1).all() and (few.face_parts[middles < 0.1 - VOXEL] == 0).all()


@pytest.mark.parametrize("most", [2000, 700])
def test_a_budget_is_met(most):
    noisy = inside_ball(places(SIZE), (0, 0, 0), 0.7) + np.random.default_rng(0).normal(0, 2.5, (SIZE,) * 3)
    surface = made(grid_of(noisy), max_faces=most, smooth=1)
    assert 0.9 * most < len(surface.faces) <= most
    assert remeshing.finished(surface, RemeshConfig()) is surface  # once is enough


def test_others_have_their_turn_between_passes_and_the_answer_is_the_same():
    dense = remeshing.extract_surface(grid_of(inside_ball(places(SIZE), (0, 0, 0), 0.6)), RemeshConfig())
    turns: list[str] = []

    def aside(work):
        turns.append(work.__class__.__name__)
        return (yield from run_in_thread(work))

    in_turns = at_the_end(remeshing.finish(dense, RemeshConfig(), aside))
    at_once = remeshing.finished(dense, RemeshConfig())
    assert len(turns) >= 4, "trees and borders, two passes and what they are held against, colors"
    assert (in_turns.points == at_once.points).all() and (in_turns.colors == at_once.colors).all()


def test_triangles_say_where_they_are_hard_and_a_ball_is_nowhere():
    cube, ball = (
        grid_mesh.mesh_from(made(grid), "made")
        for grid in (grid_of(inside_cube(places(SIZE)), color=one_color(SIZE)), small_ball(SIZE))
    )
    hard = sum(edge.use_edge_sharp for edge in cube.edges)
    assert 12 <= hard < len(cube.edges) and not any(edge.use_edge_sharp for edge in ball.edges)


def test_it_leaves_nothing_behind_and_the_users_scene_alone():
    lit_ball()
    before, scene, active = names(), bpy.context.scene, bpy.context.view_layer.objects.active
    made(small_ball())
    assert names() == before and bpy.context.scene == scene and bpy.context.view_layer.objects.active == active


def sheets(gap=1.2):
    """Two bumpy sheets so close that smoothing brings them through each other."""
    at = places(40)
    bumps = 0.04 * np.sin(19 * at[..., 0]) * np.sin(17 * at[..., 1])
    away = np.abs(at[..., 2] + bumps) - gap / 40
    return grid_of(np.minimum(10 + 100 * np.where(away > 0, 0.09 - away, away * 2), inside_cube(at, 0.8)))


@pytest.mark.parametrize("faces", ["triangles", "adaptive"])
def test_sheets_that_lie_close_do_not_cross(faces):
    surface = made(sheets(), faces=faces)
    assert not len(crossings.crossing_faces(crossings.tree_of(surface.points, surface.faces)))


def test_what_crosses_is_found():
    """A tetrahedron moved half into another."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
    for step, crosses in ((0.3, True), (2.0, False)):
        points = np.concatenate([corners, corners + step * np.array([0.5, 0.6, 0.7])]).astype(np.float32)
        tree = crossings.tree_of(points, np.concatenate([faces, faces + 4]))
        assert bool(len(crossings.crossing_faces(tree))) == crosses


def test_where_edges_cannot_be_hard_they_stay_smooth(monkeypatch):
    """Sharpening that folds everything onto one plane: what was smooth is given back."""
    monkeypatch.setattr(remeshing, "sharpened", lambda points, quads: points[::-1])
    plain = remeshing.extract_surface(small_ball(), RemeshConfig(faces="triangles"))
    kept = remeshing.extract_surface(small_ball(), RemeshConfig())
    tree = crossings.tree_of(kept.points, kept.faces)
    assert not len(crossings.crossing_faces(tree)) and len(kept.faces) == len(plain.faces)
