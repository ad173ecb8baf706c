"""What a person reads and can press while something runs, in each state; and what the buttons ask for."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import bpy
import pytest

from addon import flows
from addon.core import calls
from addon.core.session import BackendState, HistoryPoint, Snapshot
from addon.ui import panels
from addon.ui.panels.running import draw_running
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


def drawn(snapshot, current_task="generating"):
    flows.APP.session.snapshot, flows.APP._current_task = snapshot, current_task
    layout = FakeLayout()
    draw_running(layout, bpy.context.scene.dreamwright, snapshot)
    return layout


def popover(panel, snapshot):
    flows.APP.session.snapshot = snapshot
    layout = FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def test_pace_memory_loss_and_likeness_are_read():
    texts = drawn(RUNNING).texts()
    assert "Step 30 of 120, 45 s left" in texts
    assert "7.6 steps/s, 741 MB" in texts and "Loss 0.4321, score 0.610" in texts


def test_what_is_not_known_is_not_said():
    texts = drawn(Snapshot(backend=BackendState.READY, job="a1", state="running", step=0, steps=120)).texts()
    assert not [text for text in texts if "steps/s" in text or "MB" in text or "Loss" in text or "None" in text]
    assert "Stop" in texts


def test_a_running_job_can_be_paused_stopped_and_looked_at():
    layout = drawn(RUNNING)
    assert layout.operators() == ["dreamwright.pause", "dreamwright.stop"]
    assert "Stop" in layout.texts()
    assert layout.properties() == ["live_preview", "live_mesh"]
    assert [given["panel"] for method, given in layout.drawn if method == "popover"] == [
        "DREAMWRIGHT_PT_weights",
        "DREAMWRIGHT_PT_curves",
    ]


def test_a_held_job_can_go_on_and_says_so():
    layout = drawn(dataclasses.replace(RUNNING, state="paused"))
    assert layout.operators() == ["dreamwright.resume", "dreamwright.stop"]
    assert "Paused at step 30 of 120" in layout.texts()


def test_the_live_mesh_asks_how_often_only_where_it_is_on():
    bpy.context.scene.dreamwright.display.live_mesh = True
    assert drawn(RUNNING).properties() == ["live_preview", "live_mesh", "live_mesh_every", "live_mesh_resolution"]


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


def test_both_pictures_stand_side_by_side(monkeypatch):
    monkeypatch.setattr(panels.running, "ICON", SimpleNamespace(id=7))
    monkeypatch.setattr(panels.running, "CURVES", SimpleNamespace(id=8))
    icons = [given["icon_value"] for method, given in drawn(RUNNING).drawn if method == "template_icon"]
    assert icons == [7, 8]
    nothing = dataclasses.replace(RUNNING, job="")  # pictures of a job before are not those of a backend that starts
    assert not [method for method, _ in drawn(nothing, "starting the backend").drawn if method == "template_icon"]


def test_idle_is_silent_and_a_job_that_waits_can_go_on():
    assert drawn(RUNNING, current_task="").drawn == []
    assert drawn(dataclasses.replace(RUNNING, state="paused"), current_task="").operators() == ["dreamwright.resume"]
    assert drawn(dataclasses.replace(RUNNING, backend=BackendState.LOST), current_task="").operators() == [
        "dreamwright.resume"
    ]


def test_weights_that_pull_stand_first():
    texts = popover(panels.DREAMWRIGHT_PT_weights, RUNNING).texts()
    assert texts[1:] == ["Guidance scale  2", "Score distillation  1", "Opacity  0"]


def test_the_curves_popover_names_the_terms(monkeypatch):
    monkeypatch.setattr(panels.running, "CURVES", SimpleNamespace(id=8))
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
