"""On from a take: another run that starts from its field, or the same run from an earlier step."""

from __future__ import annotations

from typing import Any

import bpy

from ..blender import identity, results
from ..blender.region_marks import Region
from ..core import calls
from ..core.connection import BackendConnection
from ..core.errors import SceneError
from ..core.region_kinds import FACE_MARGIN
from ..core.wire import config, going_on, messages
from .camera_prompts import with_camera_prompts
from .flow import APP, Flow, run_in_thread
from .insert_result import insert_result, wait_and_insert
from .job_report import Report, Stopwatch
from .manage_backend import ensure_connected, is_offline
from .manage_takes import require_editable_take
from .regions import chosen_part, with_regions_of_take
from .result_object import require_result
from .wait_for_job import follow_job


def refine(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    job: str = "",
    step: int | None = None,
    given: dict[str, Any] | None = None,
    part: Region | None = None,
) -> Flow[Report]:
    """A new take, warm-started from the field of another (at a kept step, or as it stands) with what is wanted now.

    With a `part`, only that is made anew.

    `given` are settings that a script named: they hold whatever they are, or the backend refuses them.
    """
    take = require_editable_take(context, job)
    scene, parent, shown = identity.uid_of(context.scene), take.job, identity.uid_of(take.object)
    with APP.busy("iterating"):
        clock = Stopwatch()
        connection = yield from ensure_connected()
        clock.lap("start")
        before = (yield from run_in_thread(lambda: calls.get_job(connection.client, parent))).config
        home = identity.find_scene(scene) or bpy.context.scene
        wanted = with_camera_prompts(home, _with_bounds_of(before, wanted))
        wanted = yield from with_regions_of_take(home, wanted, require_result(shown, parent), part)
        changes = going_on.changes_going_on(before, wanted)
        changes = config.merged(changes, given or {})
        return (yield from run_branch(scene, connection, parent, changes, step, clock))


def run_branch(
    scene: int, connection: BackendConnection, parent: str, changes: dict[str, Any], step: int | None, clock: Stopwatch
) -> Flow[Report]:
    """Runs a job that starts from another's field to its end, and puts what came of it into the scene."""
    record = yield from run_in_thread(lambda: _create_branch(connection, parent, changes, step))
    follow_job(record.job, config.JobState.QUEUED.value, record.steps, record.step)
    offline = is_offline()
    yield from run_in_thread(lambda: calls.start_job(connection.client, record.job, offline))
    return (yield from wait_and_insert(scene, connection, record.job, clock))


def redo_part(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    job: str = "",
    part: str = "",
    margin: float = FACE_MARGIN,
    given: dict[str, Any] | None = None,
) -> Flow[Report]:
    """A new take in which one part is made anew by the words that are wanted now; all else of the take is held.

    The part is the object of this name, the faces that are selected in Edit Mode, or the object that is marked as one.

    Raises:
        SceneError: there is no such part, or the take came from photos alone.
    """
    take = require_editable_take(context, job)
    if not wanted.uses_text:
        raise SceneError("This take came from photos, which say no other words: make the part anew of a prompt's take.")
    region = chosen_part(context, take, part, margin)
    if not wanted.export.threshold:  # else one is found for the new grid, and the surface moves everywhere a little
        threshold = results.read_provenance(take.object).threshold
        wanted = config.with_changes(wanted, {"export": {"threshold": threshold}})
    return (yield from refine(context, wanted, take.job, given=given, part=region))


def rewind(context: bpy.types.Context, step: int, job: str = "", continue_run: bool = False) -> Flow[Report]:
    """The run of a take back to a kept step, and on from there where that is wanted; its object shows what it is then.

    Where the run stood before is kept as a checkpoint, so that this can be taken back.
    """
    take = require_editable_take(context, job)
    scene, job = identity.uid_of(context.scene), take.job
    with APP.busy("going back"):
        clock = Stopwatch()
        connection = yield from ensure_connected()
        clock.lap("start")
        yield from run_in_thread(lambda: calls.rewind_job(connection.client, job, step))
        record = yield from run_in_thread(lambda: calls.get_job(connection.client, job))
        follow_job(job, record.state, record.steps, record.step)
        if not continue_run:
            return (yield from insert_result(scene, connection, job, clock, stopped=True))
        offline = is_offline()
        yield from run_in_thread(lambda: calls.resume_job(connection.client, job, offline))
        return (yield from wait_and_insert(scene, connection, job, clock))


def _create_branch(
    connection: BackendConnection, parent: str, changes: dict[str, Any], step: int | None
) -> messages.JobRecord:
    new = calls.branch_job(connection.client, parent, changes, step)
    return calls.get_job(connection.client, new)


def _with_bounds_of(before: dict[str, Any], wanted: config.JobConfig) -> config.JobConfig:
    """Words of cameras say what is seen from where, as seen from the middle of the take's own box."""
    return config.with_changes(wanted, {"bounds": before["bounds"]})
