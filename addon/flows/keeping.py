"""What came of a job: followed to its end, meshed into the scene, and kept there as a take."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any

import bpy

from ..blender import paths, results, shape_record, shaping, takes
from ..core import calls
from ..core.calls import GridData
from ..core.errors import DiskError, StoppedError
from ..core.link import Link
from ..core.shape_config import ShapeConfig
from ..core.take_record import portable
from ..core.wire import config
from .begun import forget_run, note_run
from .flow import STUDIO, Flow, awaited
from .following import followed
from .meshing import Cut, put
from .placing import origin_of, placed
from .report import Report, Stopwatch
from .takes import looked_at, remembered

log = logging.getLogger(__name__)


def finished(scene: str, link: Link, job: str, clock: Stopwatch) -> Flow[Report]:
    """Follow a job to its end and put what came of it into the scene.

    The scene goes by its name: an undo of the user in the meantime makes references to it stale.
    """
    record = yield from awaited(lambda: calls.get_job(link.client, job))
    note_run(_home(scene), record)
    state = yield from followed(link, job)
    clock.lap("optimise")
    return (yield from shown(scene, link, job, clock, stopped=state == config.JobState.CANCELLED))


def shown(scene: str, link: Link, job: str, clock: Stopwatch, stopped: bool) -> Flow[Report]:
    """Put a job as it stands now into the scene: as a new take, or in the place of the take that it has already."""
    record = yield from awaited(lambda: calls.get_job(link.client, job))
    if stopped and record.step == 0:
        forget_run(_home(scene), job)
        raise StoppedError("Stopped before the first step, so there is nothing to keep.")
    grid = yield from awaited(lambda: calls.fetch_grid(link.client, job))
    warnings = _kept(job, grid)
    look = yield from awaited(lambda: looked_at(link, job))
    clock.lap("export")
    peak = (yield from awaited(lambda: calls.fetch_status(link.client))).peak_rss_mb
    wanted = config.from_json(record.config)
    threshold = wanted.export.threshold or grid.threshold
    shape = _shape_of(_home(scene), job) or ShapeConfig(threshold=wanted.export.threshold)
    surface = yield from awaited(lambda: shaping.shaped(grid, shape))
    home = _home(scene)
    origin = origin_of(surface, wanted, record, threshold, grid.step)
    made = _in_place(home, Cut(surface, shape, grid.threshold, grid.step), origin)
    made = made or placed(home, surface, wanted, origin)
    remembered(home, made, record, look, stopped)
    forget_run(home, job)
    clock.lap("mesh")
    report = _report(record, made, clock, link, peak, stopped)
    report.warnings = warnings + record.notes
    home[results.REPORT] = json.dumps(asdict(report))
    return report


def _there(home: bpy.types.Scene, job: str) -> bpy.types.Object | None:
    """The object of the take that a job has already, where it can be given another mesh."""
    take = takes.find(home, job)
    return take.object if take and not take.why_read_only and take.object.mode == "OBJECT" else None


def _shape_of(home: bpy.types.Scene, job: str) -> ShapeConfig | None:
    """What its sliders say, which the user may have moved."""
    there = _there(home, job)
    return shape_record.wanted_of(there) if there else None


def _in_place(home: bpy.types.Scene, cut: Cut, origin: results.Origin) -> bpy.types.Object | None:
    """The take of the job with its new mesh, counted from where the one that it has is counted from."""
    there = _there(home, origin.job)
    if there:
        results.remember(there, results.changed(origin, place=results.recalled(there).place))
        put(there, cut)
    return there


def _home(scene: str) -> bpy.types.Scene:
    return bpy.data.scenes.get(scene) or bpy.context.scene


def _kept(job: str, grid: GridData) -> list[str]:
    """Keep the grid for meshing again; a full disk must not cost the result itself, so it only makes a warning."""
    try:
        STUDIO.keep_grid(job, grid, paths.cache_folder())
    except DiskError as error:
        log.warning("%s", error.sentence)
        return [error.sentence]
    return []


def _report(record: Any, made: bpy.types.Object, clock: Stopwatch, link: Link, peak: float, stopped: bool) -> Report:
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
        models=portable(record.models),
        object=made.name,
    )
