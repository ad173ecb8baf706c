"""Blender's own panels that make sense for our engine (size, border, output, passes, the camera), and one of ours."""

from __future__ import annotations

import bpy

from .field_engine import DREAMWRIGHT_FieldEngine

ENGINE = DREAMWRIGHT_FieldEngine.bl_idname
ANY_ENGINE = "BLENDER_RENDER"
"""The name under which Blender marks panels that suit any engine."""
UNSUPPORTED_PANELS = ("RENDER_PT_freestyle", "RENDER_PT_gpencil", "RENDER_PT_grease_pencil", "RENDER_PT_simplify",
            "RENDER_PT_stereoscopy", "VIEWLAYER_PT_freestyle", "EEVEE_")  # fmt: skip
"""Beginnings of the names of those that would do nothing here."""


class DREAMWRIGHT_PT_render(bpy.types.Panel):
    """In the render tab of the properties."""

    bl_label = "Field"
    bl_description = "How fields are rendered"
    bl_space_type = "PROPERTIES"
    bl_region_type = "WINDOW"
    bl_context = "render"
    COMPAT_ENGINES = {ENGINE}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.engine in cls.COMPAT_ENGINES

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright.display
        layout.use_property_split = True
        layout.prop(settings, "render_source")
        layout.prop(settings, "render_seconds")
        layout.prop(context.scene.render, "film_transparent")


class DREAMWRIGHT_PT_passes(bpy.types.Panel):
    """In the view layer tab of the properties."""

    bl_label = "Passes"
    bl_description = "Passes of rendered fields"
    bl_space_type = "PROPERTIES"
    bl_region_type = "WINDOW"
    bl_context = "view_layer"
    COMPAT_ENGINES = {ENGINE}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.engine in cls.COMPAT_ENGINES

    def draw(self, context: bpy.types.Context) -> None:
        layout, view_layer = self.layout, context.view_layer
        layout.use_property_split = True
        column = layout.column(heading="Include")
        column.prop(view_layer, "use_pass_combined")
        column.prop(view_layer, "use_pass_z")
        column.prop(view_layer, "use_pass_normal")
        layout.prop(view_layer, "pass_alpha_threshold")


def add_engine_to_panels() -> None:
    """Show Blender's own panels for our engine as well."""
    for panel in bpy.types.Panel.__subclasses__():
        if ANY_ENGINE in getattr(panel, "COMPAT_ENGINES", ()) and not panel.__name__.startswith(UNSUPPORTED_PANELS):
            panel.COMPAT_ENGINES.add(ENGINE)


def remove_engine_from_panels() -> None:
    """Show none but our own: those that are marked for no engine but this one, also of another copy of the add-on."""
    for panel in bpy.types.Panel.__subclasses__():
        if {ANY_ENGINE, ENGINE} <= set(getattr(panel, "COMPAT_ENGINES", ())):
            panel.COMPAT_ENGINES.remove(ENGINE)


CLASSES = (DREAMWRIGHT_PT_render, DREAMWRIGHT_PT_passes)
