"""What holds a point: windings against closed forms and against rays, and what the points of an instance say."""

import numpy as np
import pytest

pytest.importorskip("trimesh", reason="the world of objects is built with trimesh, which only the trainings need")
pytest.importorskip("embreex", reason="rays that windings are held against")

import trimesh

from scripts.training.objects.mesh_primitives import ball, box, join, ring
from scripts.training.objects.object_class import OBJECT_CLASSES, Rng
from scripts.training.prior.volumes import NO_PART, holders, visible_surface, volume
from scripts.training.prior.winding import windings

POINTS = np.random.default_rng(0).uniform(-1, 1, (20_000, 3))


def sphere(points):
    return np.linalg.norm(points, axis=1) - 0.6


def cuboid(points):
    return np.abs(points / (0.5, 0.3, 0.7)).max(1) - 1


def torus(points):
    return np.hypot(np.hypot(points[:, 0], points[:, 1]) - 0.6, points[:, 2]) - 0.25


@pytest.mark.parametrize(
    ("mesh", "distance"), [(ball(0.6), sphere), (box(1.0, 0.6, 1.4), cuboid), (ring(0.6, 0.25), torus)]
)
def test_solids_hold_what_their_equations_say(mesh, distance):
    clear = np.abs(distance(POINTS)) > 0.012  # meshes are polyhedra
    assert clear.mean() > 0.9
    assert ((windings([mesh], POINTS)[:, 0] > 0) == (distance(POINTS) < 0))[clear].all()


@pytest.mark.parametrize("name", ["cat", "car", "chair", "teapot"])
def test_each_shell_of_a_thing_holds_what_rays_find(name):
    mesh = OBJECT_CLASSES[name].build(Rng(0))[0].mesh
    shell = max(mesh.split(only_watertight=True), key=lambda one: one.volume)
    low, high = shell.bounds
    points = low + (high - low) * (POINTS[:4000] + 1) / 2
    assert shell.is_watertight
    assert ((windings([shell], points)[:, 0] > 0) == shell.contains(points)).mean() > 0.999


def test_what_two_shells_of_a_part_share_is_inside():
    both = join(box(1, 1, 1), box(1, 1, 1, at=(0.5, 0, 0)))
    assert windings([both], np.array([[0.25, 0, 0]]))[0, 0] == 2
    assert holders([both], np.array([[0.25, 0, 0], [0.25, 0, 0.6]])).tolist() == [1, 0]


def test_a_shell_turned_inwards_is_a_hole():
    inner = box(0.5, 0.5, 0.5)
    inner.invert()
    assert windings([join(box(1, 1, 1), inner)], np.array([[0, 0, 0], [0.4, 0, 0]])).ravel().tolist() == [0, 1]


def test_rays_through_edges_and_corners_count_once():
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 17)] * 3), -1).reshape(-1, 3)
    inside = windings([box(1, 1, 1)], grid)[:, 0]
    assert set(inside) == {0, 1}
    clear = np.abs(np.abs(grid).max(1) - 0.5) > 1e-3
    assert ((inside > 0) == (np.abs(grid).max(1) < 0.5))[clear].all()


def test_of_several_parts_the_smallest_holds_a_point():
    assert holders([ball(0.9), ball(0.2)], np.array([[0.0, 0, 0], [0.5, 0, 0], [0.95, 0.9, 0]])).tolist() == [2, 1, 0]


def test_hidden_surfaces_have_no_points():
    points, part = visible_surface([ball(0.8), ball(0.3), ball(0.2, (0.8, 0, 0))], 2000, np.random.default_rng(0))
    assert set(part) == {0, 2}
    assert np.allclose(np.linalg.norm(points[part == 0], axis=1), 0.8, atol=0.01)


def test_points_say_what_holds_them_and_whose_color_is_seen():
    meshes = [box(1.2, 1.2, 0.6, at=(0, 0, -0.3)), ball(0.3, (0, 0, 0.25))]
    found = volume(meshes, seed=3)
    points = found.points.astype(float)
    again = [trimesh.Trimesh(mesh.vertices, mesh.faces).contains(points) for mesh in meshes]
    assert (found.holder == np.where(again[1], 2, np.where(again[0], 1, 0))).mean() > 0.999
    assert 0.2 < (found.holder > 0).mean() < 0.7
    high = (points[:, 2] > 0.2) & (found.part != NO_PART)
    assert high.sum() > 200 and (found.part[high] == 1).all()
    assert (found.part[found.holder > 0] != NO_PART).all()


def test_points_keep_to_the_box_and_to_their_seed():
    half = np.array([0.5, 0.7, 1.0])
    first, again, other = (volume([box(0.8, 1.2, 1.8)], seed, 512, half) for seed in (1, 1, 2))
    assert (np.abs(first.points) <= half + 1e-3).all()
    assert np.array_equal(first.points, again.points) and not np.array_equal(first.points, other.points)
