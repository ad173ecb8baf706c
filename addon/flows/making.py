"""Objects out of words and pictures: generate, reconstruct, and going on with what was begun."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bpy

from ..blender import capture, grid_mesh, paths, results
from ..core import calls
from ..core.calls import GridData
from ..core.capture_config import CaptureConfig
from ..core.errors import BusyError, DiskError, StoppedError
from ..core.link import Link
from ..core.wire import config
from .backend import connected, running_link
from .cameras import with_camera_words
from .flow import STUDIO, Flow, awaited
from .following import choose, followed, followed_job
from .placing import origin_of, placed
from .report import Report, Stopwatch

SMOOTH_PASSES = 5
"""Of the mesh: voxel stairs and the ripples of a distilled field are gone after five, and edges are still edges."""

log = logging.getLogger(__name__)


def generate(context: bpy.types.Context, wanted: config.JobConfig) -> Flow[Report]:
    """Make an object out of words: start the backend, optimise, fetch the grid, mesh it into the scene."""
    wanted = config.check_runnable(with_camera_words(context.scene, wanted))
    with STUDIO.occupied("generating"):
        return (yield from _made(context.scene.name, wanted, Stopwatch()))


def reconstruct(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    settings: CaptureConfig,
    source: str = "SPHERE",
    dataset: Path | None = None,
) -> Flow[Report]:
    """Make an object out of posed pictures: those in `dataset`, or views of this scene that are taken now.

    Where the method is "both", the prompt and the cameras' own words pull as well.
    """
    with STUDIO.occupied("reconstructing"):
        clock = Stopwatch()
        if dataset is None:
            dataset, box = yield from _captured(context, settings, source)
            wanted = config.with_changes(wanted, {"bounds": _bounds(box)})
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
        yield from awaited(lambda: calls.resume_job(link.client, record.job))
        return (yield from _finished(scene, link, record.job, clock))


def _made(scene: str, wanted: config.JobConfig, clock: Stopwatch) -> Flow[Report]:
    link = yield from connected()
    clock.lap("start")
    job = yield from awaited(lambda: calls.create_job(link.client, wanted))
    choose(job, config.JobState.QUEUED.value, wanted.optimise.steps)
    yield from awaited(lambda: calls.start_job(link.client, job))
    return (yield from _finished(scene, link, job, clock))


def _finished(scene: str, link: Link, job: str, clock: Stopwatch) -> Flow[Report]:
    """Follow a job to its end and put what came of it into the scene.

    The scene goes by its name: an undo of the user in the meantime makes references to it stale.
    """
    state = yield from followed(link, job)
    clock.lap("optimise")
    record = yield from awaited(lambda: calls.get_job(link.client, job))
    if state == config.JobState.CANCELLED and record.step == 0:
        raise StoppedError("Stopped before the first step, so there is nothing to keep.")
    grid = yield from awaited(lambda: calls.fetch_grid(link.client, job))
    warnings = _kept(job, grid)
    clock.lap("export")
    peak = (yield from awaited(lambda: calls.fetch_status(link.client))).peak_rss_mb
    wanted = config.from_json(record.config)
    threshold = wanted.export.threshold or grid.threshold
    surface = yield from awaited(lambda: grid_mesh.surface_of(grid, threshold, SMOOTH_PASSES))
    home = bpy.data.scenes.get(scene) or bpy.context.scene
    made = placed(home, surface, wanted, origin_of(surface, wanted, record, threshold, grid.step))
    clock.lap("mesh")
    report = _report(record, made, clock, link, peak, state == config.JobState.CANCELLED)
    report.warnings = warnings + record.notes
    home[results.REPORT] = json.dumps(asdict(report))
    return report


def _captured(context: bpy.types.Context, settings: CaptureConfig, source: str) -> Flow[tuple[Path, capture.Box]]:
    box = capture.scene_box(context)
    cameras = capture.selected_cameras(context) if source == "SELECTED" else None
    folder = paths.cache_folder() / "captures" / uuid.uuid4().hex[:12]
    for done, count in capture.capture(context, folder, settings, box, cameras):
        STUDIO.session.post("activity", text=f"Rendering view {done} of {count}", fraction=done / count)
        if STUDIO.stop_wanted:
            raise StoppedError("Stopped while the views were rendered, so there is nothing to keep.")
        yield
    return folder, box


def _bounds(box: capture.Box) -> dict[str, list[float]]:
    return {"centre": box.centre.tolist(), "size": box.size.tolist()}


def _kept(job: str, grid: GridData) -> list[str]:
    """Keep the grid for meshing again; a full disk must not cost the result itself, so it only makes a warning."""
    try:
        STUDIO.keep_grid(job, grid, paths.cache_folder())
    except DiskError as error:
        log.warning("%s", error.sentence)
        return [error.sentence]
    return []


def _resumable(link: Link, job: str) -> Any:
    """The record of `job`, or of the job that was last at work among those that can go on."""
    if job:
        return calls.get_job(link.client, job)
    waiting = [each for each in calls.list_jobs(link.client) if each.state == config.JobState.PAUSED]
    if not waiting:
        raise BusyError("No job is waiting to go on.")
    return max(waiting, key=lambda each: each.updated)


def _report(record, made, clock: Stopwatch, link: Link, peak: float, stopped: bool) -> Report:
    return Report(
        prompt=record.prompt,
        seed=int(record.config["seed"]),
        job=record.job,
        device=link.welcome.device,
        seconds=clock.seconds,
        step=record.step,
        steps=record.steps,
        stopped=stopped,
        score=record.score,
        evaluation=record.evaluation,
        backend_peak_rss_mb=peak,
        vertices=len(made.data.vertices),
        faces=len(made.data.polygons),
        models=record.models,
        object=made.name,
    )
