"""What is drawn while something runs: how far it is, what it looks like, what can be asked of it."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...blender.preview_icon import CURVES, ICON
from ...core.session import BackendState, Snapshot, format_time_left
from ...core.wire import config
from ..operators_steer import format_weight
from .sidebar import SidebarPanel, draw_lines

IMAGE_SCALE = 5.4
"""Of the two pictures, in the height of a button: both fit into a sidebar of the usual width."""


class DREAMWRIGHT_PT_curves(SidebarPanel, bpy.types.Panel):
    """A popover of the main panel."""

    bl_label = "Curves"
    bl_description = "Loss and score of the run so far"
    bl_options = {"INSTANCED"}
    bl_ui_units_x = 18

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.APP.session.snapshot
        layout.label(text="Orange: loss, green: score (each with its own scale)")
        if CURVES.id:
            layout.template_icon(icon_value=CURVES.id, scale=16.0)
        column = layout.column(align=True)
        for name, value in sorted(snapshot.terms.items()):
            row = column.row()
            row.label(text=name.replace("_", " ").capitalize())
            row.label(text=f"{value:.4g}")


class DREAMWRIGHT_PT_weights(SidebarPanel, bpy.types.Panel):
    """A popover of the main panel."""

    bl_label = "Weights"
    bl_description = "Weight of each part of the loss"
    bl_options = {"INSTANCED"}
    bl_ui_units_x = 14

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.APP.session.snapshot
        layout.label(text="Weight of each part of the loss")
        column = layout.column(align=True)
        for name, value in sorted(snapshot.weights.items(), key=lambda each: (each[1] == 0, each[0])):
            wish = column.operator("dreamwright.edit_weight", text=format_weight(name, value))
            wish.weight, wish.value = name, value


def draw_running(layout: Any, settings: Any, snapshot: Snapshot) -> None:
    """Nothing where nothing runs; a button to go on where a job is held."""
    if flows.APP.current_task:
        box = layout.box()
        box.progress(factor=_fraction(snapshot), text=_progress_text(snapshot))
        _draw_pictures(box, snapshot)
        _draw_numbers(box, snapshot)
        _draw_controls(box, snapshot)
        if snapshot.job:
            _draw_edits(box, settings, snapshot)
            _draw_live_settings(box, settings.display)
    elif snapshot.backend is BackendState.LOST or snapshot.state == config.JobState.PAUSED:
        layout.operator("dreamwright.resume", icon="PLAY")


def _draw_pictures(box: Any, snapshot: Snapshot) -> None:
    """The field as it is, and beside it how its loss went; one of the two where there is only one."""
    icons = [icon for icon in (ICON, CURVES) if icon.id and snapshot.job]
    row = box.row(align=True)
    for icon in icons:
        row.template_icon(icon_value=icon.id, scale=IMAGE_SCALE)


def _draw_numbers(box: Any, snapshot: Snapshot) -> None:
    if not snapshot.job:
        return
    column = box.column(align=True)
    for words in (_speed_text(snapshot), _loss_text(snapshot)):
        if words:
            column.label(text=words)


def _draw_controls(box: Any, snapshot: Snapshot) -> None:
    row = box.row(align=True)
    if snapshot.state == config.JobState.PAUSED:
        row.operator("dreamwright.resume", icon="PLAY")
    elif snapshot.running:
        row.operator("dreamwright.pause", icon="PAUSE")
    row.operator("dreamwright.stop", icon="CANCEL")


def _draw_edits(box: Any, settings: Any, snapshot: Snapshot) -> None:
    """Draws what may be changed while it runs; the prompt is edited where it stands, above."""
    row = box.row(align=True)
    row.popover("DREAMWRIGHT_PT_weights", text="Weights", icon="OPTIONS")
    row.popover("DREAMWRIGHT_PT_curves", text="Curves", icon="GRAPH")
    if snapshot.prompt and settings.prompt.strip() not in ("", snapshot.prompt):
        box.operator("dreamwright.edit_prompt", text="Apply New Prompt", icon="GREASEPENCIL")
    if snapshot.objective_since:
        draw_lines(box.column(align=True), f"Prompt since step {snapshot.objective_since}: {snapshot.prompt}")


def _draw_live_settings(box: Any, display: Any) -> None:
    row = box.row(align=True)
    row.prop(display, "live_preview", toggle=True, icon="RESTRICT_VIEW_OFF")
    row.prop(display, "live_mesh", toggle=True, icon="MESH_DATA")
    if display.live_mesh:
        row = box.row(align=True)
        row.prop(display, "live_mesh_every")
        row.prop(display, "live_mesh_resolution")


def _fraction(snapshot: Snapshot) -> float:
    return snapshot.fraction if snapshot.fraction is not None else snapshot.progress


def _progress_text(snapshot: Snapshot) -> str:
    if snapshot.activity:
        return snapshot.activity
    if snapshot.backend is BackendState.STARTING:
        return "Starting the backend"
    if not snapshot.steps:
        return flows.APP.current_task.capitalize()
    at = "Paused at step" if snapshot.state == config.JobState.PAUSED else "Step"
    left = "" if snapshot.state == config.JobState.PAUSED else format_time_left(snapshot.seconds_left)
    return ", ".join(word for word in (f"{at} {snapshot.step} of {snapshot.steps}", left) if word)


def _speed_text(snapshot: Snapshot) -> str:
    """Says how fast, and how much memory."""
    pace = f"{snapshot.steps_per_second:.1f} steps/s" if snapshot.steps_per_second else ""
    memory = f"{snapshot.memory_mb:.0f} MB" if snapshot.memory_mb else ""
    return ", ".join(word for word in (pace, memory) if word)


def _loss_text(snapshot: Snapshot) -> str:
    loss = f"Loss {snapshot.loss:.4g}" if snapshot.loss is not None else ""
    score = f"score {snapshot.score:.3f}" if snapshot.score is not None else ""
    return ", ".join(word for word in (loss, score) if word)


CLASSES = (DREAMWRIGHT_PT_curves, DREAMWRIGHT_PT_weights)
