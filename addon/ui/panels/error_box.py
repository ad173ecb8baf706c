"""When something is wrong: the sentence, and buttons that help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ...core.errors import (
    BackendLostError,
    BackendNotSetUpError,
    BackendStartError,
    DreamwrightError,
    OfflineError,
)
from ...core.wire import MemoryShortError, VersionError, from_code
from .sidebar import BOX, draw_lines

if TYPE_CHECKING:
    from ...core.session import Snapshot


def draw_error(layout: Any, snapshot: Snapshot) -> None:
    """Nothing where nothing is wrong."""
    if not snapshot.error:
        return
    box = layout.box()
    column = box.column(align=True)
    column.alert = True
    draw_lines(column, snapshot.error, icon="ERROR", inset=BOX)
    _draw_help(box, from_code(snapshot.error_code, snapshot.error), snapshot.job)
    row = box.row(align=True)
    row.operator("dreamwright.open_log", icon="TEXT")
    row.operator("dreamwright.copy_details", icon="COPYDOWN")
    row.operator("dreamwright.dismiss", text="", icon="X")


def _draw_help(layout: Any, error: DreamwrightError, job: str) -> None:
    """The one button that most likely puts it right, where there is one."""
    if isinstance(error, OfflineError) and not bpy.app.online_access:
        draw_allow_online(layout)
    elif isinstance(error, BackendLostError):
        layout.operator("dreamwright.resume", icon="PLAY")
    elif isinstance(error, MemoryShortError) and job:
        draw_resume_with_what_fits(layout, job)
    elif isinstance(error, _SET_UP_AGAIN):
        layout.operator("dreamwright.set_up_backend", text="Set Up Again", icon="IMPORT")


def draw_resume_with_what_fits(layout: Any, job: str) -> None:
    """Draws the button of a run that was refused, or ended, because memory is short."""
    button = layout.operator("dreamwright.resume", text="Resume With What Fits", icon="PLAY")
    button.job, button.what_fits = job, True


def draw_allow_online(layout: Any) -> None:
    """Blender's own button, which says itself what it allows."""
    layout.operator("extensions.userpref_allow_online", text="Allow Online Access", icon="INTERNET")


_SET_UP_AGAIN = (BackendNotSetUpError, BackendStartError, VersionError)
