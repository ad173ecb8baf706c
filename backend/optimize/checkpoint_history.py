"""Checkpoints that are kept along the way, so that a job can go back to them.

    kept/000120/    checkpoint.json and its tensors: hard links to what was written, so that keeping costs no time
                    kept.json: when, how good it was, and what was asked for then

A job keeps a few, as evenly over its steps as what was kept allows.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backend.disk import PARTIAL, move_into_place, replace_whole
from backend.errors import CheckpointError, DiskError

from .checkpoint import NEWEST, PREVIOUS, tensors_named

FOLDER, RECORD = "kept", "kept.json"
MAX_BYTES = 1 << 29
"""Of all that a job keeps: eight of a field of 64 cells a side are 100 MB, of one of 128 they would be 800."""


@dataclass(frozen=True)
class KeptCheckpoint:
    """A step that a job can go back to."""

    step: int
    created: float
    """Seconds since 1970."""
    score: float | None
    config: dict[str, Any]
    """What was asked for then."""


def milestones(steps: int, count: int) -> set[int]:
    """The steps after which a checkpoint is kept: `count` of them, evenly, the last step among them."""
    return {round(steps * (i + 1) / count) for i in range(count)} - {0}


def list_checkpoints(folder: Path) -> list[KeptCheckpoint]:
    """All that can be gone back to, by step; what cannot be read is not there."""
    found = (_read(path) for path in sorted((folder / FOLDER).glob("[0-9]*")))
    return sorted((each for each in found if each), key=lambda each: each.step)


def checkpoint_folder(folder: Path, step: int) -> Path:
    """Returns where the checkpoint of a kept step lies, in the form that `read_checkpoint` reads.

    Raises:
        CheckpointError: that step was not kept; the sentence says which were.
    """
    steps = [each.step for each in list_checkpoints(folder)]
    if step not in steps:
        there = f"it has those of {', '.join(map(str, steps))}" if steps else "it has none yet"
        raise CheckpointError(f"This job has no kept checkpoint of step {step}: {there}.")
    return _folder(folder, step)


def keep_checkpoint(folder: Path, step: int, config: dict[str, Any], score: float | None, count: int) -> None:
    """Keeps the newest checkpoint as that of `step`, and no more than `count` in all.

    Raises:
        DiskError: it could not be kept.
    """
    place = _folder(folder, step)
    partial = place.with_name(f".{place.name}")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _link(folder / NEWEST, partial / NEWEST)
        _link(folder / tensors_named(folder / NEWEST), partial / tensors_named(folder / NEWEST))
        replace_whole(partial / RECORD, json.dumps(asdict(KeptCheckpoint(step, time.time(), score, config))).encode())
        shutil.rmtree(place, ignore_errors=True)
        move_into_place(partial, place)
    except (OSError, ValueError, KeyError) as cause:
        shutil.rmtree(partial, ignore_errors=True)
        raise DiskError(f"A checkpoint could not be kept in {place.parent}: make room there.") from cause
    _delete_excess(folder, count, step)


def restore_checkpoint(folder: Path, step: int) -> KeptCheckpoint:
    """The kept checkpoint becomes the newest one; it stays kept.

    Raises:
        CheckpointError: that step was not kept. DiskError: it could not be written; the newest one is as it was.
    """
    source = checkpoint_folder(folder, step)
    tensors = tensors_named(source / NEWEST)
    try:
        with contextlib.suppress(FileNotFoundError):
            _replace(folder / NEWEST, folder / PREVIOUS)
        _replace(source / tensors, folder / tensors)
        _replace(source / NEWEST, folder / NEWEST)
    except OSError as cause:
        raise DiskError(f"The job in {folder} could not be taken back to step {step}: make room there.") from cause
    return next(each for each in list_checkpoints(folder) if each.step == step)


def delete_checkpoints(folder: Path) -> None:
    """The job began anew: what was kept of the run before is of no use."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def most_crowded(steps: list[int]) -> int:
    """Returns the index, of rising steps, of the one whose neighbors are closest: it is missed least. The last one
    stays."""
    before = [0, *steps]
    return min(range(len(steps) - 1), key=lambda i: steps[i + 1] - before[i])


def _delete_excess(folder: Path, count: int, newest: int) -> None:
    """Down to `count` of them, and to BYTES; what was just asked to be kept is kept."""
    sizes = {each.step: _bytes_of(_folder(folder, each.step)) for each in list_checkpoints(folder)}
    while len(sizes) > 1 and (len(sizes) > count or sum(sizes.values()) > MAX_BYTES):
        steps = list(sizes)
        out = steps[most_crowded(steps)]
        if out == newest:
            steps.remove(newest)
            out = steps[most_crowded(steps)] if len(steps) > 1 else steps[0]
        del sizes[out]
        shutil.rmtree(_folder(folder, out), ignore_errors=True)


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _folder(folder: Path, step: int) -> Path:
    return folder / FOLDER / f"{step:07d}"


def _read(path: Path) -> KeptCheckpoint | None:
    try:
        found = KeptCheckpoint(**json.loads((path / RECORD).read_text(encoding="utf-8")))
        return found if (path / tensors_named(path / NEWEST)).is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _link(source: Path, target: Path) -> None:
    """A second name of the same file where the disk knows that, else a copy: what is written is never changed."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _replace(source: Path, target: Path) -> None:
    """`target` becomes `source` in one step."""
    target.with_name(target.name + PARTIAL).unlink(missing_ok=True)
    replace_whole(target, lambda partial: _link(source, partial))
