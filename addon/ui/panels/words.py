"""More than the one prompt: what must not be seen, and what each camera sees."""

from __future__ import annotations

import bpy

from ... import flows
from .tab import Tab


class DREAMWRIGHT_PT_words(Tab, bpy.types.Panel):
    bl_label = "More Words"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(context.scene.dreamwright, "negative")
        column = layout.column(heading="Seen from")
        for camera in flows.scene_cameras(context):
            column.prop(camera.data, "dreamwright_words", text=camera.name)


CLASSES = (DREAMWRIGHT_PT_words,)
