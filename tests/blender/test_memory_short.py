"""A run that memory does not hold: refused with a sentence, and its row offers to go on with what fits."""

from __future__ import annotations

import json
from types import SimpleNamespace

import bpy
import pytest

from addon import flows, headless
from addon.core.session import Snapshot
from addon.core.wire import MemoryShortError
from addon.flows import unfinished_runs
from addon.ui import panels
from addon.ui.operators_generate import DREAMWRIGHT_OT_resume
from tests.fakes.layout import FakeLayout

LARGE = {  # it would grow in the end; nobody lets it run so long
    "field": {"resolution": 512, "start_resolution": 12, "upsample_at": [1.0], "density_init": "blob"},
    "optimize": {"steps": 4000}, "score_distillation": {"render_size": 16}, "orbit": {"views": 1},
    "render": {"samples_per_ray": 16}, "export": {"resolution": 24},
}  # fmt: skip


def drawn(panel, snapshot):
    """The recording layout after `panel` drew `snapshot`."""
    flows.APP.session.snapshot = snapshot
    layout = FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def stop_after_a_step(snapshot):
    if snapshot.step and flows.APP.current_task and not flows.APP.stop_requested:
        flows.stop()


@pytest.fixture
def short_of_memory(own_backend_python, tmp_path, monkeypatch):
    """The real backend, to which the system gives no more than 9 GB of addresses: as a container would."""
    limited = tmp_path / "python"
    limited.write_text(f'#!/bin/bash\nulimit -v 9000000\nexec "{own_backend_python}" "$@"\n')
    limited.chmod(0o755)
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", str(limited))


def test_what_does_not_fit_is_refused_and_goes_on_with_what_fits(short_of_memory):
    with pytest.raises(RuntimeError, match="A grid of 512 cells a side with Adam needs about"):
        bpy.ops.dreamwright.generate(prompt="a red ball", quality="DRAFT", settings=json.dumps(LARGE))
    snapshot = flows.APP.session.snapshot
    assert snapshot.error_code == MemoryShortError.code and "would fit" in snapshot.error
    (run,) = flows.list_unfinished_runs(bpy.context.scene)
    assert run.memory_short and run.job == snapshot.job
    for panel, now in ((panels.DREAMWRIGHT_PT_main, snapshot), (panels.DREAMWRIGHT_PT_takes, Snapshot())):
        assert "Resume With What Fits" in drawn(panel, now).texts()
    end = headless.add_progress_callback(stop_after_a_step)
    try:
        assert bpy.ops.dreamwright.resume(job=run.job, what_fits=True) == {"FINISHED"}
    finally:
        end()
    assert flows.list_unfinished_runs(bpy.context.scene) == []
    take = flows.chosen_take(bpy.context)
    assert take.job == run.job and "Memory is short" in " ".join(flows.APP.session.snapshot.notes)
    assert "field.resolution" in " ".join(flows.APP.session.snapshot.notes)


def test_what_is_refused_for_another_reason_offers_no_less():
    snapshot = Snapshot(error="It went wrong.", error_code=-32603, job="a1")
    assert "Resume With What Fits" not in drawn(panels.DREAMWRIGHT_PT_main, snapshot).texts()
    short = Snapshot(error="Not enough memory.", error_code=MemoryShortError.code)
    assert "Resume With What Fits" not in drawn(panels.DREAMWRIGHT_PT_main, short).texts(), "there is no run to resume"


def test_a_run_that_nobody_began_is_not_marked():
    unfinished_runs.mark_memory_short(bpy.context.scene, "a1")
    assert flows.list_unfinished_runs(bpy.context.scene) == []


def test_the_tooltip_says_which_of_the_two_it_is():
    say = DREAMWRIGHT_OT_resume.description
    assert "as memory holds" in say(bpy.context, SimpleNamespace(what_fits=True))
    assert "Continue a paused run" in say(bpy.context, SimpleNamespace(what_fits=False))
