"""Every run that was made in this scene, and what can be done with the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ... import flows
from ...core.lazy_import import lazy_imports
from .error_box import draw_resume_with_what_fits
from .sidebar import BOX, UNIT, OpenSubPanel, content_width, draw_lines, shortened

if TYPE_CHECKING:
    from ...blender import takes, thumbnail
else:
    takes, thumbnail = lazy_imports(__package__, "...blender.takes", "...blender.thumbnail")

COLUMNS, MOST_PICTURES = 3, 12
BUTTON_EDGE = 16
"""Pixels around the words of a button."""


class DREAMWRIGHT_MT_rewind(bpy.types.Menu):
    """The checkpoints of the chosen take, to rewind to."""

    bl_label = "Go Back to Step"
    bl_description = "Steps that the chosen take can go back to"

    def draw(self, context: bpy.types.Context) -> None:
        take = flows.chosen_take(context)
        steps = take.record.checkpoint_steps if take else ()
        for step in (each for each in steps if each != take.record.step):
            self.layout.operator("dreamwright.rewind", text=f"Step {step}").step = step
        for step in (each for each in steps if each < take.record.steps):
            onward = self.layout.operator("dreamwright.rewind", text=f"Step {step}, and Continue")
            onward.step, onward.continue_run = step, True


class DREAMWRIGHT_MT_refine_from_step(bpy.types.Menu):
    """The checkpoints of the chosen take, to branch from."""

    bl_label = "Refine from Step"
    bl_description = "Steps of the chosen take that a new take can start from"

    def draw(self, context: bpy.types.Context) -> None:
        take = flows.chosen_take(context)
        for step in take.record.checkpoint_steps if take else ():
            self.layout.operator("dreamwright.refine_from_step", text=f"Step {step}").step = step


class DREAMWRIGHT_PT_takes(OpenSubPanel, bpy.types.Panel):
    bl_label = "Takes"
    bl_description = "The results of this scene, and what can be done with them"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        everything = takes.list_takes(context.scene)
        _draw_unfinished_runs(layout, context)
        if not everything:
            layout.label(text="Results are listed here", icon="INFO")
            return
        _draw_list(layout, context, everything)
        take = flows.chosen_take(context)
        if take is None:
            layout.label(text="Choose a take in the list")
        else:
            _draw_take(layout, take)
            _draw_actions(layout, take)


def _draw_unfinished_runs(layout: Any, context: bpy.types.Context) -> None:
    """Runs that have not come to an end: they may be of an earlier session."""
    running = flows.APP.session.snapshot.job if flows.APP.current_task else ""
    for run in flows.list_unfinished_runs(context.scene):
        if run.job != running:
            row = layout.row(align=True)
            row.label(text=run.prompt or "Reconstruction", icon="ERROR" if run.memory_short else "SORTTIME")
            if not run.memory_short:
                row.operator("dreamwright.resume", text="Resume", icon="PLAY").job = run.job
            row.operator("dreamwright.forget_run", text="", icon="X").job = run.job
            if run.memory_short:
                draw_resume_with_what_fits(layout, run.job)


def _draw_list(layout: Any, context: bpy.types.Context, everything: list[takes.Take]) -> None:
    """The pictures side by side, to be chosen with a click; as a list where they are many."""
    chosen = flows.chosen_take(context)
    if len(everything) > MOST_PICTURES:
        settings = context.scene.dreamwright.takes
        layout.template_list("DREAMWRIGHT_UL_takes", "", context.scene, "objects", settings, "row", rows=5)
    else:
        grid = layout.grid_flow(row_major=True, columns=COLUMNS, even_columns=True, even_rows=True, align=True)
        for take in everything:
            _draw_picture(grid.column(align=True), take, take.job == (chosen.job if chosen else ""))
        for _ in range(-len(everything) % COLUMNS):
            grid.label(text="")
    _draw_tools(layout.row(align=True), context, chosen)


def _draw_picture(cell: Any, take: takes.Take, is_chosen: bool) -> None:
    """One take: its picture, and below it the button that chooses it."""
    room = content_width() / COLUMNS
    picture = thumbnail.icon_of(take.object)
    if picture:
        cell.template_icon(icon_value=picture, scale=room / UNIT)
    name = shortened(take.name, room - BUTTON_EDGE)
    cell.operator("dreamwright.choose_take", text=name, depress=is_chosen, translate=False).take = take.job


def _draw_tools(row: Any, context: bpy.types.Context, chosen: takes.Take | None) -> None:
    if chosen:
        row.prop(chosen.object, "hide_viewport", text="", emboss=True)
    row.operator("dreamwright.rename_take", text="", icon="GREASEPENCIL")
    row.operator("dreamwright.delete_take", text="", icon="TRASH")
    row.separator()
    row.operator("dreamwright.compare", icon="IMGDISPLAY")
    if flows.is_compared(context):
        row.operator("dreamwright.end_comparison", text="", icon="X")


def _draw_take(layout: Any, take: takes.Take) -> None:
    box = layout.box()
    column = box.column(align=True)
    column.scale_y = 0.8
    for line in flows.describe_take(take):
        draw_lines(column, line, inset=BOX)
    if take.why_read_only:
        column = box.column()
        column.alert = True
        draw_lines(column, take.why_read_only, inset=BOX)


def _draw_actions(layout: Any, take: takes.Take) -> None:
    row = layout.row(align=True)
    row.operator("dreamwright.refine", icon="BRUSH_DATA")
    row.operator("dreamwright.load_take_settings", text="", icon="EYEDROPPER")
    layout.operator("dreamwright.go_on_from_edits", icon="SCULPTMODE_HLT")
    column = layout.column(align=True)
    if take.record.checkpoint_steps and not take.why_read_only and take.record.steps:
        column.menu("DREAMWRIGHT_MT_rewind", icon="LOOP_BACK")
        column.menu("DREAMWRIGHT_MT_refine_from_step", icon="SORTSIZE")
    if take.record.step < take.record.steps:
        column.operator("dreamwright.resume", text="Resume", icon="PLAY").job = take.job
    layout.operator("dreamwright.promote", icon="OUTLINER_OB_MESH")


CLASSES = (DREAMWRIGHT_MT_rewind, DREAMWRIGHT_MT_refine_from_step, DREAMWRIGHT_PT_takes)
