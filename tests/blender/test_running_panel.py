"""What a person reads and can press while something runs, in each state; and what the buttons ask for."""

from __future__ import annotations

import dataclasses
import sys
from types import SimpleNamespace

import bpy
import pytest

from addon import flows
from addon.blender import preview_icon
from addon.core import calls, session
from addon.core.client import Event
from addon.core.errors import BackendLostError
from addon.core.session import BackendState, HistoryPoint, Snapshot
from addon.ui import panels
from tests.fakes.layout import FakeLayout

RUNNING = Snapshot(
    backend=BackendState.READY,
    job="a1",
    state="running",
    step=30,
    steps=120,
    seconds_left=45.0,
    steps_per_second=7.62,
    loss=0.4321,
    score=0.61,
    memory_mb=741.2,
    prompt="a red cube",
    weights={"score_distillation": 1.0, "opacity": 0.0, "guidance_scale": 2.0},
    terms={"opacity": 0.25},
    history=(HistoryPoint(10, 0.9, None), HistoryPoint(30, 0.4321, 0.61)),
)

READY = Snapshot(backend=BackendState.READY, device="cpu")


def drawn(snapshot, current_task="generating", panel=panels.DREAMWRIGHT_PT_main):
    flows.APP.session.snapshot, flows.APP._current_task = snapshot, current_task
    layout = FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def drawn_result(snapshot, current_task="generating"):
    return drawn(snapshot, current_task, panels.DREAMWRIGHT_PT_result)


@pytest.fixture(autouse=True)
def set_up(monkeypatch):
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)


def popover(panel, snapshot):
    flows.APP.session.snapshot = snapshot
    layout = FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def test_pace_memory_loss_and_likeness_are_read():
    assert "Step 30 of 120, 45 s left" in " ".join(drawn(RUNNING).texts())
    texts = drawn_result(RUNNING).texts()
    assert "7.6 steps/s, 741 MB" in texts and "Loss 0.4321, score 0.610" in texts


def test_what_is_not_known_is_not_said():
    fresh = Snapshot(backend=BackendState.READY, job="a1", state="running", step=0, steps=120)
    texts = drawn(fresh).texts() + drawn_result(fresh).texts()
    assert not [text for text in texts if "steps/s" in text or "MB" in text or "Loss" in text or "None" in text]
    assert "Stop" in texts and "Preparing 120 steps" in texts


def test_generate_becomes_progress_and_stop_and_nothing_else_is_added():
    """As many rows, of the same height, whatever is going on: nothing below jumps."""
    settings = bpy.context.scene.dreamwright
    settings.prompt = "a red cube"
    idle, busy = drawn(RUNNING, current_task=""), drawn(RUNNING)
    assert "dreamwright.generate_from_panel" in idle.operators() and "dreamwright.stop" not in idle.operators()
    assert "dreamwright.stop" in busy.operators() and "dreamwright.generate_from_panel" not in busy.operators()
    labels = [[given for method, given in layout.drawn if method == "label"] for layout in (idle, busy)]
    assert len(labels[0]) == len(labels[1]) + 0, labels
    heights = [[given for method, given in drawn_result(RUNNING, task).drawn if method in ("label", "template_icon")]
               for task in ("", "generating")]  # fmt: skip
    assert len(heights[0]) == len(heights[1])


def test_what_the_backend_says_stands_below_the_button():
    sentence = "The renderer is made ready for this processor, once: about 20 seconds."
    said = session.reduce(dataclasses.replace(RUNNING, step=0), Event("event.log", {"text": sentence}))
    assert sentence in " ".join(drawn(said).texts())
    other = session.reduce(said, Event("job.followed", {"job": "b", "state": "queued", "step": 0, "steps": 9}))
    assert sentence not in " ".join(drawn(other).texts()), "it was said of another job"
    long = dataclasses.replace(RUNNING, sentence="It was lowered to fit into memory. " * 9)
    lines = [text for text in drawn(long).texts() if "lowered" in text]
    assert len(lines) == 2 and lines[1].endswith("…")


def test_what_a_person_should_know_of_a_result_stands_with_it():
    notes = ("The shape prior made 'cup': it does not know 'flurbl'.",)
    told = session.reduce(READY, Event("job.reported", {"sentence": "Made in 3.1 s", "notes": list(notes)}))
    assert "Made in 3.1 s" in drawn(told, "").texts()
    assert notes[0] in " ".join(drawn_result(told, "").texts())
    fresh = session.reduce(told, Event("job.followed", {"job": "b", "state": "queued", "step": 0, "steps": 9}))
    assert fresh.notes == () and fresh.report == ""


def test_a_running_job_can_be_paused_stopped_and_looked_at():
    layout, result = drawn(RUNNING), drawn_result(RUNNING)
    assert {"dreamwright.pause", "dreamwright.stop"} <= set(layout.operators())
    assert "Stop" in layout.texts()
    assert result.properties() == ["live_preview", "live_mesh"]
    assert [given["panel"] for method, given in result.drawn if method == "popover"] == [
        "DREAMWRIGHT_PT_curves",
        "DREAMWRIGHT_PT_weights",
    ]


def test_a_held_job_can_go_on_and_says_so():
    layout = drawn(dataclasses.replace(RUNNING, state="paused"))
    assert {"dreamwright.resume", "dreamwright.stop"} <= set(layout.operators())
    assert "dreamwright.pause" not in layout.operators()
    assert "Paused at step 30 of 120" in layout.texts()


def test_while_it_stops_it_says_so_and_stop_cannot_be_pressed_again():
    flows.APP.session.snapshot, flows.APP._current_task = RUNNING, "generating"
    flows.APP.request_stop()
    assert "Stopping" in drawn(RUNNING).texts()


def test_the_live_mesh_asks_how_often_only_where_it_is_on():
    bpy.context.scene.dreamwright.display.live_mesh = True
    shown = drawn_result(RUNNING).properties()
    assert shown == ["live_preview", "live_mesh", "live_mesh_every", "live_mesh_resolution"]


def test_a_prompt_that_was_changed_can_be_handed_over():
    settings = bpy.context.scene.dreamwright
    settings.prompt = "a red cube"
    assert "dreamwright.edit_prompt" not in drawn(RUNNING).operators()
    settings.prompt = "a blue cube"
    layout = drawn(RUNNING)
    assert "dreamwright.edit_prompt" in layout.operators() and "Apply New Prompt" in layout.texts()
    settings.prompt = "  "
    assert "dreamwright.edit_prompt" not in drawn(RUNNING).operators()


def test_an_edit_says_from_which_step_it_holds():
    edited = dataclasses.replace(RUNNING, prompt="a blue cube", objective_since=25)
    assert "Prompt since step 25: a blue cube" in " ".join(drawn(edited).texts())
    assert "Since step" not in " ".join(drawn(RUNNING).texts())


def test_the_picture_is_as_wide_as_the_panel(monkeypatch):
    monkeypatch.setattr(preview_icon, "ICON", SimpleNamespace(id=7))

    def icons(snapshot, task="generating"):
        return [given for method, given in drawn_result(snapshot, task).drawn if method == "template_icon"]

    assert icons(RUNNING) == [{"icon_value": 7, "scale": pytest.approx(236 / 20)}]
    nothing = dataclasses.replace(RUNNING, job="")  # pictures of a job before are not those of a backend that starts
    assert icons(nothing, "starting the backend") == [] and icons(RUNNING, "") == []


def test_idle_a_job_that_waits_can_go_on():
    assert "dreamwright.resume" not in drawn(RUNNING, current_task="").operators()
    for waits in ({"state": "paused"}, {"backend": BackendState.LOST}):
        operators = drawn(dataclasses.replace(RUNNING, **waits), current_task="").operators()
        assert operators.count("dreamwright.resume") == 1, "one Resume, not two"
    told = {"error": "The backend stopped.", "error_code": BackendLostError.code}
    lost = dataclasses.replace(RUNNING, backend=BackendState.LOST, state="paused", **told)
    assert drawn(lost, current_task="").operators().count("dreamwright.resume") == 1


def test_weights_that_pull_stand_first():
    texts = popover(panels.DREAMWRIGHT_PT_weights, RUNNING).texts()
    assert texts[1:] == ["Guidance scale  2", "Score distillation  1", "Opacity  0"]


def test_the_curves_popover_names_the_terms(monkeypatch):
    monkeypatch.setattr(preview_icon, "CURVES", SimpleNamespace(id=8))
    layout = popover(panels.DREAMWRIGHT_PT_curves, RUNNING)
    assert ("template_icon", {"icon_value": 8, "scale": 16.0}) in layout.drawn
    assert layout.texts()[-2:] == ["Opacity", "0.25"]
    assert popover(panels.DREAMWRIGHT_PT_curves, Snapshot()).drawn


def test_a_weight_is_edited_and_the_step_is_said(monkeypatch):
    asked = []
    monkeypatch.setattr(calls, "edit_job", lambda client, job, **given: asked.append((job, given)) or 33)
    flows.APP.session.snapshot = RUNNING
    flows.APP.connection = SimpleNamespace(alive=True, client=None, close=lambda: None)
    assert bpy.ops.dreamwright.edit_weight(weight="opacity", value=0.5) == {"FINISHED"}
    assert asked == [("a1", {"weights": {"opacity": 0.5}})]
    flows.APP.connection = None


def test_without_a_job_there_is_no_weight_to_edit():
    with pytest.raises(RuntimeError, match="No job is running"):
        bpy.ops.dreamwright.edit_weight(weight="opacity", value=0.5)
    flows.APP.session.snapshot = RUNNING
    with pytest.raises(RuntimeError, match="not running"):
        bpy.ops.dreamwright.edit_weight(weight="opacity", value=0.5)
