"""The one button that makes something. While it does, how far it is and Stop stand in its place, and nothing moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ... import flows
from ...core.backend_state import BackendState
from ...core.errors import BackendLostError
from ...core.lazy_import import lazy_imports
from ...core.wire import config
from ..methods import method_choice
from .sidebar import content_width, shortened, text_width

if TYPE_CHECKING:
    from ...core import session
    from ...core.session import Snapshot
else:
    (session,) = lazy_imports(__package__, "...core.session")

HEIGHT = 1.8
"""Of the button, in usual ones."""
STOP_SHARE = 0.26


def draw_run_button(layout: Any, settings: Any, snapshot: Snapshot) -> None:
    """Generate, or the progress with Stop; Resume where a run waits."""
    row = layout.row(align=True)
    row.scale_y = HEIGHT
    if flows.APP.current_task:
        split = row.split(factor=1 - STOP_SHARE, align=True)
        room = content_width() * (1 - STOP_SHARE) - 16
        split.progress(factor=fraction(snapshot), text=shortened(progress_text(snapshot, room), room))
        stop = split.row(align=True)
        stop.alert = True
        stop.enabled = not flows.APP.stop_requested
        stop.operator("dreamwright.stop", text="Stop")
        return
    row.operator("dreamwright.generate_from_panel", text=_VERBS[method_choice(settings).method], icon="PLAY")
    if is_waiting(snapshot):
        row.operator("dreamwright.resume", icon="FRAME_NEXT")
    if settings.quality == config.Quality.INSTANT.name and method_choice(settings).method is config.Method.TEXT:
        row.operator("dreamwright.generate_variations", text="", icon="DUPLICATE")
    if flows.variations.variations_of(flows.active_result(bpy.context)):
        layout.operator("dreamwright.keep_variation", icon="CHECKMARK")


def is_waiting(snapshot: Snapshot) -> bool:
    """Tells whether a run that was followed can go on; where the error below says so, its own button is there."""
    if snapshot.error and snapshot.error_code == BackendLostError.code:
        return False
    return bool(snapshot.job) and (
        snapshot.backend is BackendState.LOST or snapshot.state == config.JobState.PAUSED
    )  # fmt: skip


def fraction(snapshot: Snapshot) -> float:
    return snapshot.fraction if snapshot.fraction is not None else snapshot.progress


def progress_text(snapshot: Snapshot, room: float = 1e9) -> str:
    """Says how far it is, with what is left where that has room."""
    if flows.APP.stop_requested:
        return "Stopping"
    if snapshot.activity:
        return snapshot.activity
    if snapshot.backend is BackendState.STARTING:
        return "Starting the backend"
    if not snapshot.steps:
        return flows.APP.current_task.capitalize()
    if snapshot.state == config.JobState.PAUSED:
        return f"Paused at step {snapshot.step} of {snapshot.steps}"
    if not snapshot.step:
        return f"Preparing {snapshot.steps} steps"
    at, left = f"Step {snapshot.step} of {snapshot.steps}", session.format_time_left(snapshot.seconds_left)
    for words in (f"{at}, {left}", f"{snapshot.step} of {snapshot.steps}, {left}"):
        if left and text_width(words) <= room:
            return words
    return at


_VERBS = {
    config.Method.TEXT: "Generate",
    config.Method.RECONSTRUCT: "Photos to 3D",
    config.Method.BOTH: "Generate",
}
