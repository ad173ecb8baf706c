"""What is drawn while something runs: how far it is, what it looks like, what can be asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ... import flows
from ...core.lazy_import import lazy_imports
from ..operators_steer import format_weight
from .sidebar import SidebarPanel, draw_lines
from .status import speed_text

if TYPE_CHECKING:
    from ...blender import preview_icon
else:
    (preview_icon,) = lazy_imports(__package__, "...blender.preview_icon")

if TYPE_CHECKING:
    from ...core.session import Snapshot


class DREAMWRIGHT_PT_curves(SidebarPanel, bpy.types.Panel):
    """A popover of the main panel."""

    bl_label = "Curves"
    bl_description = "Loss and score of the run so far"
    bl_options = {"INSTANCED"}
    bl_ui_units_x = 18

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.APP.session.snapshot
        layout.label(text="Orange: loss, green: score (each with its own scale)")
        if preview_icon.CURVES.id:
            layout.template_icon(icon_value=preview_icon.CURVES.id, scale=16.0)
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


def draw_edits(layout: Any, settings: Any, snapshot: Snapshot) -> None:
    """Draws what a prompt that was changed under way asks for; the prompt is edited where it stands, above."""
    if not flows.APP.current_task or not snapshot.job:
        return
    if snapshot.prompt and settings.prompt.strip() not in ("", snapshot.prompt):
        layout.operator("dreamwright.edit_prompt", text="Apply New Prompt", icon="GREASEPENCIL")
    if snapshot.objective_since:
        draw_lines(layout.column(align=True), f"Prompt since step {snapshot.objective_since}: {snapshot.prompt}")


def draw_run_details(layout: Any, settings: Any, snapshot: Snapshot) -> None:
    """Draws what is for the curious, folded: numbers, curves, weights, and what is shown on the way."""
    header, body = layout.panel("dreamwright_run_details", default_closed=True)
    header.label(text="Run Details")
    if body is None:
        return
    _draw_live_settings(body, settings.display)
    if not snapshot.job:
        return
    column = body.column(align=True)
    for words in (speed_text(snapshot), _loss_text(snapshot)):
        if words:
            column.label(text=words)
    row = body.row(align=True)
    row.popover("DREAMWRIGHT_PT_curves", text="Curves", icon="GRAPH")
    if flows.APP.current_task:
        row.popover("DREAMWRIGHT_PT_weights", text="Weights", icon="OPTIONS")


def _draw_live_settings(layout: Any, display: Any) -> None:
    column = layout.column(align=True)
    column.prop(display, "live_preview")
    column.prop(display, "live_mesh")
    if display.live_mesh:
        column.prop(display, "live_mesh_every")
        column.prop(display, "live_mesh_resolution")


def _loss_text(snapshot: Snapshot) -> str:
    loss = f"Loss {snapshot.loss:.4g}" if snapshot.loss is not None else ""
    score = f"score {snapshot.score:.3f}" if snapshot.score is not None else ""
    return ", ".join(word for word in (loss, score) if word)


CLASSES = (DREAMWRIGHT_PT_curves, DREAMWRIGHT_PT_weights)
