"""What lies on the disk because of us: counted, shown in the preferences, and taken away when somebody asks for it."""

from __future__ import annotations

import json
import os
import time
from types import SimpleNamespace

import bpy
import pytest

from addon import flows
from addon.blender import paths
from addon.core import disk_use
from addon.flows import storage
from addon.ui import preferences
from tests.fakes.layout import FakeLayout
from tests.patience import wait_until


def stored_run(job, prompt, size, days_old=0.0):
    folder = paths.cache_folder() / "jobs" / job
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps({"prompt": prompt, "config": {}}))
    (folder / "checkpoint-0-000001.safetensors").write_bytes(b"x" * size)
    changed = time.time() - days_old * 86400
    os.utime(folder, (changed, changed))


def measured():
    assert bpy.ops.dreamwright.measure_disk_use() == {"FINISHED"}
    assert wait_until(lambda: not flows.APP.session.drain() and storage.known_disk_use() is not None)
    return storage.known_disk_use()


def drawn():
    layout = FakeLayout()
    owner = SimpleNamespace(layout=layout, bl_rna=preferences.DreamwrightPreferences.bl_rna)
    preferences.DreamwrightPreferences.draw(owner, bpy.context)
    return layout


def test_runs_are_counted_largest_first_with_their_grids(tmp_path):
    stored_run("a1", "a cup", 3_000)
    stored_run("a2", "a car", 9_000)
    grids = paths.cache_folder() / "grids"
    grids.mkdir()
    (grids / "a1.npz").write_bytes(b"x" * 20_000)
    use = measured()
    assert [(run.job, run.prompt) for run in use.runs] == [("a1", "a cup"), ("a2", "a car")]
    assert use.runs[0].bytes >= 23_000 and use.cache >= 32_000
    said = " ".join(drawn().texts())
    assert "a cup" in said and "23.0 kB" not in said and "Free Space (2 Runs)..." in said


@pytest.mark.parametrize("record", [None, "{", "[]", '{"config": 3}'])
def test_a_run_whose_record_is_broken_is_counted_all_the_same(record):
    folder = paths.cache_folder() / "jobs" / "b1"
    folder.mkdir(parents=True)
    (folder / "other").write_bytes(b"x" * 500)
    if record is not None:
        (folder / "job.json").write_text(record)
    assert [(run.job, run.prompt) for run in measured().runs] == [("b1", "")]


def test_models_of_other_programs_are_not_ours(tmp_path):
    ours, theirs = tmp_path / "models--a--b", tmp_path / "models--c--d"
    for folder in (ours, theirs):
        folder.mkdir()
        (folder / "weights").write_bytes(b"x" * 1000)
    (ours / "dreamwright.diffusion.json").write_text("{}")
    assert disk_use.measure(tmp_path / "none", tmp_path, tmp_path / "none").models == 1002


def test_the_folder_of_models_is_that_of_the_hub(tmp_path):
    assert disk_use.models_folder({"HF_HUB_CACHE": "/a"}).as_posix() == "/a"
    assert disk_use.models_folder({"HF_HOME": "/h"}).as_posix() == "/h/hub"
    assert disk_use.models_folder({}).parts[-3:] == (".cache", "huggingface", "hub")


def test_old_runs_go_with_their_grids_and_young_ones_stay(own_backend_python):
    stored_run("a1", "a cup", 3_000, days_old=90)
    stored_run("a2", "a car", 3_000)
    grids = paths.cache_folder() / "grids"
    grids.mkdir()
    (grids / "a1.npz").write_bytes(b"x" * 2_000)
    measured()
    assert storage.older_runs(30, time.time()) == ["a1"]
    assert bpy.ops.dreamwright.free_space(older_than_days=30) == {"FINISHED"}
    assert not (paths.cache_folder() / "jobs" / "a1").exists() and not (grids / "a1.npz").exists()
    assert (paths.cache_folder() / "jobs" / "a2").exists()


def test_a_run_that_is_on_its_way_is_not_deleted():
    with flows.APP.busy("generating"):
        flows.APP.session.post("job.followed", job="a1", state="running", step=0, steps=9)
        flows.APP.session.drain()
        with pytest.raises(flows.BusyError, match="stop it first"):
            next(storage.delete_runs(["a1"]))


def test_the_preferences_say_what_computes_and_where_things_lie():
    flows.APP.session.post("backend.ready", device="cuda", computes="NVIDIA GeForce RTX 3060, 12 GB")
    flows.APP.session.drain()
    layout = drawn()
    said = " ".join(layout.texts())
    assert "NVIDIA GeForce RTX 3060, 12 GB" in said and flows.VERSION in said and str(paths.cache_folder()) in said
    assert {"dreamwright.remove_backend", "dreamwright.open_folder", "dreamwright.open_log"} <= set(layout.operators())
    assert "Uninstalling" in said
