"""What came of a job: followed to its end, meshed into the scene, and kept there as a take."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any

import bpy

from ..blender import paths, remesh_record, remeshing, results, takes
from ..core import calls
from ..core.calls import GridData
from ..core.connection import BackendConnection
from ..core.errors import DiskError, StoppedError
from ..core.remesh_config import FACE_BUDGETS, RemeshConfig
from ..core.take_record import without_absolute_paths
from ..core.wire import config
from .flow import APP, Flow, run_in_thread
from .job_report import Report, Stopwatch
from .manage_takes import fetch_job_extras, write_take
from .remesh import ExtractedSurface, apply_surface
from .result_object import add_to_scene, provenance_of
from .unfinished_runs import add_unfinished_run, remove_unfinished_run
from .wait_for_job import wait_for_job

log = logging.getLogger(__name__)


def wait_and_insert(scene: str, connection: BackendConnection, job: str, clock: Stopwatch) -> Flow[Report]:
    """Follow a job to its end and put what came of it into the scene.

    The scene goes by its name: an undo of the user in the meantime makes references to it stale.
    """
    record = yield from run_in_thread(lambda: calls.get_job(connection.client, job))
    add_unfinished_run(_scene_or_current(scene), record)
    state = yield from wait_for_job(connection, job)
    clock.lap("optimize")
    return (yield from insert_result(scene, connection, job, clock, stopped=state == config.JobState.CANCELLED))


def insert_result(scene: str, connection: BackendConnection, job: str, clock: Stopwatch, stopped: bool) -> Flow[Report]:
    """Put a job as it stands now into the scene: as a new take, or in the place of the take that it has already."""
    record = yield from run_in_thread(lambda: calls.get_job(connection.client, job))
    if stopped and record.step == 0:
        remove_unfinished_run(_scene_or_current(scene), job)
        raise StoppedError("Stopped before the first step, so there is nothing to keep.")
    grid = yield from run_in_thread(lambda: calls.fetch_grid(connection.client, job))
    warnings = _cache_grid(job, grid)
    look = yield from run_in_thread(lambda: fetch_job_extras(connection, job))
    clock.lap("export")
    peak = (yield from run_in_thread(lambda: calls.fetch_status(connection.client))).peak_rss_mb
    wanted = config.from_json(record.config)
    threshold = wanted.export.threshold or grid.threshold
    shape = _remesh_settings_of(_scene_or_current(scene), job) or _first_shape(_scene_or_current(scene), wanted)
    surface = yield from run_in_thread(lambda: remeshing.extract_surface(grid, shape))
    home = _scene_or_current(scene)
    provenance = provenance_of(surface, wanted, record, threshold, grid.step)
    made = _replace_existing(home, ExtractedSurface(surface, shape, grid.threshold, grid.step), provenance)
    made = made or add_to_scene(home, surface, wanted, provenance, shape)
    write_take(home, made, record, look, stopped)
    remove_unfinished_run(home, job)
    clock.lap("mesh")
    report = _make_report(record, made, clock, connection, peak, stopped)
    report.warnings = warnings + record.notes
    home[results.REPORT] = json.dumps(asdict(report))
    APP.session.post("job.reported", sentence=report.summary, notes=report.warnings)
    return report


def _replaceable_object(home: bpy.types.Scene, job: str) -> bpy.types.Object | None:
    """The object of the take that a job has already, where it can be given another mesh."""
    take = takes.find_take(home, job)
    return take.object if take and not take.why_read_only and take.object.mode == "OBJECT" else None


def _remesh_settings_of(home: bpy.types.Scene, job: str) -> RemeshConfig | None:
    """Returns what its sliders say, which the user may have moved."""
    there = _replaceable_object(home, job)
    return remesh_record.remesh_settings_of(there) if there else None


def _first_shape(home: bpy.types.Scene, wanted: config.JobConfig) -> RemeshConfig:
    """Returns how a new result is meshed: with as many faces as the panel says."""
    return RemeshConfig(threshold=wanted.export.threshold, max_faces=FACE_BUDGETS[home.dreamwright.mesh_faces])


def _replace_existing(
    home: bpy.types.Scene, cut: ExtractedSurface, provenance: results.Provenance
) -> bpy.types.Object | None:
    """The take of the job with its new mesh, counted from where the one that it has is counted from."""
    there = _replaceable_object(home, provenance.job)
    if there:
        results.write_provenance(
            there, results.with_changes(provenance, location=results.read_provenance(there).location)
        )
        apply_surface(there, cut)
    return there


def _scene_or_current(scene: str) -> bpy.types.Scene:
    return bpy.data.scenes.get(scene) or bpy.context.scene


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
