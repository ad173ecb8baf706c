"""On from a result as a person edited it: its mesh goes back into its field, and training goes on from there."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..blender import identity, mesh_edits, results
from ..blender.field_instances import field_instance
from ..blender.scene_mesh import read_mesh
from ..blender.takes import Take
from ..core import calls
from ..core.box import to_scene
from ..core.errors import SceneError
from ..core.wire import config, going_on
from .camera_prompts import with_camera_prompts
from .flow import APP, Flow, run_in_thread
from .job_report import Report, Stopwatch
from .manage_backend import ensure_connected
from .manage_takes import require_editable_take
from .refine_take import run_branch
from .start_mesh import send_start


def why_no_edits(take: Take | None) -> str:
    """Why there are no edits to go on from, as a sentence; empty where there are."""
    if take is None:
        return "Choose a take in the list."
    if not mesh_edits.edits_of(take.object):
        return f"'{take.name}' was not edited by hand: sculpt, edit or paint its mesh first, or use Refine."
    return ""


def go_on_from_edits(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    job: str = "",
    hold: float = 1.0,
    given: dict[str, Any] | None = None,
) -> Flow[Report]:
    """A new take from the field of another, into which its mesh goes back as a person edited it: what was edited is
    held with a weight, shape and color, while the rest goes on with what is wanted now.

    Raises:
        SceneError: the take was not edited.
    """
    take = _edited_take(context, job)
    scene, parent, stays = identity.uid_of(context.scene), take.job, not results.read_provenance(take.object).on_floor
    edited = read_mesh(context, take.object).moved(field_instance(take.object, np.eye(4)).to_field)
    with APP.busy("iterating"):
        clock = Stopwatch()
        connection = yield from ensure_connected()
        clock.lap("start")
        before = (yield from run_in_thread(lambda: calls.get_job(connection.client, parent))).config
        wanted = config.with_changes(wanted, {"bounds": before["bounds"]})
        sent = yield from send_start(connection, edited.moved(to_scene(wanted.bounds)))
        clock.lap("send")
        home = identity.find_scene(scene) or bpy.context.scene
        start = {"start": {"mesh": sent, "edits": True, "in_place": stays, "hold_shape": hold, "hold_color": hold}}
        changes = going_on.changes_going_on(before, with_camera_prompts(home, wanted)) | start
        return (yield from run_branch(scene, connection, parent, config.merged(changes, given or {}), None, clock))


def _edited_take(context: bpy.types.Context, job: str) -> Take:
    """The take of a job, or the chosen one.

    Raises:
        SceneError: it may not be changed, or was not edited.
    """
    take = require_editable_take(context, job)
    if take.object.mode == "EDIT":
        take.object.update_from_editmode()
    reason = why_no_edits(take)
    if reason:
        raise SceneError(reason)
    return take
