"""The steps of a job that were kept: telling them, going back to one, and beginning another job from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from backend import config as configuration
from backend.config import JobConfig
from backend.optimise.checkpoint import Checkpoint, read_checkpoint, step_named
from backend.optimise.kept import Kept, go_back, keep, kept, kept_folder
from backend.optimise.warm_start import fitted, write_start

from .store import JobStore


@dataclass(frozen=True)
class KeptShown:
    """A kept checkpoint as the wire tells it."""

    step: int
    created: float
    score: float | None


def kept_steps(store: JobStore, job: str) -> list[KeptShown]:
    """The steps that the job can go back to, earliest first."""
    return [KeptShown(each.step, each.created, each.score) for each in kept(store.folder(job))]


def check_kept(store: JobStore, job: str, step: int) -> None:
    """Raises CheckpointError where the job cannot go back to this step: before anything is changed."""
    read_checkpoint(kept_folder(store.folder(job), step))


def taken_back(store: JobStore, job: str, step: int) -> Kept:
    """Goes back; where the job stands is kept first, so that one can come back from there.

    Raises:
        CheckpointError, DiskError
    """
    folder, record = store.folder(job), store.get(job)
    stands, count = step_named(folder), store.config(job).optimise.keep_checkpoints
    if stands is not None and stands not in [each.step for each in kept(folder)]:
        keep(folder, stands, record.config, record.score, count)
    return go_back(folder, step)


Check = Callable[[JobConfig], None]
"""Raises where a config may not be asked for."""


def branched(store: JobStore, job: str, changes: dict[str, Any], step: int | None, client: str, check: Check) -> str:
    """A new job of a client, queued, that starts from this one's field at a kept step, or at its newest checkpoint.

    Raises:
        ConfigError: the field does not fit; no job was made.
        CheckpointError: there is no such step.
        DiskError: it could not be written; no job was made.
    """
    config, parent = _parent(store, job, step)
    wanted = fitted(configuration.with_changes(config, changes), config, parent)
    check(wanted)
    record = store.create(wanted, parent=job, parent_step=parent.state["step"], client=client)
    try:
        write_start(store.folder(record.job), parent)
    except Exception:
        store.delete(record.job)  # it would begin at nothing
        raise
    return record.job


def _parent(store: JobStore, job: str, step: int | None) -> tuple[JobConfig, Checkpoint]:
    """What was asked for then, and how it stood."""
    folder = store.folder(job)
    if step is None:
        return store.config(job), read_checkpoint(folder)
    parent = read_checkpoint(kept_folder(folder, step))
    there = next(each for each in kept(folder) if each.step == step)
    pictures = {"dataset": store.config(job).dataset}  # where they lay then is nothing that a record may say
    return configuration.with_changes(configuration.from_json(there.config), pictures), parent
