"""Whatever goes wrong inside a job ends that job with a sentence, and nothing else."""

from __future__ import annotations

import errno
import logging
import threading
from pathlib import Path

import pytest
import torch

from backend.config import from_json
from backend.disk import disk_error, make_folder, write_whole
from backend.errors import DiskError, InternalError, MemoryShortError, NotFiniteError, PortError
from backend.jobs.job_log import JobLog
from backend.jobs.store import JobStore
from backend.server import parent_watchdog as parent
from backend.server.error_messages import to_readable_error
from backend.server.job_queue import JobQueue
from backend.version import version
from backend.wire.messages import Failed, LogLine, StateChanged
from tests.patience import PATIENCE

from .live import ENDLESS


@pytest.mark.parametrize(
    ("cause", "error", "sentence"),
    [
        (PortError("The port is taken."), PortError, "The port is taken."),
        (OSError(errno.ENOSPC, "No space left", "/a/file"), DiskError, r"disk is full \(/a/file\): free some space"),
        (MemoryError(), MemoryShortError, "lower the resolution"),
        (torch.OutOfMemoryError("CUDA out of memory"), MemoryShortError, "lower the resolution"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), MemoryShortError, "not enough memory"),
        (KeyError("a slip"), InternalError, r"made a mistake \(KeyError: 'a slip'\): its log says more"),
        (FileNotFoundError(errno.ENOENT, "gone"), InternalError, "FileNotFoundError"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_every_exception_becomes_a_sentence_and_keeps_its_cause(cause, error, sentence):
    told = to_readable_error(cause)
    assert (type(told) is error and told is cause) or told.__cause__ is cause
    with pytest.raises(error, match=sentence):
        raise told


@pytest.fixture
def running(tmp_path, tiny):
    """Jobs with one that has made twenty steps and a checkpoint, its name, and what was told."""
    told: list = []
    store = JobStore(tmp_path)
    jobs = JobQueue(store, told.append)
    job = store.create(from_json(tiny(optimize=ENDLESS))).job
    jobs.start(job)
    for _ in range(20):
        assert jobs.advance()
    jobs.pause(job)
    jobs.resume(job)
    jobs.advance()
    told.clear()
    return jobs, store, job, told


def test_nan_ends_the_job_and_its_last_checkpoint_is_kept(running):
    jobs, store, job, told = running
    with torch.no_grad():
        for _, parameter in jobs._runner.trainer.field.named_parameters():
            parameter.fill_(torch.nan)
    for _ in range(store.config(job).optimize.not_finite_limit + 1):
        jobs.advance()
    record = store.get(job)
    assert record.state == "failed" and "ran into NaN" in record.error
    (failed,) = [message for message in told if isinstance(message, Failed)]
    assert (failed.code, failed.sentence) == (NotFiniteError.code, record.error)
    grid, step = jobs.grid(job, 16)
    assert step == 19 and grid.density.max() > 0, "the field of the last checkpoint"
    assert not jobs.advance(), "there is nothing more to do"
    assert jobs.resume(job).state == "queued"
    jobs.advance()
    jobs.advance()
    assert store.get(job).state == "running" and store.get(job).error is None


def test_a_mistake_of_ours_ends_the_job_and_not_the_thread(running, caplog):
    jobs, store, job, told = running
    jobs._runner.trainer._optimizer = object()
    jobs.advance()
    assert store.get(job).state == "failed" and "Dreamwright made a mistake" in store.get(job).error
    assert "Traceback" in caplog.text, "the log says more"
    assert [message.state for message in told if isinstance(message, StateChanged)] == ["failed"]


def test_a_broken_checkpoint_is_a_sentence(running):
    jobs, store, job, _ = running
    jobs.pause(job)
    for path in store.folder(job).glob("checkpoint*.json"):
        path.write_text("{")
    jobs.resume(job)
    jobs.advance()
    record = store.get(job)
    assert record.state == "failed" and "checkpoint" in record.error and "start the job again" in record.error


def test_a_job_whose_record_cannot_be_written_goes_on(running):
    jobs, store, job, told = running
    (store.folder(job) / "job.json.part").mkdir()
    assert jobs.pause(job).state == "paused"
    assert [line.level for line in told if isinstance(line, LogLine)] == ["warning"]


def test_a_log_that_cannot_be_written_does_not_end_a_job(tmp_path, caplog):
    told: list = []
    JobLog("a", tmp_path / "nowhere", told.append)("a line", logging.WARNING)
    assert told == [LogLine("warning", "a line", "a")]
    assert "its log cannot be written" in caplog.text


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_called_full(code):
    assert "The disk is full, so /a/b could not be written" in disk_error(Path("/a/b"), OSError(code, "")).sentence


def test_what_could_not_be_replaced_stays_and_nothing_half_written_is_left(tmp_path):
    path = tmp_path / "record"
    path.mkdir()
    (path / "inside").write_text("kept")
    with pytest.raises(DiskError, match="record cannot be written"):
        write_whole(path, b"new")
    assert (path / "inside").read_text() == "kept"
    assert [each.name for each in tmp_path.iterdir()] == ["record"]


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path):
    assert list(make_folder(tmp_path / "a" / "b").iterdir()) == []


def test_a_parent_that_was_never_there_is_gone(monkeypatch):
    monkeypatch.setattr(parent, "_STDIN", 987)  # a file that is not open
    gone = threading.Event()
    parent.end_with_parent(gone.set)
    assert gone.wait(PATIENCE)


def test_without_a_manifest_the_version_is_unknown(tmp_path):
    assert version(tmp_path / "none.toml") == "unknown"
    (tmp_path / "broken.toml").write_text("version =")
    assert version(tmp_path / "broken.toml") == "unknown"
    assert version() not in ("", "unknown")
