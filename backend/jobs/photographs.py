"""What is done with a job's photographs before anything is built: their poses where they have none, and their box."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from backend.config import JobConfig, with_changes
from backend.optimize.photo_box import with_photo_box
from backend.photos.pose import kept_dataset, pose_dataset

POSED = "posed"
"""The folder, in the cache or in that of a run, in which poses lie that were found."""


def prepare_photographs(
    config: JobConfig, posed: Path, log: Callable[[str], None], go_on: Callable[[], None] = lambda: None
) -> tuple[JobConfig, tuple[str, ...]]:
    """Returns the job with posed pictures and a box, and sentences for the person; `posed` is where poses are written.

    Raises:
        DreamwrightError: a leaf that says what the pictures lack.
    """
    if not config.uses_photos:
        return config, ()
    dataset = pose_dataset(config.dataset, posed, config.allow_download, log, go_on)
    config, notes = with_photo_box(with_changes(config, {"dataset": dataset}), go_on)
    for note in notes:
        log(note)
    return config, notes


def with_kept_poses(config: JobConfig, cache: Path) -> JobConfig:
    """Returns the job with the poses that an earlier one found in its photographs, where they have none of their own.

    Raises:
        DatasetError: nobody has found any yet.
    """
    if not config.uses_photos:
        return config
    return with_changes(config, {"dataset": kept_dataset(config.dataset, posed_folder(cache, config.dataset))})


def posed_folder(cache: Path, dataset: str) -> Path:
    """Returns where poses of a folder or a video are kept, for all jobs of it: another one where a picture has
    changed."""
    folder = Path(os.path.expanduser(dataset))
    return cache / POSED / hashlib.sha256(repr((str(folder), _stamps(folder))).encode()).hexdigest()[:24]


def _stamps(given: Path) -> list[tuple[str, int, int]]:
    """Returns names, times and sizes of the files of a folder, or of the one file that is given; none where they cannot
    be had."""
    try:
        files = sorted(given.iterdir()) if given.is_dir() else [given]
        return [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
    except OSError:
        return []
