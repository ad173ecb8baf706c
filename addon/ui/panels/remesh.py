"""The mesh of the selected result, from its cached grid: every slider remeshes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ... import flows
from ...core.lazy_import import lazy_imports
from .sidebar import SubPanel, draw_lines

if TYPE_CHECKING:
    from ...blender import geometry_nodes
else:
    (geometry_nodes,) = lazy_imports(__package__, "...blender.geometry_nodes")


class DREAMWRIGHT_PT_remesh(SubPanel, bpy.types.Panel):
    bl_label = "Remesh"
    bl_description = "Remesh or convert the selected result"

    def draw(self, context: bpy.types.Context) -> None:
        layout, result = self.layout, flows.active_result(context)
        layout.use_property_split = True
        _draw_modifier(layout, context.view_layer.objects.active)
        if result is None:
            draw_lines(layout, "Select a result to remesh it", icon="INFO")
            return
        _draw_status(layout, result)
        column = layout.column()
        column.enabled = result.mode == "OBJECT" and result.is_editable
        _draw_sliders(column, result.dreamwright_remesh)
        row = layout.row(align=True)
        row.operator("dreamwright.remesh", icon="MOD_REMESH")
        row.operator("dreamwright.reset_remesh", text="", icon="LOOP_BACK")
        _draw_volumes(layout)


def _draw_status(layout: Any, result: bpy.types.Object) -> None:
    """Draws what there is, what is on its way, what went wrong, what would be lost."""
    threshold = result.get("dreamwright_threshold", 0.0)
    words = f"{result.name}: {len(result.data.polygons):,} faces, threshold {threshold:.3g}"
    draw_lines(layout, words, icon="SORTTIME" if flows.LIVE_REMESH.busy else "MESH_DATA")
    if result.mode != "OBJECT":
        draw_lines(layout, "Go to Object Mode to remesh it", icon="INFO")
    elif result.data.uv_layers or result.data.shape_keys:
        draw_lines(layout, "Remeshing removes UV maps and shape keys", icon="INFO")
    if flows.LIVE_REMESH.sentence:
        column = layout.column()
        column.alert = True
        draw_lines(column, flows.LIVE_REMESH.sentence, icon="ERROR")


def _draw_sliders(layout: Any, shape: Any) -> None:
    layout.prop(shape, "thickness", slider=True)
    for name in ("threshold", "resolution", "smooth", "thicken"):
        layout.prop(shape, name)
    column = layout.column()
    column.prop(shape, "islands")
    if shape.islands == "REMOVE_SMALL":
        column.prop(shape, "min_size_percent")
    if shape.islands == "LARGEST":
        column.prop(shape, "largest")
    if shape.islands != "ALL":
        column.prop(shape, "measure")
    column.prop(shape, "fill_holes")
    column = layout.column()
    column.row().prop(shape, "faces", expand=True)
    column.prop(shape, "max_faces")


def _draw_modifier(layout: Any, active: bpy.types.Object | None) -> None:
    """The threshold of a mesh by Geometry Nodes, with its dot for keyframes."""
    modifier = geometry_nodes.meshing_modifier(active)
    if modifier:
        owner, key = geometry_nodes.input_of(modifier, geometry_nodes.THRESHOLD)
        layout.prop(owner, key, text=f"{active.name}: Threshold")


def _draw_volumes(layout: Any) -> None:
    column = layout.column(align=True)
    column.operator_menu_enum("dreamwright.convert_to_volume", "style", icon="VOLUME_DATA")
    column.operator_menu_enum("dreamwright.convert_to_geometry_nodes", "style", icon="GEOMETRY_NODES")


CLASSES = (DREAMWRIGHT_PT_remesh,)
