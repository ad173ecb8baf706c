"""A result made ready for use elsewhere. Each button is one click below the open panel."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from .tab import Tab


class DREAMWRIGHT_PT_finish(Tab, bpy.types.Panel):
    bl_label = "Finish"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright.finish
        layout.use_property_split = True
        layout.use_property_decorate = False
        _draw_subject(layout, flows.finish_subject(context))
        _draw(layout, settings, ("faces", "size", "normals", "pack"), "dreamwright.give_textures", "UV")
        _draw(layout, settings, ("format",), "dreamwright.export", "EXPORT")
        layout.label(text="Blender waits while it bakes or exports", icon="TIME")


class Part(Tab):
    """Mix into a panel below Finish that shows some settings and the buttons that use them."""

    bl_parent_id = "DREAMWRIGHT_PT_finish"
    bl_options = {"DEFAULT_CLOSED"}
    names: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        for name in self.names:
            self.layout.prop(context.scene.dreamwright.finish, name)
        for button, icon in self.buttons:
            self.layout.operator(button, icon=icon)


class DREAMWRIGHT_PT_turntable(Part, bpy.types.Panel):
    bl_label = "Turntable"
    names = (
        "turntable_frames", "turntable_size", "turntable_samples", "turntable_rate", "turntable_elevation_degrees",
        "turntable_denoise",
        "turntable_transparent", "turntable_as",
    )  # fmt: skip
    buttons = (("dreamwright.render_turntable", "RENDER_ANIMATION"), ("dreamwright.add_turntable", "SCENE_DATA"))


class DREAMWRIGHT_PT_publish(Part, bpy.types.Panel):
    bl_label = "Asset"
    names = ("catalogue", "author", "tags")
    buttons = (("dreamwright.publish", "ASSET_MANAGER"),)


def _draw_subject(layout: Any, thing: bpy.types.Object | None) -> None:
    if thing is None:
        layout.label(text="Select an object that Dreamwright made", icon="INFO")
    else:
        layout.label(text=f"{thing.name}, {len(thing.data.polygons)} faces", icon="MESH_DATA")


def _draw(layout: Any, settings: Any, names: tuple[str, ...], button: str, icon: str) -> None:
    column = layout.column()
    for name in names:
        column.prop(settings, name)
    column.operator(button, icon=icon)


CLASSES = (DREAMWRIGHT_PT_finish, DREAMWRIGHT_PT_turntable, DREAMWRIGHT_PT_publish)
