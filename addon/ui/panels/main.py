"""The panel that is always open: what is asked for, what runs, the backend."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...blender import paths
from ...blender.preview_icon import ICON
from ...core.session import Backend, Snapshot, in_words
from ...core.wire import config
from ..preferences import draw_set_up
from .tab import Tab, draw_error


class DREAMWRIGHT_PT_main(Tab, bpy.types.Panel):
    bl_label = "Dreamwright"

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.STUDIO.session.snapshot
        if snapshot.backend is Backend.SETTING_UP or not paths.is_set_up():
            _draw_first_time(layout, snapshot)
            return
        _draw_request(layout, context.scene.dreamwright)
        _draw_job(layout, snapshot)
        _draw_backend(layout, snapshot)


def _draw_first_time(layout: Any, snapshot: Snapshot) -> None:
    layout.label(text="The backend is not set up yet", icon="INFO")
    layout.label(text=f"It downloads {flows.DOWNLOAD_WORDS}")
    draw_set_up(layout, snapshot)
    draw_error(layout, snapshot)


def _draw_request(layout: Any, settings: Any) -> None:
    layout.prop(settings, "prompt", text="", icon="OUTLINER_OB_FONT")
    row = layout.row(align=True)
    row.prop(settings, "quality", text="")
    row.prop(settings, "seed")
    layout.operator("dreamwright.generate", icon="PLAY")


def _draw_job(layout: Any, snapshot: Snapshot) -> None:
    if flows.STUDIO.doing:
        if ICON.id and snapshot.job:
            layout.template_icon(icon_value=ICON.id, scale=8.0)
        layout.progress(factor=_factor(snapshot), text=_how_far(snapshot))
        row = layout.row(align=True)
        row.operator("dreamwright.stop", icon="CANCEL")
        if snapshot.state == config.JobState.PAUSED:
            row.operator("dreamwright.resume", icon="PLAY")
        elif snapshot.running:
            row.operator("dreamwright.pause", icon="PAUSE")
            row.operator("dreamwright.edit_prompt", icon="GREASEPENCIL")
    elif snapshot.backend is Backend.LOST or snapshot.state == config.JobState.PAUSED:
        layout.operator("dreamwright.resume", icon="PLAY")
    draw_error(layout, snapshot)


def _draw_backend(layout: Any, snapshot: Snapshot) -> None:
    where = f" on {snapshot.device}" if snapshot.device else ""
    row = layout.row()
    row.label(text=snapshot.backend.value + where, icon=_ICONS[snapshot.backend])
    if snapshot.backend is Backend.READY:
        row.operator("dreamwright.stop_backend", text="", icon="QUIT")
    elif snapshot.backend is not Backend.STARTING:
        row.operator("dreamwright.start_backend", text="", icon="PLAY")


def _factor(snapshot: Snapshot) -> float:
    return snapshot.fraction if snapshot.fraction is not None else snapshot.progress


def _how_far(snapshot: Snapshot) -> str:
    if snapshot.activity:
        return snapshot.activity
    if snapshot.backend is Backend.STARTING:
        return "Starting the backend"
    if not snapshot.steps:
        return flows.STUDIO.doing.capitalize()
    words = [f"Step {snapshot.step} of {snapshot.steps}", in_words(snapshot.seconds_left)]
    return ", ".join(word for word in words if word)


_ICONS = {
    Backend.OFF: "RADIOBUT_OFF",
    Backend.SETTING_UP: "IMPORT",
    Backend.STARTING: "SORTTIME",
    Backend.READY: "CHECKMARK",
    Backend.LOST: "ERROR",
}


CLASSES = (DREAMWRIGHT_PT_main,)
