"""Objects out of pictures of this scene, taken from a few or many cameras."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...core.camera_choices import SPHERE
from ...core.errors import SceneError
from .sidebar import SubPanel, draw_lines


class DREAMWRIGHT_PT_reconstruct(SubPanel, bpy.types.Panel):
    bl_label = "Reconstruct from Scene Cameras"
    bl_description = "Reconstruct this scene from views that its cameras render"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        layout.prop(settings, "source")
        if settings.source == SPHERE:
            _draw_sphere(layout, settings)
        layout.prop(settings, "image_size")
        layout.prop(settings, "use_prompt")
        _draw_button(layout, context)
        layout.prop(settings.scene_setup, "views_folder")
        layout.operator("dreamwright.render_views", icon="RENDER_RESULT")
        quality = flows.describe_held_out_quality(context.scene)
        if quality:
            layout.label(text=quality, icon="HIDE_OFF")


def _draw_sphere(layout: Any, settings: Any) -> None:
    scene_setup = settings.scene_setup
    layout.prop(settings, "views")
    column = layout.column(align=True)
    for name in ("elevation_low_degrees", "elevation_high_degrees", "fov_degrees"):
        column.prop(scene_setup, name)
    layout.prop(scene_setup, "hold_out_every", text="Validate Every")
    layout.prop(scene_setup, "show_sphere")


def _draw_button(layout: Any, context: bpy.types.Context) -> None:
    """Draws how many cameras take pictures on the button; why they cannot, beside it."""
    try:
        layout.label(text=flows.describe_split(context))
        words = f"Reconstruct from {flows.image_count(context)} Views"
    except SceneError as error:
        draw_lines(layout, error.sentence, "ERROR")
        words = "Reconstruct"
    layout.operator("dreamwright.reconstruct", text=words, icon="CAMERA_DATA")


CLASSES = (DREAMWRIGHT_PT_reconstruct,)
