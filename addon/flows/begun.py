"""Runs that this file began and that have not come to an end: a .blend that is saved in mid-run knows of them later.

They have no object yet, so they stand on the scene: {job: {"prompt": .., "steps": ..}} as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import bpy

from ..core.take_record import whole
from ..core.wire import messages

BEGUN = "dreamwright_begun"


@dataclass(frozen=True)
class Begun:
    """A run without a take."""

    job: str
    prompt: str
    steps: int


def begun_in(scene: bpy.types.Scene) -> list[Begun]:
    """The runs that a scene began, in their order."""
    return [Begun(job, str(each.get("prompt", "")), whole(each.get("steps"))) for job, each in _read(scene).items()]


def note_run(scene: bpy.types.Scene, record: messages.JobRecord) -> None:
    """Have the scene know of a run."""
    _write(scene, _read(scene) | {record.job: {"prompt": record.prompt, "steps": record.steps}})


def forget_run(scene: bpy.types.Scene, job: str) -> None:
    """The run has become a take, or came to nothing."""
    _write(scene, {name: each for name, each in _read(scene).items() if name != job})


def _read(scene: bpy.types.Scene) -> dict[str, dict]:
    try:
        found = json.loads(scene.get(BEGUN, "{}"))
    except (TypeError, ValueError):
        return {}
    return {job: each for job, each in found.items() if isinstance(each, dict)} if isinstance(found, dict) else {}


def _write(scene: bpy.types.Scene, runs: dict[str, dict]) -> None:
    if runs:
        scene[BEGUN] = json.dumps(runs)
    elif BEGUN in scene:
        del scene[BEGUN]
