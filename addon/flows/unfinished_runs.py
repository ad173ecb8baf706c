"""Runs that this file began and that have not come to an end: a .blend that is saved in mid-run knows of them later.

They have no object yet, so they stand on the scene: {job: {"prompt": .., "steps": ..}} as JSON,
with "memory_short" where memory was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import bpy

from ..core.take_record import to_int
from ..core.wire import messages

PROPERTY = "dreamwright_unfinished_runs"


@dataclass(frozen=True)
class UnfinishedRun:
    """A run without a take."""

    job: str
    prompt: str
    steps: int
    memory_short: bool = False
    """Whether it was refused, or ended, because memory is short: it can go on with what fits."""


def list_unfinished_runs(scene: bpy.types.Scene) -> list[UnfinishedRun]:
    """The runs that a scene began, in their order."""
    return [
        UnfinishedRun(job, str(each.get("prompt", "")), to_int(each.get("steps")), each.get("memory_short") is True)
        for job, each in _read(scene).items()
    ]


def add_unfinished_run(scene: bpy.types.Scene, record: messages.JobRecord) -> None:
    """Have the scene know of a run."""
    _write(scene, _read(scene) | {record.job: {"prompt": record.prompt, "steps": record.steps}})


def mark_memory_short(scene: bpy.types.Scene, job: str) -> None:
    """The run needs more memory than there is."""
    runs = _read(scene)
    if job in runs:
        _write(scene, runs | {job: runs[job] | {"memory_short": True}})


def remove_unfinished_run(scene: bpy.types.Scene, job: str) -> None:
    """The run has become a take, or came to nothing."""
    _write(scene, {name: each for name, each in _read(scene).items() if name != job})


def _read(scene: bpy.types.Scene) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(scene.get(PROPERTY, "{}"))
    except (TypeError, ValueError):
        return {}
    return {job: each for job, each in found.items() if isinstance(each, dict)} if isinstance(found, dict) else {}


def _write(scene: bpy.types.Scene, runs: dict[str, dict[str, Any]]) -> None:
    if runs:
        scene[PROPERTY] = json.dumps(runs)
    elif PROPERTY in scene:
        del scene[PROPERTY]
