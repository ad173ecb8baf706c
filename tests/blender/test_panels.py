"""What a person reads in the tab and the preferences, in each state that there is."""

from __future__ import annotations

import dataclasses
import sys
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

from addon import flows
from addon.blender.preview_icon import PreviewIcon
from addon.core.session import BackendState, Snapshot
from addon.ui import panels, preferences
from tests.fakes.layout import FakeLayout

READY = Snapshot(backend=BackendState.READY, device="cpu")
RUNNING = dataclasses.replace(READY, job="a1", state="running", step=30, steps=120, seconds_left=45.0)


def drawn(panel, snapshot, current_task=""):
    """The recording layout after `panel` drew `snapshot`."""
    flows.APP.session.snapshot, flows.APP._current_task = snapshot, current_task
    layout = FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


@pytest.fixture
def set_up(monkeypatch):
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)


def test_running_shows_steps_and_time_left(set_up):
    layout = drawn(panels.DREAMWRIGHT_PT_main, RUNNING, "generating")
    assert ("progress", {"factor": 0.25, "text": "Step 30 of 120, 45 s left"}) in layout.drawn
    assert {"dreamwright.stop", "dreamwright.pause"} <= set(layout.operators())
    assert "Backend ready on CPU" in drawn(panels.DREAMWRIGHT_PT_main, READY).texts()


def test_the_picture_is_the_right_way_up():
    picture = np.zeros((4, 6, 4), np.uint8)
    picture[0, :, 0] = picture[..., 3] = 255  # a red line at the top
    icon = PreviewIcon()
    icon.show(picture)
    held = icon._collection["preview"]
    assert tuple(held.image_size) == (6, 4)
    assert np.array(held.image_pixels_float[:]).reshape(4, 6, 4)[-1, :, 0] == pytest.approx(1.0)
    icon.show(picture[:, ::-1] // 2)
    assert icon._collection["preview"] == held and max(held.image_pixels_float[:]) == pytest.approx(127 / 255)
    picture[...] = (200, 100, 50, 51)  # a fog
    icon.show(picture.copy())
    assert held.image_pixels_float[:4] == pytest.approx([40 / 255, 20 / 255, 10 / 255, 51 / 255])
    icon.show(None)
    assert icon.id == 0
    icon.close()
    assert icon._collection is None


def test_paused_offers_to_go_on(set_up):
    paused = dataclasses.replace(RUNNING, state="paused")
    assert "dreamwright.resume" in drawn(panels.DREAMWRIGHT_PT_main, paused, "generating").operators()
    assert "dreamwright.resume" in drawn(panels.DREAMWRIGHT_PT_main, paused).operators()


def test_starting_says_so(set_up):
    layout = drawn(panels.DREAMWRIGHT_PT_main, Snapshot(backend=BackendState.STARTING), "generating")
    assert "Starting the backend" in layout.texts() and "dreamwright.start_backend" not in layout.operators()


def test_capturing_shows_the_view(set_up):
    snapshot = dataclasses.replace(READY, activity="Rendering view 3 of 40", fraction=3 / 40)
    layout = drawn(panels.DREAMWRIGHT_PT_main, snapshot, "reconstructing")
    assert ("progress", {"factor": 3 / 40, "text": "Rendering view 3 of 40"}) in layout.drawn


def test_a_lost_backend_says_why_and_offers_to_resume(set_up):
    lost = dataclasses.replace(
        RUNNING, backend=BackendState.LOST, error="The backend stopped unexpectedly. Resume the run to continue."
    )
    layout = drawn(panels.DREAMWRIGHT_PT_main, lost)
    assert "dreamwright.resume" in layout.operators() and "dreamwright.start_backend" in layout.operators()
    assert "The backend stopped unexpectedly. Resume" in " ".join(layout.texts())


@pytest.mark.parametrize("state", ["queued", "running", "paused", "finished", "cancelled", "failed"])
@pytest.mark.parametrize("backend", list(BackendState))
@pytest.mark.parametrize("current_task", ["", "generating"])
def test_every_state_can_be_drawn(set_up, state, backend, current_task):
    snapshot = dataclasses.replace(RUNNING, backend=backend, state=state, error="It went wrong. " * 10)
    assert drawn(panels.DREAMWRIGHT_PT_main, snapshot, current_task).drawn


def test_size_and_place():
    assert drawn(panels.DREAMWRIGHT_PT_bounds, READY).properties() == ["box", "size", "at_cursor"]


@pytest.mark.parametrize("backend", [BackendState.OFF, BackendState.SETTING_UP])
def test_preferences(backend):
    flows.APP.session.snapshot = Snapshot(backend=backend, activity="Collecting torch")
    layout = FakeLayout()
    owner = SimpleNamespace(layout=layout, bl_rna=preferences.DreamwrightPreferences.bl_rna)
    preferences.DreamwrightPreferences.draw(owner, bpy.context)
    names = ["device", "cache_folder", "show_colors", "backend_python", "remote_address", "remote_token"]
    assert layout.properties() == names
    assert "dreamwright.open_log" in layout.operators()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda layout: layout.lable(text="a"),
        lambda layout: layout.label(txt="a"),
        lambda layout: layout.label(text="a", icon="NO_SUCH_ICON"),
        lambda layout: layout.operator("dreamwright.no_such"),
        lambda layout: layout.prop(bpy.context.scene, "no_such"),
        lambda layout: layout.progress(factor="half"),
        lambda layout: setattr(layout, "use_property_spilt", True),
        lambda layout: setattr(layout.operator("dreamwright.remesh"), "treshold", 1.0),
    ],
)
def test_the_fake_layout_refuses_what_the_real_one_would(wrong):
    with pytest.raises((AssertionError, KeyError, AttributeError)):
        wrong(FakeLayout())
