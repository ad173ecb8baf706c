"""On from a take: another run that starts from its field, or the same run from an earlier step."""

from __future__ import annotations

from typing import Any

import bpy

from ..blender import results, takes
from ..core import calls
from ..core.link import Link
from ..core.take_record import differences
from ..core.wire import config, messages
from .backend import connected
from .cameras import with_camera_words
from .flow import STUDIO, Flow, awaited
from .following import choose
from .keeping import finished, shown
from .report import Report, Stopwatch
from .takes import changeable

FOLLOWS = (
    "prompt", "seed", "quality", "model", "allow_download", "device", "words", "render", "score_distillation",
    "dream_fields", "consistency", "photometric", "regulariser", "optimise", "judge", "watch",
)  # fmt: skip
"""What a new run takes over from what is wanted now. The box, the kind of field and the pictures are the take's."""
OF_WORDS = ("prompt", "words", "model")
"""What only a run that listens to words takes over."""


def iterate(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    job: str = "",
    step: int | None = None,
    given: dict[str, Any] | None = None,
) -> Flow[Report]:
    """A new take, warm-started from the field of another (at a kept step, or as it stands) with what is wanted now.

    `given` are settings that a script named: they hold whatever they are, or the backend refuses them.
    """
    take = changeable(context, job)
    scene, parent = context.scene.name, take.job
    with STUDIO.occupied("iterating"):
        clock = Stopwatch()
        link = yield from connected()
        clock.lap("start")
        before = (yield from awaited(lambda: calls.get_job(link.client, parent))).config
        changes = changes_to(before, with_camera_words(bpy.data.scenes[scene], _in_box_of(before, wanted)))
        changes = config.merged(changes, given or {})
        record = yield from awaited(lambda: _branched(link, parent, changes, step))
        choose(record.job, config.JobState.QUEUED.value, record.steps, record.step)
        yield from awaited(lambda: calls.start_job(link.client, record.job))
        report = yield from finished(scene, link, record.job, clock)
        _make_room(bpy.data.scenes.get(scene) or bpy.context.scene, parent, record.job)
        return report


def rewind(context: bpy.types.Context, step: int, job: str = "", go_on: bool = False) -> Flow[Report]:
    """The run of a take back to a kept step, and on from there where that is wanted; its object shows what it is then.

    Where the run stood before is kept as a checkpoint, so that this can be taken back.
    """
    take = changeable(context, job)
    scene, job = context.scene.name, take.job
    with STUDIO.occupied("going back"):
        clock = Stopwatch()
        link = yield from connected()
        clock.lap("start")
        yield from awaited(lambda: calls.rewind_job(link.client, job, step))
        record = yield from awaited(lambda: calls.get_job(link.client, job))
        choose(job, record.state, record.steps, record.step)
        if not go_on:
            return (yield from shown(scene, link, job, clock, stopped=True))
        yield from awaited(lambda: calls.resume_job(link.client, job))
        return (yield from finished(scene, link, job, clock))


def _branched(link: Link, parent: str, changes: dict[str, Any], step: int | None) -> messages.JobRecord:
    new = calls.branch_job(link.client, parent, changes, step)
    return calls.get_job(link.client, new)


def _in_box_of(before: dict[str, Any], wanted: config.JobConfig) -> config.JobConfig:
    """Words of cameras say what is seen from where, as seen from the middle of the take's own box."""
    return config.with_changes(wanted, {"bounds": before["bounds"]})


def changes_to(before: dict[str, Any], wanted: config.JobConfig) -> dict[str, Any]:
    """What of a job's config becomes another one, so that it does what is wanted now; it never becomes coarser."""
    asked = config.to_json(wanted)
    kept = {} if config.Method(before["method"]).reads_words else OF_WORDS
    follows = {name: asked[name] for name in FOLLOWS if name not in kept}
    if not wanted.prompt.strip():
        follows.pop("prompt", None)  # nothing was written in the panel: it stays what it is
    return differences(before, follows | {group: _finer(before[group], asked[group]) for group in ("field", "export")})


def _finer(before: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return {"resolution": max(before["resolution"], wanted["resolution"])}


def _make_room(scene: bpy.types.Scene, parent: str, child: str) -> None:
    """Hide the take that a new one came from, where it stands as it was made: the new one would be inside it."""
    old, new = takes.find(scene, parent), takes.find(scene, child)
    if old and new and old.object != new.object and results.stands_as_made(old.object):
        old.object.hide_viewport = old.object.hide_render = True
