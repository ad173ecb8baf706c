"""A job that came to nothing and began again with another seed, as its clients and its record see it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from failing_seeds import fail_for

from backend import config as configuration
from backend.cli import local_run as alone
from backend.errors import EmptyFieldError, NotFiniteError
from backend.jobs.store import JobStore
from backend.optimize.checkpoint import read_checkpoint
from backend.server.job_queue import JobQueue
from backend.wire.messages import EditJob, Failed, FetchGrid, Finished, GetJob, LogLine, Progress

SECOND, THIRD = 1_000_003, 2_000_006
LONG = 240.0
"""Seconds: a backend that is just started reads its models' libraries first."""


@pytest.fixture
def words(diffusion_folder: Path) -> Callable[..., dict[str, Any]]:
    """A tiny job from words, as JSON; changes to it by group."""

    def make(**changes: Any) -> dict[str, Any]:
        base: dict[str, Any] = {
            "prompt": "a corgi", "device": "cpu", "model": str(diffusion_folder), "orbit": {"views": 1},
            "field": {"resolution": 12, "start_resolution": 12, "density_init": "blob", "upsample_at": []},
            "render": {"samples_per_ray": 8, "occupancy_resolution": 4},
            "optimize": {
                "steps": 16, "learning_rate_density": 2.0, "warm_up": 1, "not_finite_limit": 4, "preview_size": 16,
            },
            "collapse":{"after": 0.0, "consecutive_steps": 2}, "export": {"resolution": 16},
        }  # fmt: skip
        config = configuration.with_changes(configuration.preset("text", "draft"), base)
        return configuration.to_json(configuration.with_changes(config, changes))

    return make


def dissolving(words: Callable[..., dict[str, Any]], **watch: int) -> dict[str, Any]:
    """Emptiness weighs so much that no seed helps, until the weight is taken away."""
    empty = {"transmittance": {"weight": 1e5}, "transmittance_target": 1.0}
    return words(regularizer=empty, collapse=watch)


def begin_in_process(folder: Path, config: dict[str, Any]) -> tuple[JobQueue, JobStore, str, list]:
    told: list = []
    store = JobStore(folder)
    jobs = JobQueue(store, told.append)
    job = store.create(configuration.from_json(config)).job
    jobs.start(job)
    return jobs, store, job, told


@pytest.mark.parametrize("how", ["dissolve", "nan"])
def test_the_record_has_the_seed_that_was_used_and_the_sentence(how, tmp_path, words, monkeypatch):
    fail_for(monkeypatch, {0}, how)
    jobs, store, job, told = begin_in_process(tmp_path, words())
    while jobs.advance():
        pass
    record = store.get(job)
    assert (record.state, record.step, record.config["seed"]) == ("finished", 16, SECOND)
    (note,) = record.notes
    assert note.endswith(f"it began again with seed {SECOND}.")
    assert [line.text for line in told if isinstance(line, LogLine)].count(note) == 1
    assert note in (store.folder(job) / "log.txt").read_text()
    (again,) = [message for message in told if isinstance(message, Progress) and message.step == 0]
    assert (again.steps, again.loss, again.terms) == (16, None, {}) and again.seconds > 0
    assert json.loads((store.folder(job) / "job.json").read_text())["config"]["seed"] == SECOND


def test_the_new_beginning_is_kept_before_anyone_is_told(tmp_path, words, monkeypatch):
    fail_for(monkeypatch, {0}, "nan")
    jobs, store, job, told = begin_in_process(tmp_path, words())
    while not [message for message in told if isinstance(message, Progress) and message.step == 0]:
        jobs.advance()
    state = read_checkpoint(store.folder(job)).state
    assert (state["step"], state["seed"], len(state["restarts"])) == (0, SECOND, 1)


def test_killed_after_it_began_again_it_goes_on_with_the_new_seed(tmp_path, words, monkeypatch):
    """Nothing is put aside: what another process would find is what lies on the disk at that moment."""
    fail_for(monkeypatch, {0}, "dissolve")
    jobs, store, job, told = begin_in_process(tmp_path, words())
    while store.get(job).notes == []:
        jobs.advance()
    found = JobStore(tmp_path)
    assert found.get(job).state == "paused"
    later = JobQueue(found, told.append)
    later.resume(job)
    while later.advance():
        pass
    record = found.get(job)
    assert (record.state, record.step, record.config["seed"], len(record.notes)) == ("finished", 16, SECOND, 1)
    assert (store.folder(job) / "log.txt").read_text().count("it began again") == 1
    while jobs.advance():  # the one that was never killed
        pass
    assert np.array_equal(jobs.grid(job, 16)[0].density, later.grid(job, 16)[0].density)


@pytest.mark.parametrize(("how", "error"), [("dissolve", EmptyFieldError), ("nan", NotFiniteError)])
def test_after_the_last_new_seed_the_job_fails_with_a_sentence(how, error, tmp_path, words, monkeypatch):
    fail_for(monkeypatch, {0, SECOND, THIRD}, how)
    jobs, store, job, told = begin_in_process(tmp_path, words())
    while jobs.advance():
        pass
    record = store.get(job)
    (failed,) = [message for message in told if isinstance(message, Failed)]
    assert record.state == "failed" and record.error == failed.sentence and failed.code == error.code
    assert "after 2 new seeds: " in failed.sentence and len(record.notes) == 2


def test_alone_the_report_has_the_seed_that_was_used_and_gives_the_same_grid(tmp_path, words, monkeypatch, capsys):
    fail_for(monkeypatch, {0}, "dissolve")
    assert alone.run_job(configuration.from_json(words()), tmp_path / "first").finished
    report = json.loads((tmp_path / "first" / "report.json").read_text())
    assert report["seed"] == report["config"]["seed"] == SECOND and report["step"] == 16
    assert report["notes"][0] in capsys.readouterr().err.splitlines()
    assert alone.run_job(configuration.from_json(report["config"]), tmp_path / "again").finished
    grids = [np.load(tmp_path / name / "grid.npz") for name in ("first", "again")]
    assert np.array_equal(grids[0]["density"], grids[1]["density"])
    assert json.loads((tmp_path / "again" / "report.json").read_text())["notes"] == []


def test_alone_after_the_last_new_seed_it_is_an_error(tmp_path, words, monkeypatch):
    fail_for(monkeypatch, {0, SECOND, THIRD}, "dissolve")
    with pytest.raises(EmptyFieldError, match="after 2 new seeds: try other words"):
        alone.run_job(configuration.from_json(words()), tmp_path)


def patient(client, kind: type, accept: Callable[[Any], bool] = lambda event: True) -> Any:
    """As `client.wait_for`, for longer."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        try:
            return client.wait_for(kind, accept)
        except TimeoutError:
            continue
    raise TimeoutError(kind)


def until_it_goes_back(client) -> list[int]:
    """The steps that progress told, up to the first that is lower than the one before."""
    steps = [patient(client, Progress).step]
    while len(steps) < 2 or steps[-1] > steps[-2]:
        steps.append(patient(client, Progress).step)
    return steps


def test_over_a_socket_progress_goes_back_and_an_edit_brings_the_job_to_its_end(start, words):
    """All real: it dissolves seed after seed until a client takes the weight of emptiness away."""
    client = start().connect()
    job = client.begin(dissolving(words, max_restarts=1000))
    steps = until_it_goes_back(client)
    assert steps[-1] in (0, 1) and steps[:-1] == sorted(steps[:-1])
    client.ask(EditJob(job, weights={"regularizer.transmittance": 0.0}))
    finished = patient(client, Finished)
    record = client.ask(GetJob(job))
    times = len(record.notes)
    assert (finished.step, record.state, record.step) == (16, "finished", 16)
    assert times >= 1 and record.config["seed"] == times * SECOND % 2**31
    assert record.config["regularizer"]["transmittance"]["weight"] == 0.0
    assert all(note.startswith("The result dissolved at step") for note in record.notes)
    assert record.notes[-1].endswith(f"it began again with seed {record.config['seed']}.")
    assert client.ask(FetchGrid(job)).density.max() > 0
