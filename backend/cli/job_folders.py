"""Where jobs lie that a person names: a folder of `generate` or `reconstruct`, one full of them, a job of the cache."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend import config as configuration
from backend.config import JobConfig
from backend.errors import CheckpointError, ConfigError, UnknownJobError
from backend.jobs.store import RECORD, current_record
from backend.optimize.checkpoint import NEWEST, PREVIOUS

from .local_run import REPORT_FILE


@dataclass(frozen=True)
class JobFolder:
    """A job with a checkpoint, and what was written beside it."""

    path: Path
    config: JobConfig
    report: dict[str, Any]


def find_jobs(places: Sequence[str], cache: Path) -> list[Path]:
    """The folders of all jobs that are meant, each once.

    Raises:
        UnknownJobError: there is neither such a folder nor such a job in the cache.
        CheckpointError: a folder holds no checkpoint, nor do the folders in it.
    """
    return list(dict.fromkeys(folder for place in places for folder in _jobs_in(_folder(place, cache))))


def one_job(place: str, cache: Path) -> Path:
    """The folder of the one job that is meant.

    Raises:
        UnknownJobError, CheckpointError: as `find_jobs`. ConfigError: there are several.
    """
    found = find_jobs([place], cache)
    if len(found) > 1:
        raise ConfigError(f"There are {len(found)} jobs in {place}: name one of their folders.")
    return found[0]


def read_job(folder: Path) -> JobFolder:
    """Reads the settings of a job and where its checkpoint lies.

    Raises:
        CheckpointError: its settings are missing, broken or of another version.
    """
    path = next((folder / name for name in (REPORT_FILE, RECORD) if (folder / name).exists()), folder / REPORT_FILE)
    try:
        report = current_record(json.loads(path.read_text(encoding="utf-8")))
        return JobFolder(folder, configuration.from_json(report["config"]), report)
    except ConfigError as cause:
        raise CheckpointError(f"The job in {folder} is of another version: {cause.sentence}") from cause
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise CheckpointError(f"The settings of the job in {folder} cannot be read: make the job again.") from cause


def _folder(place: str, cache: Path) -> Path:
    folder, job = Path(place).expanduser(), cache / "jobs" / place
    if folder.is_dir():
        return folder
    if job.is_dir():
        return job
    raise UnknownJobError(f"There is no folder and no job '{place}': name a folder that generate or reconstruct wrote.")


def _jobs_in(folder: Path) -> list[Path]:
    if _has_checkpoint(folder):
        return [folder]
    found = [inner for inner in sorted(folder.iterdir()) if _has_checkpoint(inner)]
    if not found:
        raise CheckpointError(f"There is no checkpoint in {folder}, nor in a folder in it: name a folder of generate.")
    return found


def _has_checkpoint(folder: Path) -> bool:
    return any((folder / name).exists() for name in (NEWEST, PREVIOUS))
