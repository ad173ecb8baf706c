"""A backend that somebody else started: used, parted from in mid-job, and never ended by us."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess

import bpy
import pytest
from small_scenes import names

from addon import flows, headless
from addon.blender import paths
from addon.core.address import RemoteBackend
from addon.core.process import ROOT
from addon.core.session import BackendState
from addon.flows.wait_for_job import follow_job
from tests.patience import PATIENCE

TOKEN = "Vx2m-0h7QeZkP9sJtLwYb4nRcUaGd6oI_3fHqNyKe8M"
QUICK = {"prompt": "a red cube", "quality": "DRAFT", "resolution": 16}


@contextlib.contextmanager
def standing_backend(python, cache, port=0):
    """`python -m backend serve --stay` as on another machine; gives process and port, and ends it."""
    command = [str(python), "-m", "backend", "serve", "--stay", "--cache", str(cache), "--port", str(port)]
    environ = os.environ | {"DREAMWRIGHT_TOKEN": TOKEN, "DREAMWRIGHT_DEVICE": "cpu"}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)
    try:
        yield child, json.loads(child.stdout.readline())["port"]
    finally:
        child.terminate()
        child.wait(PATIENCE)
        child.stdout.close()


@pytest.fixture
def standing(backend_python, tmp_path, monkeypatch):
    with standing_backend(backend_python, tmp_path / "elsewhere") as (child, port):
        name(monkeypatch, port)
        yield child, port


def name(monkeypatch, port, token=TOKEN):
    monkeypatch.setenv("DREAMWRIGHT_REMOTE", f"127.0.0.1:{port}")
    monkeypatch.setenv("DREAMWRIGHT_REMOTE_TOKEN", token)


def report():
    return json.loads(bpy.context.scene["dreamwright_report"])


def once(at_step, do):
    """Call `do` when the job has come to `at_step`; gives the function that ends the watch."""
    begun = []

    def watcher(now):
        if now.step >= at_step and not begun:
            begun.append(now.step)
            do()

    return headless.add_progress_callback(watcher)


def test_generate_uses_it_and_stop_backend_only_parts(standing, tmp_path):
    bpy.ops.dreamwright.generate(steps=2, **QUICK)
    link = flows.APP.connection
    assert link.process is None and report()["step"] == 2
    assert (tmp_path / "elsewhere" / "jobs" / report()["job"]).is_dir()
    bpy.ops.dreamwright.stop_backend()
    assert flows.APP.session.snapshot.backend is BackendState.OFF
    assert not link.alive and standing[0].poll() is None
    bpy.ops.dreamwright.start_backend()
    assert flows.APP.session.snapshot.backend is BackendState.READY


def test_parting_in_mid_job_lets_it_go_on_and_resume_follows_it_again(standing):
    end = once(3, lambda: bpy.ops.dreamwright.stop_backend())
    with pytest.raises(RuntimeError, match="The run may continue there: resume it to follow it again"):
        bpy.ops.dreamwright.generate(steps=40, **QUICK)
    end()
    assert standing[0].poll() is None and flows.APP.session.snapshot.state == "paused"
    bpy.ops.dreamwright.resume()
    assert report()["step"] == 40 and not report()["stopped"] and bpy.context.object.name == "a red cube"


def test_a_job_that_ended_while_nobody_followed_is_fetched(standing):
    bpy.ops.dreamwright.generate(steps=2, **QUICK)
    job = report()["job"]
    bpy.data.objects.remove(bpy.context.object)
    bpy.ops.dreamwright.stop_backend()
    follow_job(job, "paused", 2)  # as the panel knew it when it parted
    bpy.ops.dreamwright.resume()
    assert report()["job"] == bpy.context.object["dreamwright_job"] == job


def test_killed_and_started_again_the_job_goes_on_by_one_button(standing, backend_python, tmp_path, monkeypatch):
    before = names()
    end = once(5, lambda: os.kill(standing[0].pid, signal.SIGKILL))
    with pytest.raises(RuntimeError, match="The connection to the backend was lost"):
        bpy.ops.dreamwright.generate(steps=40, **QUICK)
    end()
    assert names() == before
    lost = flows.APP.session.snapshot
    assert (lost.backend, lost.state) == (BackendState.LOST, "paused")
    with standing_backend(backend_python, tmp_path / "elsewhere") as (_, port):
        name(monkeypatch, port)
        bpy.ops.dreamwright.resume()
    assert report()["step"] == 40 and report()["job"] == lost.job


def test_another_token_is_one_sentence_and_no_log_has_it(standing, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    name(monkeypatch, standing[1], "not the one at all")
    with pytest.raises(RuntimeError, match="refused the token: write the one that it was started with"):
        bpy.ops.dreamwright.start_backend()
    assert flows.APP.session.snapshot.backend is BackendState.OFF
    assert "not the one at all" not in caplog.text.replace("DREAMWRIGHT_REMOTE_TOKEN", "")


def test_no_token_in_the_blend(standing, tmp_path):
    bpy.ops.dreamwright.generate(steps=1, **QUICK)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"), compress=False)
    assert TOKEN.encode() not in (tmp_path / "scene.blend").read_bytes()


def test_nobody_there_is_one_sentence(monkeypatch):
    name(monkeypatch, 9)
    with pytest.raises(RuntimeError, match="No backend answers at 127.0.0.1:9: start it there, or open the tunnel"):
        bpy.ops.dreamwright.start_backend()


def test_on_the_network_blenders_own_consent_is_asked(monkeypatch):
    monkeypatch.setenv("DREAMWRIGHT_REMOTE", "wss://render.example.org:443")
    assert not bpy.app.online_access
    with pytest.raises(RuntimeError, match="is on the network, and Blender is offline: tick Allow Online Access"):
        bpy.ops.dreamwright.start_backend()


def test_one_that_is_named_counts_as_set_up(monkeypatch):
    assert not paths.is_set_up()
    name(monkeypatch, 9)
    assert paths.is_set_up() and paths.remote() == RemoteBackend("127.0.0.1:9", TOKEN)


def test_another_choice_holds_at_the_next_button(standing, backend_python, monkeypatch):
    bpy.ops.dreamwright.start_backend()
    elsewhere = flows.APP.connection
    monkeypatch.delenv("DREAMWRIGHT_REMOTE")
    bpy.ops.dreamwright.start_backend()
    assert not elsewhere.alive and flows.APP.connection.process is not None and standing[0].poll() is None
