"""Where nothing may grow, where something must be, what stays as it is; and a part that is made anew."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...core.region_kinds import KINDS, MARK
from ...core.wire import config
from ..operators_regions import ICONS
from .sidebar import ICON, SubPanel, content_width, shortened

BUTTONS = 70
"""Pixels of a row that its icon and its kind take."""
LABEL_EDGE = 12
"""Pixels around the words of a label."""


class DREAMWRIGHT_PT_regions(SubPanel, bpy.types.Panel):
    bl_label = "Regions"
    bl_description = "Where nothing may grow, where something must be, what stays as it is, and parts to make anew"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.label(text="Mark selected as")
        kinds, column = list(KINDS), layout.column(align=True)
        for two in (kinds[:2], kinds[2:]):
            row = column.row(align=True)
            for kind in two:
                label = KINDS[kind]
                row.operator("dreamwright.mark_region", text=label, icon=ICONS[kind]).kind = kind.upper()
        layout.operator_menu_enum("dreamwright.add_region", "kind", text="Add Box", icon="MESH_CUBE")
        _draw_list(layout, context)
        _draw_part(layout, context)
        column = layout.column(align=True)
        column.prop(context.scene.dreamwright.scene_setup, "part_prompt", text="", placeholder="New prompt of the part")
        column.operator("dreamwright.redo_part", icon=ICONS[config.REDO])


def _draw_part(layout: Any, context: bpy.types.Context) -> None:
    """Draws which part Redo Part would make anew, or how to say it."""
    marked = [obj.name for obj, label in flows.regions.list_regions(context.scene) if label == KINDS[config.REDO]]
    if flows.regions.edited_take(context):
        words = "Part: the selected faces"
    elif len(marked) > 1:
        words = f"{len(marked)} parts: unmark all but one"
    else:
        words = f"Part: {marked[0]}" if marked else "Part: mark a box, or select faces"
    layout.label(text=shortened(words, content_width() - ICON - LABEL_EDGE), icon=ICONS[config.REDO])


def _draw_list(layout: Any, context: bpy.types.Context) -> None:
    found = flows.regions.list_regions(context.scene)
    if not found:
        return
    column = layout.box().column(align=True)
    for obj, label in found:
        row = column.row(align=True)
        room = content_width() - BUTTONS - 60
        row.label(text=shortened(obj.name, room), icon=ICONS[obj[MARK]], translate=False)
        side = row.row(align=True)
        side.alignment = "RIGHT"
        side.label(text=label)
        side.operator("dreamwright.unmark_region", text="", icon="X", emboss=False).object = obj.name


CLASSES = (DREAMWRIGHT_PT_regions,)
