"""The coarse mesh while a job runs: there, renewed, and gone without a trace, also through undo, save and load."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from small_results import small_ball
from small_scenes import names

from addon import flows, registration
from addon.blender import grid_mesh, live_mesh, preview_objects
from addon.blender.live_mesh import LiveMesh, LiveSurface
from addon.blender.preview_objects import MARK
from addon.core import calls
from addon.core.errors import EmptyMeshError
from addon.core.session import Snapshot
from addon.core.wire import config
from addon.flows import live_preview
from addon.flows.seat import Seat
from tests.patience import PATIENCE


def ball(resolution=24):
    return grid_mesh.surface_of(small_ball(resolution), 10.0, 2)


def previews():
    return [obj for obj in bpy.data.objects if MARK in obj]


class Job:
    """Something that is coming along."""

    def __init__(self):
        self.asked, self.now = [], LiveSurface("a1", 0, self.surface)

    def surface(self, resolution):
        self.asked.append((self.now.job, self.now.step, resolution))
        return ball(resolution)

    def at(self, step, job="a1"):
        self.now = LiveSurface(job, step, self.surface)


@pytest.fixture
def live(scene):
    """What the pump calls at each tick, and the job that it follows."""
    job = Job()
    mesh = LiveMesh(lambda: job.now)
    scene.dreamwright.display.live_mesh = True
    scene.dreamwright.display.live_mesh_every, scene.dreamwright.display.live_mesh_resolution = 20, 16

    def tick():
        mesh.tick()
        mesh._worker.join(PATIENCE)
        mesh.tick()

    return SimpleNamespace(job=job, tick=tick, mesh=mesh)


def test_it_comes_and_is_renewed_every_so_many_steps(live):
    live.tick()
    made = previews()[0]
    first = made.data.name
    live.job.at(19)
    live.tick()
    assert live.job.asked == [("a1", 0, 16)]
    live.job.at(20)
    live.tick()
    assert live.job.asked[1:] == [("a1", 20, 16)] and previews() == [made]
    assert len([mesh for mesh in bpy.data.meshes if mesh.name.startswith(preview_objects.NAME)]) == 1 and first
    assert made.hide_render and made.hide_select and made.data.color_attributes["Color"]


def test_it_is_where_the_field_is(live):
    live.tick()
    bpy.context.view_layer.update()
    made = previews()[0]
    points = np.array([made.matrix_world @ vertex.co for vertex in made.data.vertices])
    assert np.linalg.norm(points, axis=1) == pytest.approx(0.6, abs=0.06)


def test_with_the_job_it_is_gone_and_nothing_is_left(live):
    before = names()
    live.tick()
    live.job.now = None
    live.mesh.tick()
    assert names() == before


def test_switched_off_it_goes_at_once_and_nothing_is_asked(live):
    live.tick()
    bpy.context.scene.dreamwright.display.live_mesh = False
    live.job.at(500)
    live.tick()
    assert previews() == [] and len(live.job.asked) == 1


def test_another_job_begins_anew(live):
    live.tick()
    live.job.at(5, "b2")
    live.tick()
    assert [job for job, _, _ in live.job.asked] == ["a1", "b2"]
    assert [obj[MARK] for obj in previews()] == ["b2"]


def test_nothing_dense_enough_yet_is_no_failure(live):
    def empty(resolution):
        raise EmptyMeshError("The field is empty.")

    live.job.now = LiveSurface("a1", 0, empty)
    live.tick()
    assert previews() == []
    live.job.at(20)
    live.tick()
    assert len(previews()) == 1


def test_an_undo_does_not_bring_it_back():
    bpy.ops.ed.undo_push(message="before")
    live_mesh.show_surface(bpy.context.scene, ball(), "a1")
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push(message="cube")  # an undo step of the user's that holds the preview
    preview_objects.remove_previews()
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push(message="another")
    bpy.ops.ed.undo()
    assert previews() == [] and len(bpy.data.objects) == 1


def test_a_saved_file_does_not_have_it(tmp_path):
    live_mesh.show_surface(bpy.context.scene, ball(), "a1")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    assert previews() == []
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert previews() == []


def test_a_file_that_has_one_all_the_same_is_swept(tmp_path):
    handlers = bpy.app.handlers.save_pre
    handlers.remove(preview_objects.remove_previews)
    live_mesh.show_surface(bpy.context.scene, ball(), "a1")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    handlers.append(preview_objects.remove_previews)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert previews() == []


def test_no_handler_is_left_behind():
    lists = [getattr(bpy.app.handlers, name) for name in ("undo_post", "redo_post", "load_post", "save_pre")]
    assert all(preview_objects.remove_previews in each for each in lists)
    registration.unregister()
    assert not any(preview_objects.remove_previews in each for each in lists)
    registration.register()


# -- what is there to be looked at


def test_only_a_job_at_work_can_be_looked_at(monkeypatch):
    assert flows.live_field() is None and flows.live_surface() is None
    monkeypatch.setattr(flows.APP, "connection", SimpleNamespace(alive=True, client="client", close=lambda: None))
    flows.APP._current_task = "generating"
    for state, step, there in [("queued", 0, False), ("running", 0, True), ("running", 3, True), ("paused", 3, True),
                               ("finished", 9, False), ("failed", 9, False)]:  # fmt: skip
        flows.APP.session.snapshot = Snapshot(job="a1", state=state, step=step, steps=9)
        assert (flows.live_field() is not None, flows.live_surface() is not None) == (there, there)
    flows.APP._current_task = ""
    monkeypatch.setattr(flows.APP, "connection", None)


def test_the_surface_that_comes_is_meshed_at_the_grids_own_threshold(monkeypatch):
    asked = []
    monkeypatch.setattr(calls, "fetch_grid", lambda *given: asked.append(given) or small_ball())
    monkeypatch.setattr(live_preview, "_seats", {"a1": Seat(config.BoundsConfig(), True)})
    monkeypatch.setattr(flows.APP, "connection", SimpleNamespace(alive=True, client="client", close=lambda: None))
    flows.APP._current_task = "generating"
    flows.APP.session.snapshot = Snapshot(job="a1", state="running", step=3, steps=9)
    surface = flows.live_surface().surface(24)
    assert asked == [("client", "a1", 24)] and len(surface.points) > 100
    assert surface.points[:, 2].min() == pytest.approx(0.0, abs=1e-6), "on the floor, as its mesh will"
    flows.APP._current_task = ""
    monkeypatch.setattr(flows.APP, "connection", None)
