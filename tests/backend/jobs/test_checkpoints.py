"""Jobs that were really run: their kept steps, going back to one, and beginning another from there."""

from __future__ import annotations

import json
import logging

import pytest
from failing_seeds import fail_for
from PIL import Image

from backend.config import from_json, preset, with_changes
from backend.errors import CheckpointError, ConfigError, DiskError
from backend.jobs import checkpoints
from backend.jobs.backend_info import backend_info
from backend.jobs.checkpoints import check_checkpoint, create_branch, list_checkpoints, rewind_to
from backend.jobs.job_log import JobLog
from backend.jobs.memory_tracker import MemoryTracker
from backend.jobs.runner import JobRunner
from backend.jobs.store import JobStore
from backend.optimize.checkpoint import step_named
from backend.optimize.trainer import Trainer
from backend.wire.messages import LogLine, PreviewUpdated, Progress


def anything(config):
    """What a client may ask for: everything."""


@pytest.fixture
def store(tmp_path):
    return JobStore(tmp_path)


def run(store, config, until=10**9):
    """A job that was run, at most so many steps, and what was told of it."""
    job, told = store.create(config).job, []
    folder, count = store.folder(job), config.optimize.keep_checkpoints
    trainer, tracker = Trainer.build(config, folder, lambda text: None), MemoryTracker(folder) if count else None
    runner = JobRunner(job, config, trainer, folder, told.append, max_checkpoints=count, tracker=tracker)
    while runner.step < until and runner.advance():
        pass
    if runner.step < runner.steps:
        runner.save()
        return job, told, None
    runner.finish()
    return job, told, runner.conclude()


def test_a_run_tells_its_steps_and_keeps_its_result(store, tiny):
    config = from_json(
        tiny(optimize={"steps": 12, "preview_every_s": 0.0, "checkpoint_every_s": 0.0, "keep_checkpoints": 0})
    )
    job, told, evaluation = run(store, config)
    folder = store.folder(job)
    steps = [each.step for each in told if isinstance(each, Progress)]
    assert steps == sorted(steps) and steps[-1] == 12 and evaluation["psnr"] > 0
    assert any(isinstance(each, PreviewUpdated) for each in told)
    assert step_named(folder) == 12 and list_checkpoints(store, job) == []
    for name in ("preview.png", "curves.png"):
        with Image.open(folder / name) as picture:
            assert picture.height >= 16


def test_a_run_that_came_to_nothing_begins_again_and_forgets_what_was_kept_of_it(store, diffusion_folder, monkeypatch):
    fail_for(monkeypatch, {0}, "dissolve")
    changes = {
        "prompt": "a corgi", "device": "cpu", "model": str(diffusion_folder), "orbit": {"views": 1},
        "field": {"resolution": 12, "start_resolution": 12, "density_init": "blob", "upsample_at": []},
        "render": {"samples_per_ray": 8, "occupancy_resolution": 4}, "export": {"resolution": 16},
        "optimize": {"steps": 16, "learning_rate_density": 2.0, "warm_up": 1, "preview_size": 16},
        "collapse": {"after": 0.0, "consecutive_steps": 2},
    }  # fmt: skip
    config = with_changes(preset("text", "draft"), changes | {"seed": 0})
    job, told, _ = run(store, with_changes(config, {"optimize": {"keep_checkpoints": 0}}))
    steps = [each.step for each in told if isinstance(each, Progress)]
    assert 0 in steps and steps[-1] == 16 and step_named(store.folder(job)) == 16


def test_steps_are_kept_gone_back_to_and_branched_from(store, tiny):
    config = from_json(tiny(optimize={"steps": 8, "keep_checkpoints": 4}))
    job, _, _ = run(store, config, until=7)
    kept = [each.step for each in list_checkpoints(store, job)]
    assert kept and 7 not in kept
    check_checkpoint(store, job, kept[0])
    with pytest.raises(CheckpointError, match="no kept checkpoint of step 5000: it has those of"):
        check_checkpoint(store, job, 5000)
    there = rewind_to(store, job, kept[0])
    assert there.step == kept[0] == step_named(store.folder(job))
    assert 7 in [each.step for each in list_checkpoints(store, job)], "where it stood is kept"
    assert rewind_to(store, job, 7).step == 7 and rewind_to(store, job, kept[0]).step == kept[0]
    branch = store.get(create_branch(store, job, {"seed": 5}, 7, "ann", anything))
    assert (branch.parent, branch.parent_step, branch.client, branch.config["seed"]) == (job, 7, "ann", 5)
    newest = store.get(create_branch(store, job, {}, None, "", anything))
    assert newest.parent_step == kept[0]


def test_of_a_kept_step_neither_pictures_nor_consent_are_taken(store, tiny, tmp_path):
    """Where they lay then, and what could be downloaded then, is nothing that a record may say."""
    config = from_json(tiny(optimize={"steps": 4, "keep_checkpoints": 2}))
    job, _, _ = run(store, config)
    step = list_checkpoints(store, job)[-1].step
    path = next((store.folder(job) / "kept").glob(f"*{step}/kept.json"))
    said = json.loads(path.read_text())
    said["config"] |= {"dataset": "/etc", "allow_download": True}
    path.write_text(json.dumps(said))
    config = store.config(create_branch(store, job, {}, step, "", anything))
    assert config.dataset == tiny()["dataset"] and config.allow_download is False


def test_a_branch_that_is_refused_or_cannot_be_written_makes_no_job(store, tiny, monkeypatch):
    job, _, _ = run(store, from_json(tiny(optimize={"steps": 2, "keep_checkpoints": 0})))

    def forbid(config):
        raise ConfigError("Not for you.")

    def full(*_):
        raise DiskError("No space left on device.")

    with pytest.raises(ConfigError, match="Not for you"):
        create_branch(store, job, {}, None, "ann", forbid)
    monkeypatch.setattr(checkpoints, "write_warm_start", full)
    with pytest.raises(DiskError, match="No space left"):
        create_branch(store, job, {}, None, "ann", anything)
    assert [each.job for each in store.list()] == [job]


def test_a_step_that_cannot_be_kept_does_not_end_the_run(store, tiny, caplog):
    config = from_json(tiny(optimize={"steps": 3, "keep_checkpoints": 3}))
    real = store.folder

    def blocked(job):
        folder = real(job)
        if not (folder / "kept").exists():
            (folder / "kept").write_text("a file in its place")
        return folder

    store.folder = blocked
    with caplog.at_level(logging.WARNING):
        _job, _, evaluation = run(store, config)
    assert evaluation["psnr"] > 0 and "A checkpoint could not be kept in" in caplog.text


def test_a_job_says_things_to_its_log_and_to_its_clients(tmp_path, caplog):
    told = []
    JobLog("a1", tmp_path, told.append)("it grew\nand grew")
    assert told == [LogLine("info", "it grew\\nand grew", "a1")]
    assert (tmp_path / "log.txt").read_text().endswith(" it grew\\nand grew\n")
    JobLog("a1", tmp_path / "gone", told.append)("it grew", logging.WARNING)
    assert told[-1].level == "warning" and "job a1: its log cannot be written" in caplog.text


def test_a_backend_says_what_it_is(tmp_path):
    info = backend_info("cpu", tmp_path)
    assert (info.device, info.cache) == ("cpu", str(tmp_path)) and info.version
    assert {"embedded diffusion", "embedded CLIP"} <= {each["name"] for each in info.models}
