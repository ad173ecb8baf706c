"""Objects out of words and pictures: generate, reconstruct, and going on with what was begun."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import bpy

from ..blender import paths
from ..core import calls
from ..core.box import as_settings
from ..core.capture_config import CaptureConfig
from ..core.errors import BusyError
from ..core.link import Link
from ..core.sending import send_dataset
from ..core.wire import config
from .backend import connected, running_link
from .cameras import with_camera_words
from .capturing import captured
from .flow import STUDIO, Flow, awaited
from .following import choose, followed_job
from .keeping import finished
from .places import SPHERE
from .report import Report, Stopwatch


def generate(context: bpy.types.Context, wanted: config.JobConfig) -> Flow[Report]:
    """Make an object out of words: start the backend, optimise, fetch the grid, mesh it into the scene."""
    wanted = config.check_runnable(with_camera_words(context.scene, wanted))
    with STUDIO.occupied("generating"):
        return (yield from _made(context.scene.name, wanted, Stopwatch()))


def reconstruct(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    settings: CaptureConfig,
    source: str = SPHERE,
    dataset: Path | None = None,
) -> Flow[Report]:
    """Make an object out of posed pictures: those in `dataset`, or views of this scene that are taken now.

    Where the method is "both", the prompt and the cameras' own words pull as well.
    """
    with STUDIO.occupied("reconstructing"):
        clock = Stopwatch()
        if dataset is None:
            dataset = paths.cache_folder() / "captures" / uuid.uuid4().hex[:12]
            box = yield from captured(context, settings, source, dataset)
            wanted = config.with_changes(wanted, {"bounds": as_settings(box)})
            clock.lap("capture")
        wanted = with_camera_words(context.scene, config.with_changes(wanted, {"dataset": str(dataset)}))
        config.check_runnable(wanted)
        return (yield from _made(context.scene.name, wanted, clock))


def resume(context: bpy.types.Context, job: str = "") -> Flow[Report | None]:
    """Go on with a paused job: the one that is followed now, else `job` (or the last that can go on) from the disk."""
    if STUDIO.doing:
        client, followed = running_link().client, followed_job()
        yield from awaited(lambda: calls.resume_job(client, followed))
        return None
    with STUDIO.occupied("resuming"):
        clock = Stopwatch()
        link = yield from connected()
        clock.lap("start")
        scene = context.scene.name
        record = yield from awaited(lambda: _resumable(link, job))
        choose(record.job, record.state, record.steps, record.step)
        if record.state != config.JobState.FINISHED:  # else it came to its end while nobody followed it
            yield from awaited(lambda: calls.resume_job(link.client, record.job))
        return (yield from finished(scene, link, record.job, clock))


def _made(scene: str, wanted: config.JobConfig, clock: Stopwatch) -> Flow[Report]:
    link = yield from connected()
    clock.lap("start")
    if link.remote and wanted.dataset:
        sent = yield from awaited(lambda: send_dataset(link.client, Path(wanted.dataset)))
        wanted = config.with_changes(wanted, {"dataset": sent})
    job = yield from awaited(lambda: calls.create_job(link.client, wanted))
    choose(job, config.JobState.QUEUED.value, wanted.optimise.steps)
    yield from awaited(lambda: calls.start_job(link.client, job))
    return (yield from finished(scene, link, job, clock))


def _resumable(link: Link, job: str) -> Any:
    """The record of `job`, of the job that was followed, or of the one last at work among those that can go on."""
    if job:
        return calls.get_job(link.client, job)
    records, snapshot = calls.list_jobs(link.client), STUDIO.session.snapshot
    waiting = [each for each in records if each.job == snapshot.job and not snapshot.ended]
    waiting = waiting or [each for each in records if each.state in (config.JobState.PAUSED, config.JobState.RUNNING)]
    if not waiting:
        raise BusyError("No job is waiting to go on.")
    return calls.get_job(link.client, max(waiting, key=lambda each: each.updated).job)
