"""A result made ready for use elsewhere. Each button is one click below the open panel."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from .sidebar import SidebarPanel, SubPanel


class DREAMWRIGHT_PT_bake_export(SubPanel, bpy.types.Panel):
    bl_label = "Bake & Export"
    bl_description = "Bake textures of the selected result, and export it"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright.bake_export
        layout.use_property_split = True
        layout.use_property_decorate = False
        _draw_subject(layout, flows.export_subject(context))
        _draw(layout, settings, ("faces", "size", "normals", "pack"), "dreamwright.bake_textures", "UV")
        _draw(layout, settings, ("format",), "dreamwright.export", "EXPORT")
        layout.label(text="Blender waits while it bakes or exports", icon="TIME")


class ExportSubPanel(SidebarPanel):
    """Mix into a panel below Bake & Export that shows some settings and the buttons that use them."""

    bl_parent_id = "DREAMWRIGHT_PT_bake_export"
    bl_options = {"DEFAULT_CLOSED"}
    names: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        for name in self.names:
            self.layout.prop(context.scene.dreamwright.bake_export, name)
        for button, icon in self.buttons:
            self.layout.operator(button, icon=icon)


class DREAMWRIGHT_PT_turntable(ExportSubPanel, bpy.types.Panel):
    bl_label = "Turntable"
    bl_description = "A video or images of the selected result from all around"
    names = (
        "turntable_frames", "turntable_size", "turntable_samples", "turntable_rate", "turntable_elevation_degrees",
        "turntable_denoise",
        "turntable_transparent", "turntable_format",
    )  # fmt: skip
    buttons = (("dreamwright.render_turntable", "RENDER_ANIMATION"), ("dreamwright.add_turntable", "SCENE_DATA"))


class DREAMWRIGHT_PT_asset(ExportSubPanel, bpy.types.Panel):
    bl_label = "Asset"
    bl_description = "Mark the selected result as an asset"
    names = ("catalog", "author", "tags")
    buttons = (("dreamwright.publish", "ASSET_MANAGER"),)


def _draw_subject(layout: Any, obj: bpy.types.Object | None) -> None:
    if obj is None:
        layout.label(text="Select a result of Dreamwright", icon="INFO")
    else:
        layout.label(text=f"{obj.name}, {len(obj.data.polygons):,} faces", icon="MESH_DATA")


def _draw(layout: Any, settings: Any, names: tuple[str, ...], button: str, icon: str) -> None:
    column = layout.column()
    for name in names:
        column.prop(settings, name)
    column.operator(button, icon=icon)


CLASSES = (DREAMWRIGHT_PT_bake_export, DREAMWRIGHT_PT_turntable, DREAMWRIGHT_PT_asset)
