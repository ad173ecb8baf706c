"""Quads cut into triangles and decimation, on a ball whose volume and colors are known."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from small_results import small_ball
from small_scenes import lit_ball, names

from addon.blender import grid_mesh, islands, triangles


def ball():
    return grid_mesh.surface_of(small_ball(48), 10.0, 2)


def volume(surface):
    return islands.signed_volumes(surface.points, surface.faces, np.zeros(len(surface.faces), int))[0]


def test_the_shorter_diagonal_cuts():
    points = np.array([[0, 0, 0], [1, 0, 0], [3, 3, 0], [0, 1, 0], [-3, -3, 0]], np.float32)
    faces = np.array([[0, 1, 2, 3], [4, 1, 0, 3]], np.int32)
    cut = triangles.triangulated(points, faces)
    assert cut.tolist() == [[0, 1, 3], [1, 2, 3], [4, 1, 3], [1, 0, 3]]  # 1 to 3 is the shorter one in both


def test_every_edge_of_the_triangles_is_walked_once_each_way():
    surface = ball()
    faces = triangles.triangulated(surface.points, surface.faces)
    edges = np.concatenate([faces[:, [i, (i + 1) % 3]] for i in range(3)])
    there, counts = np.unique(edges, axis=0, return_counts=True)
    assert (counts == 1).all() and {tuple(e) for e in there.tolist()} == {tuple(e[::-1]) for e in there.tolist()}
    assert len(faces) == 2 * len(surface.faces)


@pytest.mark.parametrize("count", [400, 1500])
def test_decimation_meets_the_budget_and_keeps_volume_place_and_colors(count):
    quads = ball()
    cut = triangles.triangulated(quads.points, quads.faces)
    surface = grid_mesh.replace(quads, faces=cut, origin=(1.0, 2.0, 3.0))
    fewer = triangles.decimated(surface, count)
    assert 0.97 * count <= len(fewer.faces) <= count and fewer.origin == (1.0, 2.0, 3.0)
    assert volume(fewer) == pytest.approx(4 / 3 * math.pi * 0.6**3, rel=0.03)
    assert np.abs(fewer.colors - (fewer.points + 1) / 2).max() < 0.06  # colors say the place
    assert fewer.faces.max() == len(fewer.points) - 1


def test_decimation_leaves_nothing_behind_and_the_users_scene_alone():
    lit_ball()
    before, scene, active = names(), bpy.context.scene, bpy.context.view_layer.objects.active
    triangles.decimated(ball(), 300)
    assert names() == before and bpy.context.scene == scene and bpy.context.view_layer.objects.active == active


def test_nor_does_it_when_it_fails(monkeypatch):
    before = names()

    def fail(mesh):
        raise RuntimeError("no points")

    monkeypatch.setattr(triangles, "_points", fail)
    with pytest.raises(RuntimeError, match="no points"):
        triangles.decimated(ball(), 300)
    assert names() == before
