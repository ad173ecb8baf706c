"""Jobs on disk: `cache/jobs/<id>/` with job.json, checkpoint.*, preview.png, curves.png
and log.txt.

The records are also kept in memory, so lists and progress cost no disk. Every method may be called from any thread.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from backend import config as configuration
from backend.config import JobConfig, JobState
from backend.disk import disk_errors, make_folder, replace_patiently, write_whole
from backend.errors import BrokenJobError, DiskError, DreamwrightError, UnknownJobError, bounded
from backend.optimize.checkpoint import step_named
from backend.optimize.prior_start import with_start
from backend.wire import values
from backend.wire.messages import JobRecord, JobSummary

from .sent_datasets import Sent, used_by
from .sweep import JOB

RECORD = "job.json"
RECORD_LIMIT = 8 << 20
BROKEN = "broken"
"""In lists, the state of a job whose record cannot be read."""
PROMPT_SHOWN = 200
PREVIEW = "preview.png"
CURVES = "curves.png"
_DELETED = ".deleted-"

log = logging.getLogger(__name__)


class JobStore:
    """The jobs of one cache folder.

    Raises:
        DiskError: the folder cannot be made or written.
    """

    def __init__(self, cache: Path) -> None:
        self.cache, self._folder = cache, make_folder(cache / "jobs")
        self._lock = threading.RLock()
        self._records: dict[str, JobRecord] = {}
        self._broken: dict[str, JobSummary] = {}
        self.sent = Sent(cache)
        for path in sorted(self._folder.iterdir()):
            self._load(path)

    # -- reading

    def list(self) -> list[JobRecord]:
        """All jobs, oldest first."""
        with self._lock:
            return sorted(self._records.values(), key=lambda record: (record.created, record.job))

    def summaries(self, page: int, limit: int, sees: Callable[[str], bool]) -> tuple[Sequence[JobSummary], int]:
        """A page of jobs, newest first, of the clients that are seen, and how many there are on all pages."""
        with self._lock:
            found = [summary_of(record) for record in self._records.values()] + list(self._broken.values())
        seen = sorted((each for each in found if sees(each.client)), key=lambda each: (each.created, each.job))
        return seen[::-1][page * limit : (page + 1) * limit], len(seen)

    def bytes_of(self, job: str) -> int:
        """Counts what its folder holds on the disk."""
        return sum(path.lstat().st_size for path in _files_below(self._folder / job))

    def owner_of(self, job: str) -> str | None:
        """The client whose job it is; None where there is none."""
        with self._lock:
            record = self._records.get(job)
            return record.client if record else None

    def get(self, job: str) -> JobRecord:
        """Reads the record of a job.

        Raises:
            UnknownJobError: there is no such job. BrokenJobError: its record cannot be read.
        """
        with self._lock:
            if job in self._broken:
                raise BrokenJobError(self._broken[job].error or "")
            if job not in self._records:
                raise UnknownJobError(unknown_job(job))
            return self._records[job]

    def config(self, job: str) -> JobConfig:
        return configuration.from_json(self.get(job).config)

    def runnable(self, job: str) -> JobConfig:
        """Its config with the folder of its pictures, also where they were sent."""
        return self.sent.resolved(self.config(job))

    def folder(self, job: str) -> Path:
        return self._folder / self.get(job).job

    # -- changing

    def create(
        self, config: JobConfig, parent: str = "", parent_step: int | None = None, client: str = ""
    ) -> JobRecord:
        """A new job of a client, queued; `parent` is the one whose field it starts from.

        Raises:
            ConfigError: the config cannot be run.
            DiskError: it cannot be written.
        """
        configuration.check_runnable(config)
        config = config if parent else with_start(config)
        now = time.time()
        record = JobRecord(
            job=_new_id(now),
            state=JobState.QUEUED.value,
            step=0,
            steps=config.optimize.steps,
            prompt=config.prompt,
            created=now,
            updated=now,
            config=configuration.to_json(config),
            parent=parent,
            parent_step=parent_step,
            client=client,
        )
        folder = make_folder(self._folder / record.job)
        try:
            self._save(record)
        except DiskError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            self._records[record.job] = record
        return record

    def update_in_memory(self, job: str, **changes: Any) -> JobRecord:
        """Changes the record in memory only: for every step."""
        with self._lock:
            record = dataclasses.replace(self.get(job), updated=time.time(), **changes)
            self._records[job] = record
            return record

    def update(self, job: str, **changes: Any) -> JobRecord:
        """Changes the record in memory and on disk.

        Raises:
            DiskError: it could not be written; in memory it is changed all the same.
        """
        with self._lock:
            record = self.update_in_memory(job, **changes)
            self._save(record)
            return record

    def delete(self, job: str) -> None:
        """Removes the job and its files. First it is renamed, so that half of a job is never found as a job.

        Raises:
            UnknownJobError: there is no such job.
            DiskError: the files cannot be removed.
        """
        with self._lock:
            name = job if job in self._broken else self.get(job).job
            folder = self._folder / name
            grave = folder.with_name(_DELETED + folder.name)
            with disk_errors(folder):
                replace_patiently(folder, grave)
            self._broken.pop(job, None)
            gone = self._records.pop(job, None)
            used = used_by(record.config for record in self._records.values())
        shutil.rmtree(grave, ignore_errors=True)  # what is left is removed at the next start
        for dataset in used_by([gone.config]) - used if gone else ():
            self.sent.forget(dataset)

    def datasets(self) -> set[str]:
        """Those that were sent and that jobs have."""
        return used_by(record.config for record in self.list())

    # -- disk

    def _save(self, record: JobRecord) -> None:
        text = json.dumps(values.to_json(record), indent=1, allow_nan=False)
        write_whole(self._folder / record.job / RECORD, text.encode())

    def _load(self, folder: Path) -> None:
        if folder.name.startswith(_DELETED):
            shutil.rmtree(folder, ignore_errors=True)
            return
        try:
            record = _read_record(folder)
        except (OSError, ValueError, RecursionError, MemoryError, DreamwrightError) as cause:
            log.warning("skipped the job in %s, whose record cannot be read: %s", folder, cause)
            if folder.is_dir() and not folder.is_symlink() and (JOB.fullmatch(folder.name) or _has_record(folder)):
                self._broken[folder.name] = _broken(folder, cause)
            return
        self._records[record.job] = _paused_if_running(record, folder)


def _read_record(folder: Path) -> JobRecord:
    path = folder / RECORD
    if path.exists() and (not path.is_file() or path.stat().st_size > RECORD_LIMIT):
        raise ValueError(f"{RECORD} is no file of a size that records have")
    record = values.from_json(JobRecord, current_record(json.loads(path.read_text(encoding="utf-8"))))
    JobState(record.state)
    # by the names of now, whichever version wrote it
    record = dataclasses.replace(record, config=configuration.to_json(configuration.from_json(record.config)))
    if record.job != folder.name:
        raise ValueError(f"it is the record of another job, {record.job}")
    return record


def current_record(data: Any) -> Any:
    """A job's record, or report, by the names of now: some fields were spelled otherwise once."""
    if not isinstance(data, dict):
        return data
    found = {_OLD_NAMES.get(name, name): value for name, value in data.items()}
    if isinstance(found.get("models"), list):
        found["models"] = [_current_model(each) for each in found["models"]]
    return found


def _current_model(model: Any) -> Any:
    return (
        {"license" if name == "licence" else name: value for name, value in model.items()}
        if isinstance(model, dict)
        else model
    )


_OLD_NAMES = {"seconds_optimise": "seconds_optimize"}


def _paused_if_running(record: JobRecord, folder: Path) -> JobRecord:
    """A job that ran when the backend ended can be resumed, from its last checkpoint."""
    if record.state != JobState.RUNNING:
        return record
    return dataclasses.replace(record, state=JobState.PAUSED.value, step=step_named(folder) or 0)


def unknown_job(job: str) -> str:
    return f"There is no job '{job[:80]}' in the cache folder: it may have been deleted."


def summary_of(record: JobRecord) -> JobSummary:
    """Returns what a list says of a job."""
    return JobSummary(
        job=record.job,
        state=record.state,
        step=record.step,
        steps=record.steps,
        prompt=record.prompt[:PROMPT_SHOWN],
        created=record.created,
        updated=record.updated,
        score=record.score,
        error=bounded(record.error) if record.error else None,
        client=record.client,
    )


def _broken(folder: Path, cause: BaseException) -> JobSummary:
    sentence = f"The record of job {folder.name[:80]} cannot be read ({cause}): delete the job, or repair its {RECORD}."
    when = folder.lstat().st_mtime
    return JobSummary(folder.name, BROKEN, 0, 0, "", when, when, error=bounded(sentence))


def _has_record(folder: Path) -> bool:
    return (folder / RECORD).exists()


def _files_below(folder: Path) -> Iterator[Path]:
    """Regular files; links are not followed."""
    for parent, _, names in os.walk(folder):
        yield from (Path(parent) / name for name in names if not (Path(parent) / name).is_symlink())


def _new_id(now: float) -> str:
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + secrets.token_hex(3)
