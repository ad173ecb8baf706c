"""What comes of a turned box: every vertex inside it, and the object turned with it."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from mathutils import Vector
from small_scenes import lit_ball

from addon import flows, headless
from addon.blender import grid_mesh, results
from addon.core import box as boxes
from addon.core import poses
from addon.core.calls import GridData
from addon.core.camera_view import CameraView
from addon.core.remesh_config import RemeshConfig
from addon.core.wire import config
from addon.flows.result_object import add_to_scene

ANGLES = (0.4, -0.7, 1.9)


@pytest.fixture
def box():
    """An Empty far from the origin, turned about all axes, of three different sides."""
    bpy.ops.dreamwright.add_box()
    made = bpy.context.object
    made.location, made.rotation_euler, made.scale = (10.0, -5.0, 2.0), ANGLES, (0.2, 0.35, 0.5)
    bpy.context.view_layer.update()
    return made


def vertices(obj):
    bpy.context.view_layer.update()
    return np.array([obj.matrix_world @ vertex.co for vertex in obj.data.vertices])


def turn(obj):
    return np.array(obj.matrix_world.to_3x3().normalized())


def beyond(box, points):
    """How far (meters) the farthest point lies outside the Empty's cube, by Blender's own inverse."""
    local = np.array([box.matrix_world.inverted() @ Vector(point) for point in points])
    return float((np.abs(local) - 1.0).max(axis=0).max() * max(box.scale))


def grid_in(wanted, shape=(16, 16, 16)):
    """A solid block that reaches the box on all sides, as the backend hands it over: in the box's own frame."""
    half = np.array(wanted.size) / 2
    low, high = np.array(wanted.center) - half, np.array(wanted.center) + half
    density, color = np.full(shape, 100.0, np.float16), np.full((*shape, 3), 128, np.uint8)
    return GridData(density, color, tuple(low), tuple(high), np.eye(4), 10.0, {"edges": [], "counts": []}, 1)


@pytest.mark.parametrize("on_floor", [True, False])
def test_a_block_that_fills_its_box_has_the_corners_of_the_empty(box, on_floor):
    wanted = config.JobConfig(bounds=flows.job_box(bpy.context.scene), prompt="a block")
    surface = grid_mesh.surface_of(grid_in(wanted.bounds), 10.0)
    place = np.array(wanted.bounds.center) - [0.0, 0.0, wanted.bounds.size[2] / 2]
    origin = results.Provenance("a block", 0, "a1", 10.0, 1, "[]", "", on_floor, tuple(place))
    made = add_to_scene(bpy.context.scene, surface, wanted, origin, RemeshConfig())
    points, corners = vertices(made), boxes.corners(wanted.bounds)
    voxel = max(wanted.bounds.size) / 16
    assert beyond(box, points) < 1e-5
    assert np.linalg.norm(points[:, None] - corners[None], axis=-1).min(axis=0).max() < voxel
    assert np.array(made.rotation_euler.to_matrix()) == pytest.approx(
        np.array(box.rotation_euler.to_matrix()), abs=1e-5
    )


def test_generate_lies_inside_the_turned_box(backend_python, box):
    """Few steps from the soft ball that every text job begins with; it fills the largest cube inside the box."""
    bpy.ops.dreamwright.generate(prompt="a red cube", quality="DRAFT", steps=2, resolution=24, seed=3)
    made = next(obj for obj in bpy.data.objects if "dreamwright_job" in obj)
    assert beyond(box, vertices(made)) < 2 * min(box.scale) / 24
    bottom = box.matrix_world @ Vector((0.0, 0.0, -1.0))
    assert tuple(made.location) == pytest.approx(tuple(bottom), abs=1e-5) and turn(made) == pytest.approx(turn(box))
    assert np.array([vertex.co for vertex in made.data.vertices])[:, 2].min() == pytest.approx(0.0, abs=1e-5)


BALL = np.array([1.3, 0.2, 0.6])


def seen_while_it_runs():
    """What the views are given of a running job: the live mesh, and the middle of the live picture from afar (meters
    beside what the camera looks at, the ball's own middle)."""
    pose, edge = poses.look_at(BALL + [3.0, -4.0, 2.0], BALL), 0.2
    camera_view = CameraView(pose, True, -edge, edge, -edge, edge, 0.01, 100.0, 48, 48)
    picture = flows.live_field().render(camera_view, 5.0)
    rows, columns = np.nonzero(picture.alpha > 0.5)
    meters = edge * np.linalg.norm([3.0, -4.0, 2.0]) / 24
    middle = (columns.mean() - 23.5) * meters, (rows.mean() - 23.5) * meters
    return flows.live_surface().surface(24).points, middle


def test_a_reconstruction_in_a_turned_box_is_where_the_thing_is_also_while_it_runs(backend_python):
    """A ball away from the middle of the box: neither the turn nor the place may be lost on the way and back. The
    pictures are a dataset in the scene's own frame, so the same holds for any folder that is read."""
    lit_ball(radius=0.3, location=tuple(BALL))
    bpy.ops.dreamwright.add_box()
    box, seen = bpy.context.object, []
    box.location, box.rotation_euler, box.scale = (1.0, 0.0, 0.5), (math.radians(15), 0.0, 1.2), (0.9, 0.9, 0.7)
    bpy.context.view_layer.update()
    ended = headless.add_progress_callback(
        lambda told: seen.append(seen_while_it_runs()) if told.step > 80 and not seen else None
    )
    quick = {"quality": "DRAFT", "views": 9, "image_size": 32, "samples": 4, "steps": 120, "resolution": 24}
    bpy.ops.dreamwright.reconstruct(**quick)
    ended()
    made = next(obj for obj in bpy.data.objects if "dreamwright_job" in obj)
    points = vertices(made)
    assert beyond(box, points) < 1.8 / 24
    assert np.median(points, axis=0) == pytest.approx(BALL, abs=0.1)
    assert np.median(np.linalg.norm(points - BALL, axis=1)) == pytest.approx(0.3, abs=0.08)
    live, middle = seen[0]
    assert np.median(live, axis=0) == pytest.approx(BALL, abs=0.1) and middle == pytest.approx((0.0, 0.0), abs=0.1)
    assert flows.describe_held_out_quality(bpy.context.scene).startswith("Validation views: ")
