"""Before the first result: one line of what is needed, one button, and how far it is; the rest is folded away."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...core.session import BackendState, Snapshot
from ..preferences import draw_set_up
from .error_box import draw_allow_online, draw_error
from .sidebar import draw_lines


def draw_first_minute(layout: Any, snapshot: Snapshot) -> None:
    """One button at a time: what has to be allowed, then what has to be fetched."""
    if snapshot.backend is BackendState.SETTING_UP:
        draw_set_up(layout, snapshot)
        return
    draw_lines(layout, flows.describe_set_up_briefly())
    column = layout.column()
    column.scale_y = 1.8
    if bpy.app.online_access:
        draw_set_up(column, snapshot)
    else:
        draw_allow_online(column)
    draw_error(layout, snapshot)
    header, body = layout.panel("dreamwright_set_up_details", default_closed=True)
    header.label(text="Details")
    if body is not None:
        column = body.column(align=True)
        for sentence in flows.describe_set_up():
            draw_lines(column, sentence)
