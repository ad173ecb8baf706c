"""What came of a job: followed to its end, meshed into the scene, and kept there as a take."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any

import bpy

from ..blender import identity, paths, remeshing, results
from ..core import calls
from ..core.calls import GridData
from ..core.connection import BackendConnection
from ..core.errors import DiskError, StoppedError
from ..core.remesh_config import FACE_BUDGETS, RemeshConfig
from ..core.take_record import without_absolute_paths
from ..core.wire import MemoryShortError, config
from .flow import APP, Flow, run_in_thread
from .job_report import Report, Stopwatch
from .manage_takes import fetch_job_extras, write_take
from .remesh_result import ExtractedSurface
from .replace_result import release_edited, remesh_settings_of_take, replace_existing
from .result_object import add_to_scene, provenance_of
from .show_result import show_new_take
from .time_estimate import remember_pace
from .unfinished_runs import add_unfinished_run, mark_memory_short, remove_unfinished_run
from .wait_for_job import wait_for_evaluation, wait_for_job, wait_for_transform

log = logging.getLogger(__name__)


def wait_and_insert(scene: int, connection: BackendConnection, job: str, clock: Stopwatch) -> Flow[Report]:
    """Follow a job to its end and put what came of it into the scene.

    The scene goes by its number: an undo of the user in the meantime makes references to it stale, a rename its name.
    """
    record = yield from run_in_thread(lambda: calls.get_job(connection.client, job))
    add_unfinished_run(_scene_or_current(scene), record)
    try:
        state = yield from wait_for_job(connection, job)
    except MemoryShortError:
        mark_memory_short(_scene_or_current(scene), job)  # its row offers what fits, also in another session
        raise
    clock.lap("optimize")
    return (yield from insert_result(scene, connection, job, clock, stopped=state == config.JobState.CANCELLED))


def insert_result(scene: int, connection: BackendConnection, job: str, clock: Stopwatch, stopped: bool) -> Flow[Report]:
    """Put a job as it stands now into the scene: as a new take, or in the place of the take that it has already."""
    record = yield from run_in_thread(lambda: calls.get_job(connection.client, job))
    if stopped and record.step == 0:
        remove_unfinished_run(_scene_or_current(scene), job)
        raise StoppedError("Stopped before the first step, so there is nothing to keep.")
    look = yield from run_in_thread(lambda: fetch_job_extras(connection, job))
    grid = yield from run_in_thread(lambda: calls.fetch_grid(connection.client, job))  # the last: then it is measured
    warnings = _cache_grid(job, grid)
    yield from remember_pace(connection, record, clock)
    clock.lap("export")
    peak = (yield from run_in_thread(lambda: calls.fetch_status(connection.client))).peak_rss_mb
    wanted = config.from_json(record.config)
    threshold = wanted.export.threshold or grid.threshold
    shape = remesh_settings_of_take(_scene_or_current(scene), job) or _first_shape(_scene_or_current(scene), wanted)
    surface = yield from run_in_thread(lambda: remeshing.extract_surface(grid, shape))
    surface = yield from remeshing.finish(surface, shape, run_in_thread)
    record = yield from wait_for_evaluation(connection, record)
    yield from wait_for_transform()
    home = _scene_or_current(scene)
    provenance = provenance_of(surface, wanted, record, threshold, grid.step)
    made = replace_existing(home, ExtractedSurface(surface, shape, grid.threshold, grid.step), provenance)
    if made is None:
        made = add_to_scene(home, surface, wanted, provenance, shape)
        warnings += release_edited(home, job, made)
    write_take(home, made, record, look, stopped)
    show_new_take(home, job)
    remove_unfinished_run(home, job)
    clock.lap("mesh")
    report = _make_report(record, made, clock, connection, peak, stopped)
    report.warnings = warnings + record.notes
    home[results.REPORT] = json.dumps(asdict(report))
    APP.session.post("job.reported", sentence=report.summary, notes=report.warnings)
    return report


def _first_shape(home: bpy.types.Scene, wanted: config.JobConfig) -> RemeshConfig:
    """Returns how a new result is meshed: with as many faces as the panel says."""
    return RemeshConfig(threshold=wanted.export.threshold, max_faces=FACE_BUDGETS[home.dreamwright.mesh_faces])


def _scene_or_current(scene: int) -> bpy.types.Scene:
    return identity.find_scene(scene) or bpy.context.scene


def _cache_grid(job: str, grid: GridData) -> list[str]:
    """Keep the grid for meshing again; a full disk must not cost the result itself, so it only makes a warning."""
    try:
        APP.cache_grid(job, grid, paths.cache_folder())
    except DiskError as error:
        log.warning("%s", error.sentence)
        return [error.sentence]
    return []


def _make_report(
    record: Any, made: bpy.types.Object, clock: Stopwatch, connection: BackendConnection, peak: float, stopped: bool
) -> Report:
    return Report(
        prompt=record.prompt,
        seed=int(record.config["seed"]),
        job=record.job,
        device=connection.backend_info.device,
        seconds=clock.seconds,
        step=record.step,
        steps=record.steps,
        stopped=stopped,
        score=record.score,
        evaluation=record.evaluation,
        backend_peak_rss_mb=peak,
        vertices=len(made.data.vertices),
        faces=len(made.data.polygons),
        models=without_absolute_paths(record.models),
        object=made.name,
    )
