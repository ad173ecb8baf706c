"""How large the result is and where, and which model makes it."""

from __future__ import annotations

import bpy

from .tab import Tab


class DREAMWRIGHT_PT_box(Tab, bpy.types.Panel):
    bl_label = "Size and Place"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        for name in ("size", "centre", "model"):
            layout.prop(context.scene.dreamwright, name)
        row = layout.row()
        row.enabled = bpy.app.online_access
        row.prop(context.scene.dreamwright, "allow_download")


CLASSES = (DREAMWRIGHT_PT_box,)
