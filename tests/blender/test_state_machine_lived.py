"""What a real backend goes through, started, steered, killed and started again, is what CONTRIBUTING.md draws."""

from __future__ import annotations

import os
import signal

import bpy
import pytest

from addon import flows, headless
from addon.core import session
from addon.core.session import BackendState
from tests.addon_core.drawn import machines
from tests.patience import PATIENCE

QUICK = {"prompt": "a red cube", "quality": "DRAFT", "resolution": 16}


@pytest.fixture
def lived(monkeypatch):
    """Every change of state with the event that made it, of the backend and of the job, as they happen."""
    changes = set(), set()

    def reduce(before, event):
        after = noted(before, event)
        if after.backend is not before.backend:
            changes[0].add((before.backend.name, event.name, after.backend.name))
        if after.job and (after.job, after.state) != (before.job, before.state):
            changes[1].add((before.state if after.job == before.job else "[*]", event.name, str(after.state)))
        return after

    noted = session.reduce
    monkeypatch.setattr(session, "reduce", reduce)
    return changes


def in_turn(*steers):
    """Call each of (step, function) once, when the job has come to its step; gives the function that ends the watch."""
    waiting = list(steers)

    def watcher(now):
        if waiting and now.step >= waiting[0][0]:
            waiting.pop(0)[1]()

    return headless.add_progress_callback(watcher)


def hold_and_go_on():
    bpy.ops.dreamwright.pause()
    while flows.APP.session.snapshot.state != "paused":
        assert flows.APP.session.wait(PATIENCE)
    bpy.ops.dreamwright.resume()


def kill():
    os.kill(flows.APP.connection.process.pid, signal.SIGKILL)


def test_lost_and_found(backend_python, lived):
    end = in_turn((3, hold_and_go_on), (8, kill))
    with pytest.raises(RuntimeError, match="resume the run to continue"):
        bpy.ops.dreamwright.generate(steps=24, **QUICK)
    lost = flows.APP.session.snapshot
    assert (lost.backend, lost.state) == (BackendState.LOST, "paused") and not flows.APP.current_task
    bpy.ops.dreamwright.resume()  # the one button
    end()
    found = flows.APP.session.snapshot
    assert (found.backend, found.job, found.state, found.step) == (BackendState.READY, lost.job, "finished", 24)

    end = in_turn((3, lambda: bpy.ops.dreamwright.stop()))
    bpy.ops.dreamwright.generate(steps=5000, **QUICK)
    end()
    assert flows.APP.session.snapshot.state == "cancelled"
    with pytest.raises(RuntimeError, match="no-such-model"):
        bpy.ops.dreamwright.generate(model="no-such-model", steps=2, **QUICK)
    bpy.ops.dreamwright.stop_backend()

    backend, job, _ = map(set, machines())
    assert lived[0] <= backend and lived[1] <= job
    assert {(source, target) for source, _, target in lived[0]} == {
        ("OFF", "STARTING"), ("STARTING", "READY"), ("READY", "LOST"), ("LOST", "STARTING"), ("READY", "OFF"),
    }  # fmt: skip
    assert {target for *_, target in lived[1]} == {"queued", "running", "paused", "finished", "cancelled", "failed"}
