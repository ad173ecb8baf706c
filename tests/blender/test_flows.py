"""The buttons against the real backend: what a user does, and what becomes of it when something goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector
from small_scenes import lit_ball, names, settings

from addon import flows, headless
from addon.core import calls
from addon.core.capture_config import CaptureConfig
from addon.core.session import BackendState
from addon.core.wire import config
from addon.flows import wait_for_job
from tests.patience import PATIENCE

QUICK = {"quality": "DRAFT", "views": 9, "image_size": 32, "samples": 4, "steps": 60, "resolution": 24}


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def at_step(step, do):
    """Call `do` once, when the job has come to `step`; gives the function that ends the watch."""
    seen = []

    def watcher(snapshot):
        if snapshot.step >= step and not seen:
            seen.append(step)
            do(snapshot)

    return headless.add_progress_callback(watcher)


def report():
    return json.loads(bpy.context.scene["dreamwright_report"])


def result():
    return next(obj for obj in bpy.data.objects if "dreamwright_job" in obj)


@pytest.fixture
def reconstructed(backend_python, tmp_path, tmp_path_factory):
    """A scene with a ball and its reconstruction, and the cache that it came from; made once, then copied."""
    kept = tmp_path_factory.getbasetemp() / "reconstructed"
    if not kept.exists():
        lit_ball()
        assert bpy.ops.dreamwright.reconstruct(**QUICK) == {"FINISHED"}
        flows.APP.close_connection()
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
        shutil.copytree(tmp_path, kept)
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    flows.APP._last_grid = None  # as in another session, whichever test made it


def test_reconstruct_puts_one_colored_mesh_where_the_scene_is(reconstructed):
    made = result()
    assert [obj.name for obj in bpy.data.collections["Dreamwright"].objects] == [made.name]
    corners = np.array([made.matrix_world @ Vector(corner) for corner in made.bound_box])
    assert (corners.min(axis=0) + corners.max(axis=0)) / 2 == pytest.approx([0.0, 0.0, 0.5], abs=0.25)
    assert made.location.z == pytest.approx(corners[:, 2].min(), abs=1e-4)
    assert made.data.color_attributes["Color"] and made.data.materials[0].name == made.name
    assert made["dreamwright_job"] == report()["job"] and made["dreamwright_step"] == 60


def test_generate_stands_on_the_box_that_was_asked_for(backend_python):
    """Few steps from the soft ball that every text job begins with: no likeness, but all the rest is real."""
    box = {"center": (10.0, 20.0, 30.0), "size": (0.4, 0.6, 0.5)}
    bpy.ops.dreamwright.generate(prompt="a red cube", quality="DRAFT", steps=2, resolution=24, seed=3, **box)
    made = result()
    assert made.name == "a red cube" and made["dreamwright_prompt"] == "a red cube" and made["dreamwright_seed"] == 3
    assert tuple(made.location) == pytest.approx((10.0, 20.0, 29.75))
    points = np.array([vertex.co for vertex in made.data.vertices])
    assert points[:, 2].min() == pytest.approx(0.0, abs=1e-5) and points[:, 2].max() < 0.5
    assert np.abs(points[:, :2]).max() <= 0.2 and np.ptp(points, axis=0).min() > 0.1
    assert report()["models"] and made["dreamwright_license"]
    assert bpy.context.view_layer.objects.active == made and bpy.context.selected_objects == [made]


def test_an_unknown_model_is_one_sentence(backend_python):
    before = names()
    with pytest.raises(RuntimeError, match="no-such-model"):
        bpy.ops.dreamwright.generate(prompt="a red cube", quality="DRAFT", model="no-such-model")
    assert names() == before


def test_report_says_what_was_done(reconstructed):
    said = report()
    assert set(said["seconds"]) == {"capture", "start", "optimize", "export", "mesh"}
    assert said["step"] == said["steps"] == 60 and not said["stopped"] and said["device"] == "cpu"
    assert said["backend_peak_rss_mb"] > 50 and set(said["evaluation"]) >= {"psnr", "ssim"}
    assert said["faces"] == len(result().data.polygons) and said["vertices"] == len(result().data.vertices)


def test_remesh_needs_no_backend_and_replaces_only_the_mesh(reconstructed):
    assert flows.APP.connection is None
    made, before = result(), names()
    made.location.x = 3.0
    made.name, material = "my own name", made.data.materials[0]
    faces = len(made.data.polygons)
    bpy.context.view_layer.objects.active = made
    assert bpy.ops.dreamwright.remesh(resolution=12, threshold=0.0) == {"FINISHED"}
    assert len(made.data.polygons) < faces and made.location.x == 3.0 and made.name == "my own name"
    assert list(made.data.materials) == [material]
    assert {kind: len(each) for kind, each in names().items()} == {kind: len(each) for kind, each in before.items()}


def test_remesh_back_to_the_same_gives_the_same(reconstructed):
    made = result()
    points = np.empty(len(made.data.vertices) * 3, np.float32)
    made.data.vertices.foreach_get("co", points)
    bpy.ops.dreamwright.remesh(resolution=12)
    bpy.ops.dreamwright.remesh(resolution=0)
    again = np.empty(len(made.data.vertices) * 3, np.float32)
    made.data.vertices.foreach_get("co", again)
    assert again == pytest.approx(points, abs=1e-6)


def test_a_threshold_above_everything_leaves_the_mesh(reconstructed):
    mesh, before = result().data.name, names()
    with pytest.raises(RuntimeError, match="choose a lower threshold"):
        bpy.ops.dreamwright.remesh(threshold=1e5)
    assert result().data.name == mesh and names() == before


def test_a_second_run_adds_a_second_object(reconstructed):
    first = result()
    bpy.ops.dreamwright.reconstruct(**QUICK | {"seed": 1})
    assert len(bpy.data.collections["Dreamwright"].objects) == 2 and first.name in bpy.data.objects


def test_one_run_is_one_undo_step(backend_python):
    lit_ball()
    bpy.ops.ed.undo_push(message="before")
    before = names()
    bpy.ops.dreamwright.reconstruct("EXEC_DEFAULT", True, **QUICK)
    assert names() != before
    bpy.ops.ed.undo()
    assert names() == before


def test_stop_keeps_what_is_good_so_far(backend_python):
    lit_ball()
    done = at_step(40, lambda snapshot: bpy.ops.dreamwright.stop())
    bpy.ops.dreamwright.reconstruct(**QUICK | {"steps": 5000})
    done()
    said = report()
    assert said["stopped"] and 40 <= said["step"] < 5000 and len(result().data.polygons) > 10


def test_ctrl_c_keeps_what_is_good_so_far(backend_python):
    lit_ball()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs us in the background has it ignored
    done = at_step(40, lambda snapshot: signal.raise_signal(signal.SIGINT))
    bpy.ops.dreamwright.reconstruct(**QUICK | {"steps": 5000})
    done()
    assert report()["stopped"] and not flows.APP.current_task


def test_backend_killed_in_mid_run_leaves_the_scene_and_can_be_resumed(backend_python):
    lit_ball()
    before = names(), settings(bpy.context.scene)
    done = at_step(10, lambda snapshot: os.kill(flows.APP.connection.process.pid, signal.SIGKILL))
    with pytest.raises(RuntimeError, match="resume the run to continue"):
        bpy.ops.dreamwright.reconstruct(**QUICK)
    done()
    assert (names(), settings(bpy.context.scene)) == before
    assert flows.APP.session.snapshot.backend in (BackendState.LOST, BackendState.OFF) and not flows.APP.current_task
    bpy.ops.dreamwright.resume()
    assert report()["step"] == 60 and not report()["stopped"]


def test_a_run_that_is_thrown_away_is_held_and_can_be_resumed(backend_python):
    """As when another file is opened in the middle of it."""
    lit_ball()
    views = CaptureConfig(views=9, image_size=32, samples=4)
    wanted = config.with_changes(
        config.preset("reconstruct", "draft"),
        {"optimize": {"steps": 60}, "field": {"resolution": 24, "start_resolution": 24}, "export": {"resolution": 24}},
    )
    flow = flows.reconstruct(bpy.context, wanted, views)
    while flows.APP.session.snapshot.step < 5:
        next(flow)
        flows.APP.session.wait(0.05)
    flow.close()
    assert not flows.APP.current_task
    flows.APP.session.wait(PATIENCE)
    assert flows.APP.session.snapshot.state == "paused"
    bpy.ops.dreamwright.resume()
    assert report()["step"] == 60


def test_the_backend_ends_with_us(own_backend_python):
    bpy.ops.dreamwright.start_backend()
    pid = flows.APP.connection.process.pid
    assert alive(pid)
    flows.shut_down()
    assert not alive(pid)


def test_the_backend_is_started_once(backend_python):
    bpy.ops.dreamwright.start_backend()
    first = flows.APP.connection
    bpy.ops.dreamwright.start_backend()
    assert flows.APP.connection is first
    bpy.ops.dreamwright.stop_backend()
    assert flows.APP.session.snapshot.backend is BackendState.OFF
    with pytest.raises(RuntimeError, match="not running"):
        bpy.ops.dreamwright.stop_backend()


def test_pause_and_edit_reach_the_running_job(backend_python):
    lit_ball()
    said = []

    def act(snapshot):
        bpy.ops.dreamwright.pause()
        deadline = time.monotonic() + PATIENCE
        while flows.APP.session.snapshot.state != "paused" and time.monotonic() < deadline:
            flows.APP.session.wait(0.1)
        said.append(flows.APP.session.snapshot.state)
        bpy.ops.dreamwright.resume()

    done = at_step(10, act)
    bpy.ops.dreamwright.reconstruct(**QUICK)
    done()
    assert said == ["paused"] and report()["step"] == 60


def test_a_failure_of_the_backend_is_one_sentence(backend_python, tmp_path):
    before = names()
    with pytest.raises(RuntimeError, match="There is no transforms.json in"):
        bpy.ops.dreamwright.reconstruct(dataset=str(tmp_path), quality="DRAFT")
    assert names() == before and not flows.APP.current_task
    assert "transforms.json" in flows.APP.session.snapshot.error


def test_an_empty_prompt_is_one_sentence_before_anything_starts():
    with pytest.raises(RuntimeError, match="The prompt is empty"):
        bpy.ops.dreamwright.generate(prompt="  ")
    assert flows.APP.connection is None


def test_not_set_up_is_one_sentence(monkeypatch):
    with pytest.raises(RuntimeError, match="press Set Up Backend"):
        bpy.ops.dreamwright.generate(prompt="a red cube")
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", "/nowhere/python")
    with pytest.raises(RuntimeError, match="There is no Python at /nowhere/python"):
        bpy.ops.dreamwright.generate(prompt="a red cube")


def test_a_python_that_is_none_is_one_sentence(monkeypatch, tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho no torch here >&2\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", str(fake))
    with pytest.raises(RuntimeError, match="ended before it was ready.*no torch here"):
        bpy.ops.dreamwright.start_backend()


def test_a_cache_that_cannot_be_made_is_one_sentence(backend_python, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DREAMWRIGHT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(RuntimeError, match="cannot be made"):
        bpy.ops.dreamwright.start_backend()


def test_a_grid_that_cannot_be_kept_costs_only_a_warning(own_backend_python, monkeypatch, tmp_path):
    lit_ball()
    cache = Path(os.environ["DREAMWRIGHT_CACHE"])
    cache.mkdir(parents=True)
    (cache / "grids").write_text("in the way")
    assert bpy.ops.dreamwright.reconstruct(**QUICK) == {"FINISHED"}
    assert "cannot be kept" in report()["warnings"][0]


def test_offline_set_up_is_one_sentence():
    assert not bpy.app.online_access
    with pytest.raises(RuntimeError, match="Allow Online Access"):
        bpy.ops.dreamwright.set_up_backend()
    assert not flows.APP.current_task


def test_remesh_of_an_object_of_the_user_is_refused():
    cube = lit_ball()
    mesh = cube.data.name
    assert not bpy.ops.dreamwright.remesh.poll()
    with pytest.raises(RuntimeError, match="Select a result of Dreamwright"):
        bpy.ops.dreamwright.remesh()
    assert cube.data.name == mesh


def test_a_result_whose_grid_is_gone_is_one_sentence():
    cube = lit_ball()
    cube["dreamwright_job"] = "20260101-000000-abc"
    with pytest.raises(RuntimeError, match="generate it again"):
        bpy.ops.dreamwright.remesh(replace_edits=True)
    cube["dreamwright_job"] = "../../etc/passwd"
    with pytest.raises(RuntimeError, match="does not say which job"):
        bpy.ops.dreamwright.remesh(replace_edits=True)


@pytest.mark.parametrize(
    ("operator", "sentence"),
    [
        (lambda: bpy.ops.dreamwright.stop(), "nothing to stop"),
        (lambda: bpy.ops.dreamwright.pause(), "not running"),
        (lambda: bpy.ops.dreamwright.edit_prompt(prompt="a blue cube"), "not running"),
        (lambda: bpy.ops.dreamwright.edit_prompt(prompt=" "), "prompt is empty"),
        (lambda: bpy.ops.dreamwright.reconstruct(), "nothing to reconstruct"),
        (lambda: bpy.ops.dreamwright.reconstruct(source="SELECTED"), "nothing to reconstruct"),
        (lambda: bpy.ops.dreamwright.reconstruct(dataset="//pictures"), "save it first"),
    ],
)
def test_buttons_pressed_at_the_wrong_time_say_so(operator, sentence):
    with pytest.raises(RuntimeError, match=sentence):
        operator()


def test_one_thing_at_a_time():
    with flows.APP.busy("generating"):
        assert not bpy.ops.dreamwright.generate.poll()
        flow = flows.start_backend()
        with pytest.raises(flows.BusyError, match="Already generating"):
            next(flow)


def test_a_run_that_waits_in_line_may_not_download_once_blender_is_offline(backend_python, monkeypatch):
    """Another client's run is at work. Blender goes offline while ours waits, and takes its consent back."""
    offline, told = [], []
    monkeypatch.setattr(wait_for_job, "is_offline", lambda: bool(offline))
    bpy.ops.dreamwright.start_backend()
    client = flows.APP.connection.client
    endless = config.with_changes(config.preset("text", "draft"), {"prompt": "a cube", "optimize": {"steps": 100_000}})
    first = calls.create_job(client, endless)
    calls.start_job(client, first)
    start = calls.start_job

    def start_and_note(client, job, offline=False):
        told.append((job, start(client, job, offline).state, offline))
        calls.cancel_job(client, first)

    def go_offline(snapshot):
        if snapshot.state == "queued" and snapshot.job != first and not offline:
            offline.append(True)
            monkeypatch.setattr(calls, "start_job", start_and_note)

    unwatch = headless.add_progress_callback(go_offline)
    assert bpy.ops.dreamwright.generate(prompt="a red cube", quality="DRAFT", steps=5, resolution=16) == {"FINISHED"}
    unwatch()
    assert told == [(result()["dreamwright_job"], "queued", True)]
