"""Another mesh for a result that is there."""

from __future__ import annotations

import bpy

from ... import flows
from .tab import Tab


class DREAMWRIGHT_PT_remesh(Tab, bpy.types.Panel):
    bl_label = "Re-mesh"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        result = flows.chosen_result(context)
        if result:
            layout.label(text=f"{result.name}, threshold {result['dreamwright_threshold']:.3g}", icon="MESH_DATA")
        layout.prop(settings, "threshold")
        layout.prop(settings, "resolution")
        layout.operator("dreamwright.remesh", icon="MOD_REMESH")


CLASSES = (DREAMWRIGHT_PT_remesh,)
