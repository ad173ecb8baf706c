"""Objects out of views of this scene."""

from __future__ import annotations

import bpy

from .tab import Tab


class DREAMWRIGHT_PT_reconstruct(Tab, bpy.types.Panel):
    bl_label = "Reconstruct from Scene Cameras"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        layout.prop(settings, "source")
        if settings.source == "SPHERE":
            layout.prop(settings, "views")
        layout.prop(settings, "image_size")
        layout.prop(settings, "with_words")
        layout.operator("dreamwright.reconstruct", icon="CAMERA_DATA")


CLASSES = (DREAMWRIGHT_PT_reconstruct,)
