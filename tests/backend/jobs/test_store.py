"""Jobs on disk, without a backend around them."""

from __future__ import annotations

import json
import os

import pytest
import torch

from backend.config import JobConfig, from_json, preset, with_changes
from backend.errors import DiskError, EmptyPromptError, UnknownJobError
from backend.jobs.cache_lock import NAME, CacheLock
from backend.jobs.store import JobStore
from backend.optimize.checkpoint import Checkpoint, write_checkpoint
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
    assert again.config(record.job) == CUBE
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
