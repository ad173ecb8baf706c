"""Objects out of words and pictures: generate, reconstruct, and going on with what was begun."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

import bpy

from ..blender import identity, paths
from ..core import calls
from ..core.box import to_config_values
from ..core.camera_choices import SPHERE
from ..core.capture_config import CaptureConfig
from ..core.connection import BackendConnection
from ..core.errors import BusyError
from ..core.sending import send_dataset
from ..core.wire import config
from .capture_views import capture_views
from .flow import APP, Flow, run_in_thread
from .insert_result import wait_and_insert
from .job_report import Report, Stopwatch
from .manage_backend import ensure_connected, is_offline, require_connection
from .regions import with_camera_prompts, with_regions
from .scene_of_objects import config_of, gather, names_several, report_of_all
from .start_mesh import SolidMesh, begin_with, read_meshes, send_start
from .time_estimate import time_estimate
from .wait_for_job import follow_job, require_followed_job


def generate(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    start: Sequence[bpy.types.Object] = (),
    *,
    box_given: bool = False,
) -> Flow[Report]:
    """Make an object out of words: start the backend, optimize, fetch the grid, mesh it into the scene. Several things
    that the shape prior makes become an object each. With objects to `start` from the field begins as their solid, in
    a box around them where no other was `given`."""
    mesh = None
    if start:
        mesh, wanted = begin_with(context, start, wanted, box_given)
    wanted = config.check_runnable(with_camera_prompts(context.scene, wanted))
    with APP.busy("generating"):
        scene = identity.uid_of(context.scene)
        if mesh is None and names_several(wanted):
            return (yield from _generate_scene(scene, wanted))
        wanted = yield from with_regions(context.scene, wanted)
        return (yield from run_new_job(scene, wanted, Stopwatch(), mesh))


def reconstruct(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    settings: CaptureConfig,
    source: str = SPHERE,
    dataset: Path | None = None,
    start: Sequence[bpy.types.Object] = (),
) -> Flow[Report]:
    """Make an object out of posed pictures: those in `dataset`, or views of this scene that are taken now.

    Where the method is "both", the prompt and the cameras' own words pull as well. With objects to `start` from the
    field begins as what of their solid lies in the pictures' box.
    """
    mesh = read_meshes(context, start) if start else None
    with APP.busy("reconstructing"):
        clock = Stopwatch()
        if dataset is None:
            dataset = paths.cache_folder() / "captures" / uuid.uuid4().hex[:12]
            box = yield from capture_views(context, settings, source, dataset)
            wanted = config.with_changes(wanted, {"bounds": to_config_values(box)})
            clock.lap("capture")
        scene = identity.uid_of(context.scene)
        wanted = with_camera_prompts(context.scene, config.with_changes(wanted, {"dataset": str(dataset)}))
        wanted = config.check_runnable((yield from with_regions(context.scene, wanted)))
        return (yield from run_new_job(scene, wanted, clock, mesh))


def resume(context: bpy.types.Context, job: str = "", what_fits: bool = False) -> Flow[Report | None]:
    """Go on with a paused job: the one that is followed now, else `job` (or the last that can go on) from the disk.

    With `what_fits` it is made as much coarser as memory asks for, where the job's own setting would have it refused.
    """
    short = "lower" if what_fits else ""
    if APP.current_task:
        client, followed, offline = require_connection().client, require_followed_job(), is_offline()
        yield from run_in_thread(lambda: calls.resume_job(client, followed, offline, short))
        return None
    with APP.busy("resuming"):
        clock = Stopwatch()
        connection = yield from ensure_connected()
        clock.lap("start")
        scene, offline = identity.uid_of(context.scene), is_offline()
        record = yield from run_in_thread(lambda: _find_resumable(connection, job))
        follow_job(record.job, record.state, record.steps, record.step)
        if record.state != config.JobState.FINISHED:  # else it came to its end while nobody followed it
            yield from run_in_thread(lambda: calls.resume_job(connection.client, record.job, offline, short))
        return (yield from wait_and_insert(scene, connection, record.job, clock))


def _generate_scene(scene: int, wanted: config.JobConfig) -> Flow[Report]:
    """A job, an object and a take for each thing, so that each can be moved, meshed and asked for again alone; what was
    made before a failure or a stop stays."""
    connection = yield from ensure_connected()
    placed = yield from run_in_thread(lambda: calls.arrange_objects(connection.client, wanted))
    reports: list[Report] = []
    try:
        for each in placed.objects:
            one = config_of(wanted, each)
            one = yield from with_regions(identity.find_scene(scene) or bpy.context.scene, one)
            report = yield from run_new_job(scene, one, Stopwatch())
            reports.append(report)
    finally:
        gather(identity.find_scene(scene) or bpy.context.scene, wanted, [report.object for report in reports])
    return report_of_all(identity.find_scene(scene) or bpy.context.scene, wanted, reports, placed.notes)


def run_new_job(scene: int, wanted: config.JobConfig, clock: Stopwatch, mesh: SolidMesh | None = None) -> Flow[Report]:
    """Runs a job to its end and puts what came of it into the scene of this identity."""
    connection = yield from ensure_connected()
    clock.lap("start")
    if mesh is not None:
        wanted = config.with_changes(wanted, {"start": {"mesh": (yield from send_start(connection, mesh))}})
        clock.lap("send")
    if connection.remote and wanted.dataset:
        wanted = config.with_changes(wanted, {"dataset": (yield from _send(connection, Path(wanted.dataset)))})
        clock.lap("send")
    job = yield from run_in_thread(lambda: calls.create_job(connection.client, wanted))
    follow_job(job, config.JobState.QUEUED.value, wanted.optimize.steps)
    APP.session.post("event.log", text=time_estimate(wanted))
    offline = is_offline()
    yield from run_in_thread(lambda: calls.start_job(connection.client, job, offline))
    return (yield from wait_and_insert(scene, connection, job, clock))


def _send(connection: BackendConnection, dataset: Path) -> Flow[str]:
    """The photos to a backend elsewhere, until they are there, or somebody stops it."""
    abandoned = Event()

    def stopped() -> bool:
        return APP.stop_requested or abandoned.is_set()

    def report_progress(done: int, of: int) -> None:
        APP.session.post("activity", text=f"Sending photos ({done / 1e6:.0f} of {of / 1e6:.0f} MB)", fraction=done / of)

    try:
        return (yield from run_in_thread(lambda: send_dataset(connection.client, dataset, stopped, report_progress)))
    finally:
        abandoned.set()  # also when the flow is thrown away in the middle
        APP.session.post("activity", text="", fraction=None)


def _find_resumable(connection: BackendConnection, job: str) -> Any:
    """The record of `job`, of the job that was followed, or of the one last at work among those that can go on."""
    if job:
        return calls.get_job(connection.client, job)
    records, snapshot = calls.list_jobs(connection.client), APP.session.snapshot
    waiting = [each for each in records if each.job == snapshot.job and not snapshot.ended]
    waiting = waiting or [each for each in records if each.state in (config.JobState.PAUSED, config.JobState.RUNNING)]
    if not waiting:
        raise BusyError("There is no run to resume.")
    return calls.get_job(connection.client, max(waiting, key=lambda each: each.updated).job)
