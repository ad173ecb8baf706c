"""What a killed backend left half done: removed at the next start, and nothing else.

Only names that we give, only files older than this process (its own are younger), no link is followed, and a folder
with anything in it that is not ours stays.
"""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
from pathlib import Path

JOB = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_FILE = re.compile(
    r"(job\.json|preview\.png|curves\.png|kept\.json|checkpoint(\.previous)?\.json|checkpoint-\d+-\d{6,}\.safetensors"
    r"|memory\.json|clients\.json|sent\.json|grid\.npz)\.(part|partial)|\.write-test-\d+"
)
_PARTIAL_CHECKPOINT = re.compile(r"\.\d{7}")

log = logging.getLogger(__name__)


def sweep(cache: Path, before: float) -> list[str]:
    """Removes litter that is older than `before` (seconds since 1970); gives what it was, for the log."""
    gone = _files(cache, before) + _files(cache / "jobs", before)
    for job in _folders(cache / "jobs"):
        if not JOB.fullmatch(job.name):
            continue
        gone += _files(job, before) + _files(job / "start", before)
        for kept in _folders(job / "kept"):
            gone += (
                _partial_checkpoints(kept, before) if _PARTIAL_CHECKPOINT.fullmatch(kept.name) else _files(kept, before)
            )
        gone += _empty(job)
    for dataset in _folders(cache / "datasets"):
        gone += _files(dataset, before)
    if gone:
        log.info("removed what was left half done: %s", ", ".join(gone))
    return gone


def _files(folder: Path, before: float) -> list[str]:
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if _FILE.fullmatch(path.name) and not path.is_symlink() and path.is_file() and _old(path, before):
                path.unlink()
                found.append(path.name)
    return found


def _folders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def _partial_checkpoints(folder: Path, before: float) -> list[str]:
    if not _old(folder, before):
        return []
    shutil.rmtree(folder, ignore_errors=True)
    return [folder.name]


def _empty(job: Path) -> list[str]:
    """The folder of a job that never came to have a record."""
    with contextlib.suppress(OSError):
        job.rmdir()  # refuses a folder with anything in it
        return [job.name]
    return []


def _old(path: Path, before: float) -> bool:
    return path.stat().st_mtime < before
