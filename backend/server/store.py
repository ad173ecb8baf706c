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
from pathlib import Path
from typing import Any

from backend import config as configuration
from backend.config import JobConfig, JobState
from backend.disk import disk_errors, make_folder, write_whole
from backend.errors import DreamwrightError, UnknownJobError
from backend.optimise.checkpoint import step_named
from backend.wire import values
from backend.wire.messages import JobRecord

RECORD = "job.json"
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
        self._folder = make_folder(cache / "jobs")
        self._lock = threading.RLock()
        self._records: dict[str, JobRecord] = {}
        for path in sorted(self._folder.iterdir()):
            self._find(path)

    # -- reading

    def list(self) -> list[JobRecord]:
        """All jobs, oldest first."""
        with self._lock:
            return sorted(self._records.values(), key=lambda record: (record.created, record.job))

    def get(self, job: str) -> JobRecord:
        """
        Raises:
            UnknownJobError: there is no such job.
        """
        with self._lock:
            if job not in self._records:
                raise UnknownJobError(f"There is no job '{job[:80]}' in the cache folder: it may have been deleted.")
            return self._records[job]

    def config(self, job: str) -> JobConfig:
        return configuration.from_json(self.get(job).config)

    def folder(self, job: str) -> Path:
        return self._folder / self.get(job).job

    # -- changing

    def create(self, config: JobConfig, parent: str = "", parent_step: int | None = None) -> JobRecord:
        """A new job, queued; `parent` is the one whose field it starts from.

        Raises:
            ConfigError: the config cannot be run.
            DiskError: it cannot be written.
        """
        configuration.check_runnable(config)
        now = time.time()
        record = JobRecord(
            job=_new_id(now),
            state=JobState.QUEUED.value,
            step=0,
            steps=config.optimise.steps,
            prompt=config.prompt,
            created=now,
            updated=now,
            config=configuration.to_json(config),
            parent=parent,
            parent_step=parent_step,
        )
        make_folder(self._folder / record.job)
        self._save(record)
        with self._lock:
            self._records[record.job] = record
        return record

    def note(self, job: str, **changes: Any) -> JobRecord:
        """Changes the record in memory only: for every step."""
        with self._lock:
            record = dataclasses.replace(self.get(job), updated=time.time(), **changes)
            self._records[job] = record
            return record

    def write(self, job: str, **changes: Any) -> JobRecord:
        """Changes the record in memory and on disk.

        Raises:
            DiskError: it could not be written; in memory it is changed all the same.
        """
        with self._lock:
            record = self.note(job, **changes)
            self._save(record)
            return record

    def delete(self, job: str) -> None:
        """Removes the job and its files. First it is renamed, so that half of a job is never found as a job.

        Raises:
            UnknownJobError: there is no such job.
            DiskError: the files cannot be removed.
        """
        with self._lock:
            folder = self.folder(job)
            grave = folder.with_name(_DELETED + folder.name)
            with disk_errors(folder):
                os.replace(folder, grave)
            del self._records[job]
        shutil.rmtree(grave, ignore_errors=True)  # what is left is removed at the next start

    # -- disk

    def _save(self, record: JobRecord) -> None:
        text = json.dumps(values.to_json(record), indent=1, allow_nan=False)
        write_whole(self._folder / record.job / RECORD, text.encode())

    def _find(self, folder: Path) -> None:
        if folder.name.startswith(_DELETED):
            shutil.rmtree(folder, ignore_errors=True)
            return
        try:
            record = _read(folder)
        except (OSError, ValueError, RecursionError, DreamwrightError) as cause:
            log.warning("skipped the job in %s, whose record cannot be read: %s", folder, cause)
            return
        self._records[record.job] = _woken(record, folder)


def _read(folder: Path) -> JobRecord:
    record = values.from_json(JobRecord, json.loads((folder / RECORD).read_text(encoding="utf-8")))
    JobState(record.state)
    configuration.from_json(record.config)
    if record.job != folder.name:
        raise ValueError(f"it is the record of another job, {record.job}")
    return record


def _woken(record: JobRecord, folder: Path) -> JobRecord:
    """A job that ran when the backend ended can be resumed, from its last checkpoint."""
    if record.state != JobState.RUNNING:
        return record
    return dataclasses.replace(record, state=JobState.PAUSED.value, step=step_named(folder) or 0)


def _new_id(now: float) -> str:
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + secrets.token_hex(3)
