"""What there is to see: the run as it goes, else the result that is selected; and the file that most people want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ... import flows
from ...core.lazy_import import lazy_imports
from .running import draw_run_details
from .sidebar import OpenSubPanel, draw_lines, picture_scale, shortened

if TYPE_CHECKING:
    from ...blender import preview_icon, thumbnail
else:
    preview_icon, thumbnail = lazy_imports(__package__, "...blender.preview_icon", "...blender.thumbnail")


class DREAMWRIGHT_PT_result(OpenSubPanel, bpy.types.Panel):
    bl_label = "Result"
    bl_description = "Picture of the current run or of the selected result, and its export"

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.APP.session.snapshot
        result = flows.export_subject(context)
        _draw_picture(layout.column(align=True), result)
        for note in snapshot.notes:
            draw_lines(layout.column(align=True), note, icon="INFO")
        row = layout.row()
        row.scale_y = 1.3
        row.operator("dreamwright.export", text="Export .glb", icon="EXPORT").format = "GLB"
        draw_run_details(layout, context.scene.dreamwright, snapshot)


def _draw_picture(column: Any, result: bpy.types.Object | None) -> None:
    """A square as wide as the panel, whatever is in it: nothing below it moves when a run begins or ends."""
    snapshot = flows.APP.session.snapshot
    is_live = bool(flows.APP.current_task and snapshot.job and preview_icon.ICON.id)
    picture = (
        preview_icon.ICON.id if is_live else thumbnail.icon_of(result) if result and not flows.APP.current_task else 0
    )
    if picture:
        column.template_icon(icon_value=picture, scale=picture_scale())
    else:
        _draw_nothing_yet(column, result)
    shown = None if flows.APP.current_task else result
    column.label(text=_facts(shown), icon="MESH_DATA" if shown else "NONE")


def _draw_nothing_yet(column: Any, result: bpy.types.Object | None) -> None:
    box = column.box()
    box.scale_y = picture_scale() - 0.6
    waiting = "Preparing" if flows.APP.current_task else ""
    box.label(text=waiting or ("No picture of this result" if result else "The result appears here"))


def _facts(result: bpy.types.Object | None) -> str:
    if result is None:
        return ""
    return shortened(f"{len(result.data.polygons):,} faces: {result.name}", 205.0)


CLASSES = (DREAMWRIGHT_PT_result,)
