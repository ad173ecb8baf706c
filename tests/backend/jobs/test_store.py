"""Jobs on disk, without a backend around them."""

from __future__ import annotations

import json
import os

import pytest
import torch

from backend.config import JobConfig, from_json, preset, with_changes
from backend.errors import (
    SENTENCE_LIMIT,
    BrokenJobError,
    CacheInUseError,
    DiskError,
    EmptyPromptError,
    UnknownJobError,
)
from backend.jobs.cache_lock import NAME, CacheLock
from backend.jobs.store import BROKEN, PROMPT_SHOWN, RECORD_LIMIT, JobStore
from backend.optimize.checkpoint import Checkpoint, write_checkpoint
from backend.optimize.prior_start import with_prior_start
from backend.wire import values
from backend.wire.messages import JobRecord

CUBE = with_changes(preset("text", "draft"), {"prompt": "a red cube"})


def as_text(record: JobRecord) -> str:
    """JSON knows no tuples, which a config in memory has."""
    return json.dumps(values.to_json(record))


def test_what_is_created_is_found_again(tmp_path):
    record = JobStore(tmp_path).create(CUBE)
    again = JobStore(tmp_path)
    assert [as_text(found) for found in again.list()] == [as_text(record)] == [as_text(again.get(record.job))]
    assert again.config(record.job) == with_prior_start(CUBE) != CUBE
    assert again.folder(record.job) == tmp_path / "jobs" / record.job


def test_jobs_are_listed_oldest_first(tmp_path):
    store = JobStore(tmp_path)
    jobs = [store.create(CUBE).job for _ in range(5)]
    for age, job in enumerate(reversed(jobs)):
        store.update(job, created=float(age))
    assert [record.job for record in JobStore(tmp_path).list()] == jobs[::-1]


def test_a_note_is_kept_in_memory_only(tmp_path):
    store = JobStore(tmp_path)
    job = store.create(CUBE).job
    store.update_in_memory(job, step=7)
    assert store.get(job).step == 7 and JobStore(tmp_path).get(job).step == 0
    store.update(job, loss=0.5)
    assert as_text(JobStore(tmp_path).get(job)) == as_text(store.get(job))


def test_a_job_that_ran_when_the_backend_ended_is_paused(tmp_path):
    store = JobStore(tmp_path)
    job = store.create(CUBE).job
    store.update(job, state="running", step=12)
    assert (JobStore(tmp_path).get(job).state, JobStore(tmp_path).get(job).step) == ("paused", 0)
    write_checkpoint(store.folder(job), Checkpoint({"a": torch.zeros(1)}, {"step": 9}), 9)
    assert JobStore(tmp_path).get(job).step == 9  # it goes on from its checkpoint, wherever it was


def test_a_deleted_job_is_gone_with_its_files(tmp_path):
    store = JobStore(tmp_path)
    job = store.create(CUBE).job
    (store.folder(job) / "log.txt").write_text("lines")
    store.delete(job)
    assert list((tmp_path / "jobs").iterdir()) == [] and store.list() == []
    with pytest.raises(UnknownJobError, match="it may have been deleted"):
        store.get(job)


def test_a_deletion_that_was_interrupted_is_finished_at_the_next_start(tmp_path):
    store = JobStore(tmp_path)
    folder = store.folder(store.create(CUBE).job)
    os.replace(folder, folder.with_name(".deleted-" + folder.name))
    assert JobStore(tmp_path).list() == [] and list((tmp_path / "jobs").iterdir()) == []


def test_a_record_that_cannot_be_written_is_changed_in_memory_and_the_old_one_stays(tmp_path):
    store = JobStore(tmp_path)
    job = store.create(CUBE).job
    (store.folder(job) / "job.json.part").mkdir()  # stands where the new file would be written first
    with pytest.raises(DiskError, match="cannot be written"):
        store.update(job, step=3)
    assert store.get(job).step == 3 and JobStore(tmp_path).get(job).step == 0


def test_what_cannot_be_run_is_not_created(tmp_path):
    store = JobStore(tmp_path)
    with pytest.raises(EmptyPromptError):
        store.create(JobConfig())
    assert list((tmp_path / "jobs").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "dancing"}, "dancing"),
        ({"job": "another"}, "the record of another job"),
        ({"config": {"nonsense": 1}}, "There is no setting 'nonsense'"),
        ({"step": "three"}, "must be a whole number"),
    ],
)
def test_a_record_that_makes_no_sense_is_skipped_and_logged(tmp_path, caplog, change, reason):
    store = JobStore(tmp_path)
    job = store.create(CUBE).job
    path = store.folder(job) / "job.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert JobStore(tmp_path).list() == []
    assert "skipped the job in" in caplog.text and reason in caplog.text
    assert path.exists(), "nothing of the user's is removed"


def test_a_config_of_an_older_version_gets_the_defaults(tmp_path):
    store = JobStore(tmp_path)
    job = store.create(CUBE).job
    path = store.folder(job) / "job.json"
    record = json.loads(path.read_text())
    del record["config"]["optimize"]["preview_size"]
    path.write_text(json.dumps(record))
    assert JobStore(tmp_path).config(job) == from_json(record["config"])


def test_a_lock_file_of_a_process_that_lives_but_does_not_hold_it_is_no_lock(tmp_path):
    """Process ids are used again: only the operating system knows who holds the lock."""
    (tmp_path / NAME).write_text("1")
    lock = CacheLock(tmp_path)
    assert (tmp_path / NAME).read_text() == str(os.getpid())
    lock.release()
    CacheLock(tmp_path).release()


def test_a_folder_has_one_backend_at_a_time(tmp_path):
    lock = CacheLock(tmp_path)
    with pytest.raises(CacheInUseError, match=rf"Another backend \(process {os.getpid()}\) works in .*: stop it"):
        CacheLock(tmp_path)
    (tmp_path / NAME).write_text("")
    with pytest.raises(CacheInUseError, match=r"\(process unknown\)"):
        CacheLock(tmp_path)
    lock.release()


def test_lists_are_pages_of_summaries_of_those_that_one_may_see(tmp_path):
    store = JobStore(tmp_path)
    jobs = [store.create(with_changes(CUBE, {"prompt": "x" * 900}), client=name).job for name in ("ann", "ben", "ann")]
    for age, job in enumerate(jobs):
        store.update(job, created=float(age), error="é" * 5000 if age else None)
    page, total = store.summaries(0, 2, lambda client: True)
    assert [each.job for each in page] == jobs[:0:-1] and total == 3
    page, total = store.summaries(0, 200, lambda client: client == "ann")
    assert [each.job for each in page] == [jobs[2], jobs[0]] and total == 2
    assert len(page[0].prompt) == PROMPT_SHOWN and page[1].error is None and len(page[0].error) <= SENTENCE_LIMIT
    assert (store.owner_of(jobs[0]), store.owner_of("nowhere")) == ("ann", None)


def test_the_bytes_of_a_job_are_its_files_and_no_links(tmp_path):
    store = JobStore(tmp_path)
    job = store.create(CUBE).job
    before = store.bytes_of(job)
    (store.folder(job) / "start").mkdir()
    (store.folder(job) / "start" / "tensors").write_bytes(b"x" * 1000)
    (store.folder(job) / "link").symlink_to("/proc/kcore")
    assert store.bytes_of(job) == before + 1000


@pytest.mark.parametrize("name", ["20260101-000000-abcdef", "mine"])
def test_a_broken_record_is_listed_says_why_and_can_be_deleted(tmp_path, name):
    folder = tmp_path / "jobs" / name
    folder.mkdir(parents=True)
    (folder / "job.json").write_text("{")
    store = JobStore(tmp_path)
    (shown,), total = store.summaries(0, 200, lambda client: True)
    assert (shown.job, shown.state, total) == (name, BROKEN, 1) and "delete the job, or repair its" in shown.error
    with pytest.raises(BrokenJobError, match="cannot be read"):
        store.get(name)
    store.delete(name)
    assert not folder.exists() and store.summaries(0, 200, lambda client: True)[1] == 0


def test_what_is_no_job_of_ours_is_neither_listed_nor_touched(tmp_path):
    jobs = tmp_path / "jobs"
    (jobs / "my notes").mkdir(parents=True)
    (jobs / "a file").write_text("mine")
    (jobs / "20260101-000000-abcdef").symlink_to(tmp_path)
    assert JobStore(tmp_path).summaries(0, 200, lambda client: True) == ([], 0)
    assert len(list(jobs.iterdir())) == 3


@pytest.mark.parametrize("how", ["folder", "large"])
def test_a_record_that_is_no_file_of_a_record_is_broken(tmp_path, how):
    path = tmp_path / "jobs" / "20260101-000000-abcdef" / "job.json"
    path.parent.mkdir(parents=True)
    if how == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(RECORD_LIMIT + 1)
    (shown,), _ = JobStore(tmp_path).summaries(0, 200, lambda client: True)
    assert "no file of a size that records have" in shown.error


def test_a_full_disk_makes_no_job(tmp_path, monkeypatch):
    store = JobStore(tmp_path)

    def full(path, content):
        raise DiskError("No space left on device.")

    monkeypatch.setattr("backend.jobs.store.write_whole", full)
    with pytest.raises(DiskError, match="No space left"):
        store.create(CUBE)
    assert list((tmp_path / "jobs").iterdir()) == [] and store.list() == []


def test_the_pictures_that_were_sent_go_with_the_last_job_that_has_them(tmp_path):
    store = JobStore(tmp_path)
    dataset = store.sent.begin("ann", {"transforms.json": 2, "000000.png": 3}, ())
    config = with_changes(preset("reconstruct", "draft"), {"dataset": dataset})
    first, second = store.create(config).job, store.create(config).job
    folder = tmp_path / "datasets" / dataset.removeprefix("sent:")
    assert store.datasets() == {dataset} and store.runnable(first).dataset == str(folder)
    store.delete(first)
    assert folder.is_dir()
    store.delete(second)
    assert not folder.exists() and store.datasets() == set()
