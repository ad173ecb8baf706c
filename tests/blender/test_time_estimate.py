"""How long it will take here, in the panel before the click and as a run's first sentence. With the real backend."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import bpy
import pytest

from addon import flows, headless
from addon.blender import paths
from addon.core import measured_pace, model_list
from addon.core.session import Snapshot
from addon.core.wire import config
from addon.ui import panels, requests
from tests.fakes.layout import FakeLayout

UNKNOWN = "First run here: not measured yet"


def panel_texts(snapshot):
    flows.APP.session.snapshot = snapshot
    layout = FakeLayout()
    panels.DREAMWRIGHT_PT_main.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout.texts()


def wanted():
    return requests.effective_config(bpy.context.scene.dreamwright)


def test_a_run_says_it_is_the_first_and_the_next_one_knows(own_backend_python):
    settings = bpy.context.scene.dreamwright
    settings.quality = "DRAFT"
    settings.advanced.optimize.steps = 12
    settings.advanced.field.resolution = settings.advanced.field.start_resolution = 16
    settings.advanced.export.resolution = 16
    settings.prompt = "a red cube"
    assert UNKNOWN in panel_texts(Snapshot())
    said = []
    end = headless.add_progress_callback(lambda snapshot: said.extend(snapshot.log[-1:]))
    try:
        assert bpy.ops.dreamwright.generate_from_panel() == {"FINISHED"}
    finally:
        end()
    assert said[0] == UNKNOWN, "the first sentence of the run"
    kept = json.loads((paths.cache_folder() / measured_pace.FILE).read_text())
    (times,) = kept["seconds"].values()
    assert len(times) == 1 and 0 < times[0] < 60
    after = flows.APP.session.snapshot
    sentence = flows.time_estimate.time_estimate(wanted())
    assert sentence == measured_pace.estimate_sentence(12 * times[0], None) and "(measured)" in sentence
    assert sentence in panel_texts(after)
    assert sentence in panel_texts(Snapshot()), "before a backend is there, the device of the last run counts"
    settings.advanced.field.resolution = 32
    assert UNKNOWN in panel_texts(after)


def test_of_a_model_that_was_never_run_the_counted_time_is_said(monkeypatch, backend_python):
    known = next(
        each for each in model_list.listed_models() if each.kind == "diffusion" and each.source.count("/") == 1
    )
    counted = dataclasses.replace(known, seconds=3600.0)
    snapshot = dataclasses.replace(Snapshot(), models=(*model_list.embedded_models(), counted))
    settings = bpy.context.scene.dreamwright
    settings.model, settings.quality = known.name, "NORMAL"
    assert "About 60 min (not measured)" in panel_texts(snapshot)
    steps = config.preset("text", "normal", known.name).optimize.steps
    settings.advanced.optimize.steps = steps // 2
    assert "About 30 min (not measured)" in panel_texts(snapshot)


def test_a_full_disk_costs_the_measurement_and_no_more(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(flows.time_estimate, "_file", lambda: tmp_path / "a" / "pace.json")
    (tmp_path / "a").write_text("in the way")
    info = SimpleNamespace(backend_info=SimpleNamespace(computes="CPU: none", device="cpu"))
    record = SimpleNamespace(config=config.to_json(config.preset("text", "draft")), seconds_optimize=9.0, step=200)
    flow = flows.time_estimate.remember_pace(info, record, SimpleNamespace(seconds={}))
    with pytest.raises(StopIteration):
        while True:
            next(flow)
    assert "cannot be kept" in caplog.text
