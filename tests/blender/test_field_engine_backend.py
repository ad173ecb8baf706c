"""The field rendered by the real backend, against the same field out of its kept grid: two renderers, one picture."""

from __future__ import annotations

import os
import shutil
import signal

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix, Vector
from test_field_engine import eye, rendered

from addon import flows, headless
from addon.blender.lens import view_from_camera
from addon.flows import render_field

QUICK = {
    "prompt": "a red cube",
    "quality": "DRAFT",
    "steps": 2,
    "resolution": 24,
    "settings": '{"field": {"density_init": "fog"}}',
}


@pytest.fixture
def stage(backend_python, tmp_path, tmp_path_factory):
    """A scene with the result of a tiny job, and the cache that it came from; made once, then copied."""
    kept = tmp_path_factory.getbasetemp() / "generated"
    if not kept.exists():
        bpy.ops.dreamwright.generate(**QUICK)
        flows.APP.close_connection()
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
        shutil.copytree(tmp_path, kept)
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    render_field._grids.clear()
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 64, 48, 100
    scene.render.film_transparent = True
    scene.view_layers[0].use_pass_z = scene.view_layers[0].use_pass_normal = True
    return scene


def both(stage, folder):
    """The passes by the backend and by the grid."""
    seen = []
    for source in ("BACKEND", "GRID"):
        stage.dreamwright.display.render_source = source
        seen.append(rendered(stage, folder))
    return seen


def test_backend_and_grid_see_the_same_and_the_grid_is_enough_where_the_backend_goes(stage, tmp_path, monkeypatch):
    """F12 starts the backend itself; the object is turned, moved, enlarged and stretched."""
    made = next(obj for obj in bpy.data.objects if "dreamwright_job" in obj)
    eye(lens=35.0, shift_x=0.05).location *= 2.2
    assert flows.APP.connection is None
    for scale in [(1.0, 1.0, 1.0), (2.0, 2.0, 2.0), (1.0, 0.6, 1.5)]:
        made.matrix_world = Matrix.LocRotScale(Vector((0.2, 0.1, 0.0)), Euler((0.2, 0.1, 0.5)), Vector(scale))
        alike(*both(stage, tmp_path))
    assert flows.APP.connection is not None and not flows.APP.current_task
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", "/nowhere/python")
    os.kill(flows.APP.connection.process.pid, signal.SIGKILL)
    backend, grid = both(stage, tmp_path)
    assert backend["Combined.A"] == pytest.approx(grid["Combined.A"], abs=1e-6)


def alike(backend, grid):
    """Not in normals: after two steps this is fog, where every voxel slopes its own way."""
    assert backend["Combined.A"].max() > 0.9
    for name in ("Combined.A", "Combined.R"):
        assert np.abs(backend[name] - grid[name]).mean() < 0.02
    solid = (backend["Combined.A"] > 0.9) & (grid["Combined.A"] > 0.9)
    assert solid.any()
    assert np.median(np.abs(backend["Depth.Z"] - grid["Depth.Z"])[solid]) < 0.04


def test_while_a_job_runs_it_can_be_looked_at_and_edited(backend_python):
    """A picture of the live field, its coarse mesh, another weight: what the panel then says of it."""
    seen, said = [], []

    def look(snapshot):
        if snapshot.step < 2 or seen:
            return
        camera = eye()
        camera.location *= 2.2
        bpy.context.view_layer.update()
        camera_view = view_from_camera(camera, bpy.context.evaluated_depsgraph_get(), bpy.context.scene.render).scaled(
            0.05
        )
        picture = flows.live_field().render(camera_view, 0.5)
        seen.append((picture.alpha.max(), picture.shape, len(flows.live_surface().surface(16).points)))
        name = next(iter(snapshot.weights))
        said.append((name, bpy.ops.dreamwright.edit_weight(weight=name, value=0.5), snapshot.step))
        bpy.ops.dreamwright.stop()

    done = headless.add_progress_callback(look)
    bpy.ops.dreamwright.generate(**QUICK | {"steps": 400})
    done()
    assert seen[0][0] > 0.5 and max(seen[0][1]) <= 96 and seen[0][2] > 50
    name, result, step = said[0]
    snapshot = flows.APP.session.snapshot
    assert result == {"FINISHED"} and snapshot.weights[name] == 0.5 and snapshot.objective_since >= step
    assert snapshot.memory_mb > 50 and snapshot.history[-1].loss is not None
    assert flows.live_field() is None
