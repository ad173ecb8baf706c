"""Memory that does not hold a job, as clients see it: refused, lowered, and ended by the system."""

from __future__ import annotations

import json

import numpy as np
import pytest

from backend import config as configuration
from backend.cli.local_run import run_job
from backend.errors import ConfigError, MemoryShortError
from backend.jobs.memory_tracker import MARK
from backend.jobs.store import JobStore
from backend.optimize.checkpoint import read_checkpoint
from backend.server.job_queue import JobQueue
from backend.wire.messages import Failed, FetchGrid, Finished, GetJob, PauseJob, Progress, ResumeJob

from .live import ENDLESS, Client

GB = 10**9
LARGE = {"resolution": 512, "start_resolution": 12, "upsample_at": [1.0]}
"""It would grow in the end; nobody lets it run so long."""


def patient(client: Client, kind: type, accept=lambda event: True):
    for _ in range(2):
        try:
            return client.wait_for(kind, accept)
        except TimeoutError:
            continue
    raise TimeoutError(kind)


def limited(gigabytes: float) -> list[str]:
    """As `ulimit -v`: what a container is to the kernel, the limit is to the process."""
    return ["bash", "-c", f'ulimit -v {int(gigabytes * 1e6)}; exec "$@"', "limited"]


def test_a_job_that_does_not_fit_is_refused_with_a_sentence_and_lowered_where_that_is_allowed(start, tiny):
    client = start(wrapper=limited(9)).connect()
    job = client.begin(tiny(field=LARGE))
    failed = patient(client, Failed, lambda event: event.job == job)
    assert failed.code == MemoryShortError.code
    assert failed.sentence.startswith("A grid of 512 cells a side with Adam needs about ")
    assert failed.sentence.endswith(" would fit.")
    assert client.ask(GetJob(job)).state == "failed"

    with pytest.raises(ConfigError, match="when_memory_is_short"):
        client.ask(ResumeJob(job, when_memory_is_short="perhaps"))
    client.ask(ResumeJob(job, when_memory_is_short="lower"))
    patient(client, Progress, lambda event: event.job == job)
    record = client.ask(GetJob(job))
    (note,) = record.notes
    assert 16 <= record.config["field"]["resolution"] < 512
    assert f"field.resolution {record.config['field']['resolution']} (of 512)" in note
    assert record.config["optimize"]["when_memory_is_short"] == "lower"


def killed_in_mid_run(start, tiny, seen: dict) -> tuple[Client, str]:
    """A backend killed while its job runs, and the next one; `seen` is what the mark had said then."""
    first = start()
    client = first.connect()
    job = client.begin(tiny(optimize=ENDLESS | {"checkpoint_every_s": 0.1}))
    patient(client, Progress, lambda event: event.step > 20)
    first.kill()
    path = first.cache / "jobs" / job / MARK
    mark = json.loads(path.read_text())
    assert mark["running"] and mark["estimate"] > 0
    path.write_text(json.dumps(mark | {name: change(mark) for name, change in seen.items()}))
    return start(cache=first.cache).connect(), job


@pytest.mark.slow
def test_killed_with_memory_left_it_goes_on_without_a_word(start, tiny):
    client, job = killed_in_mid_run(start, tiny, {})
    before = client.ask(GetJob(job)).step
    client.ask(ResumeJob(job))
    patient(client, Progress, lambda event: event.job == job and event.step > before)
    client.ask(PauseJob(job))
    record = client.ask(GetJob(job))
    assert record.state == "paused" and record.notes == [] and record.error is None


def test_ended_by_the_system_it_says_so_on_resume_instead_of_dying_again(start, tiny):
    """What it held was all there was: more than any machine of a test has free is needed then."""
    all_of_it = {"free": lambda mark: 10**15, "most": lambda mark: 10**15}
    client, job = killed_in_mid_run(start, tiny, all_of_it)
    assert client.ask(GetJob(job)).state == "paused"
    client.ask(ResumeJob(job))
    failed = patient(client, Failed, lambda event: event.job == job)
    assert failed.code == MemoryShortError.code
    assert failed.sentence.startswith("The system ended this job when memory ran out. ")
    assert client.ask(FetchGrid(job)).density.size > 0, "nothing of it is lost"


def in_process(tmp_path, config) -> tuple[JobQueue, JobStore, str]:
    store = JobStore(tmp_path)
    jobs = JobQueue(store, lambda message: None)
    job = store.create(configuration.from_json(config)).job
    jobs.start(job)
    return jobs, store, job


def test_a_field_that_had_grown_is_made_coarser_when_it_is_resumed_with_less(tmp_path, tiny):
    config = tiny(field={"resolution": 40, "start_resolution": 40, "upsample_at": []})
    jobs, store, job = in_process(tmp_path, config)
    for _ in range(4):
        jobs.advance()
    jobs.pause(job)
    step = store.get(job).step
    store.update(job, config=configuration.to_json(
        configuration.with_changes(store.config(job), {"field": {"resolution": 24, "start_resolution": 24}})
    ))  # fmt: skip
    later = JobQueue(JobStore(tmp_path), lambda message: None)
    later.resume(job)
    while later.advance():
        pass
    shape = read_checkpoint(store.folder(job)).tensors["field.raw_density"].shape
    assert tuple(shape[:3]) == (24, 24, 24) and 0 < step < 40
    assert "was made coarser: 24" in (store.folder(job) / "log.txt").read_text()


def test_the_note_stays_when_a_lowered_job_is_paused_and_resumed(tmp_path, tiny, monkeypatch):
    monkeypatch.setattr("backend.jobs.memory_tracker.free_bytes", lambda device, root: GB)
    lower = tiny(field=LARGE, optimize={"when_memory_is_short": "lower"})
    jobs, store, job = in_process(tmp_path, lower)
    for _ in range(3):
        jobs.advance()
    jobs.pause(job)
    (note,) = store.get(job).notes
    assert not (store.folder(job) / MARK).exists()
    found = JobStore(tmp_path)
    later = JobQueue(found, lambda message: None)
    later.resume(job)
    later.advance()
    assert found.get(job).notes == [note]


def test_alone_it_is_refused_lowered_and_resumed_the_same(tmp_path, tiny, monkeypatch, capsys):
    monkeypatch.setattr("backend.jobs.memory_tracker.free_bytes", lambda device, root: GB)
    with pytest.raises(MemoryShortError, match="A grid of 512 cells"):
        run_job(configuration.from_json(tiny(field=LARGE)), tmp_path / "job")
    small = {"resolution": 512, "start_resolution": 12, "upsample_at": [0.9]}
    steps = {"steps": 4, "when_memory_is_short": "lower"}
    monkeypatch.setattr("backend.jobs.memory_tracker.free_bytes", lambda device, root: 150_000_000)
    run_job(configuration.from_json(tiny(field=small, optimize=steps)), tmp_path / "job")
    report = json.loads((tmp_path / "job" / "report.json").read_text())
    assert report["config"]["field"]["resolution"] < 128 and "Memory is short" in report["notes"][0]
    assert report["notes"][0] in capsys.readouterr().err
    assert not (tmp_path / "job" / MARK).exists()
    assert np.load(tmp_path / "job" / "grid.npz")["density"].max() > 0


@pytest.mark.slow
def test_a_finished_job_leaves_no_mark(start, tiny):
    backend = start()
    client = backend.connect()
    job = client.begin(tiny())
    patient(client, Finished, lambda event: event.job == job)
    assert not (backend.cache / "jobs" / job / MARK).exists()
