"""The steps of a job that were kept: telling them, going back to one, and beginning another job from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend import config as configuration
from backend.config import JobConfig
from backend.optimize import checkpoint_history
from backend.optimize.checkpoint import NEWEST, PREVIOUS, Checkpoint, read_checkpoint, step_named
from backend.optimize.checkpoint_history import (
    KeptCheckpoint,
    checkpoint_folder,
    keep_checkpoint,
    restore_checkpoint,
)
from backend.optimize.lifted import without_lifted
from backend.optimize.warm_start import fit_config, held_before, inherit_solid, write_warm_start

from .store import JobStore


@dataclass(frozen=True)
class CheckpointInfo:
    """A kept checkpoint as the wire tells it."""

    step: int
    created: float
    score: float | None


def has_checkpoint(folder: Path) -> bool:
    """Tells whether a job's folder has a field to go on from."""
    return (folder / NEWEST).exists() or (folder / PREVIOUS).exists()


def list_checkpoints(store: JobStore, job: str) -> list[CheckpointInfo]:
    """The steps that the job can go back to, earliest first."""
    found = checkpoint_history.list_checkpoints(store.folder(job))
    return [CheckpointInfo(each.step, each.created, each.score) for each in found]


def check_checkpoint(store: JobStore, job: str, step: int) -> None:
    """Raises CheckpointError where the job cannot go back to this step: before anything is changed."""
    read_checkpoint(checkpoint_folder(store.folder(job), step))


def rewind_to(store: JobStore, job: str, step: int) -> KeptCheckpoint:
    """Goes back; where the job stands is kept first, so that one can come back from there.

    Raises:
        CheckpointError, DiskError
    """
    folder, record = store.folder(job), store.get(job)
    stands, count = step_named(folder), store.config(job).optimize.keep_checkpoints
    if stands is not None and stands not in [each.step for each in checkpoint_history.list_checkpoints(folder)]:
        keep_checkpoint(folder, stands, record.config, record.score, count)
    return restore_checkpoint(folder, step)


Check = Callable[[JobConfig], None]
"""Raises where a config may not be asked for."""


def create_branch(
    store: JobStore, job: str, changes: dict[str, Any], step: int | None, client: str, check: Check
) -> str:
    """A new job of a client, queued, that starts from this one's field at a kept step, or at its newest checkpoint.

    Raises:
        ConfigError: the field does not fit; no job was made.
        CheckpointError: there is no such step.
        DiskError: it could not be written; no job was made.
    """
    config, parent = _parent_checkpoint(store, job, step)
    wanted = fit_config(configuration.with_changes(config, changes), config, parent)
    brings_mesh = bool(changes.get("start", {}).get("mesh"))
    if brings_mesh:
        gentle = {**configuration.gentle_settings(wanted), "field": {}}  # the field is the parent's
        wanted = configuration.with_changes(wanted, gentle)
    check(wanted)
    record = store.create(wanted, parent=job, parent_step=parent.state["step"], client=client)
    try:
        write_start(store.folder(record.job), wanted, config, parent)
        if not brings_mesh:
            inherit_solid(store.folder(record.job), store.folder(job))
    except Exception:
        store.delete(record.job)  # it would begin at nothing
        raise
    return record.job


def write_start(folder: Path, wanted: JobConfig, before: JobConfig, parent: Checkpoint) -> None:
    """Has the job in `folder` start from another's field, which had the config `before`.

    Raises:
        DiskError: it could not be written.
    """
    write_warm_start(folder, without_lifted(parent, before, wanted), held_before(wanted, before, parent))


def _parent_checkpoint(store: JobStore, job: str, step: int | None) -> tuple[JobConfig, Checkpoint]:
    """Reads what was asked for then, and how it stood."""
    folder = store.folder(job)
    if step is None:
        return store.config(job), read_checkpoint(folder)
    parent = read_checkpoint(checkpoint_folder(folder, step))
    there = next(each for each in checkpoint_history.list_checkpoints(folder) if each.step == step)
    now = store.config(job)  # where pictures lay then, and what could be downloaded, is nothing that a record may say
    held = {"dataset": now.dataset, "allow_download": now.allow_download}
    return configuration.with_changes(configuration.from_json(there.config), held), parent
