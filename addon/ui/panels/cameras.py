"""The cameras of the scene with their prompts and roles, and the random ones of a job: shown, and made real."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...core.camera_choices import OFF, ORBIT, SPHERE
from .sidebar import SidebarPanel, SubPanel, draw_lines

ORBIT_SETTINGS = (
    "radius_low", "radius_high", "elevation_low_degrees", "elevation_high_degrees", "fov_degrees", "fov_spread_degrees",
)  # fmt: skip


class DREAMWRIGHT_UL_cameras(bpy.types.UIList):
    """The cameras among the objects of the scene: name, prompt, role."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: Any, active: Any, name: Any, *more: Any
    ) -> None:
        row = layout.row(align=True)
        row.active = item.data.dreamwright_role != OFF
        row.prop(item, "name", text="", emboss=False, icon="CAMERA_DATA")
        row.prop(item.data, "dreamwright_prompt", text="")
        row.prop(item.data, "dreamwright_role", text="", icon_only=True)

    def filter_items(self, context: Any, data: Any, propname: Any) -> Any:
        """Only cameras, those of the name that is searched for, by name."""
        objects = list(getattr(data, propname))
        wanted = [obj.type == "CAMERA" and self.filter_name.lower() in obj.name.lower() for obj in objects]
        order = sorted(range(len(objects)), key=lambda number: objects[number].name)
        rows = {number: row for row, number in enumerate(order)}
        flags = [self.bitflag_filter_item if keep else 0 for keep in wanted]
        return flags, [rows[number] for number in range(len(objects))]


class DREAMWRIGHT_PT_cameras(SubPanel, bpy.types.Panel):
    bl_label = "Cameras"
    bl_description = "Prompts and roles of the cameras of this scene"

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene = self.layout, context.scene
        scene_setup = scene.dreamwright.scene_setup
        if not flows.scene_cameras(context):
            draw_lines(layout, "Cameras can have a prompt of their own and a role: add some.")
        else:
            layout.template_list("DREAMWRIGHT_UL_cameras", "", scene, "objects", scene_setup, "camera", rows=3)
            layout.label(text=flows.describe_roles(context))
            row = layout.row(align=True)
            row.prop(scene_setup, "hold_out_every", text="Every")
            row.operator("dreamwright.hold_out_cameras", text="Validation")
        _draw_add(layout)


def _draw_add(layout: Any) -> None:
    row = layout.row(align=True)
    row.operator("dreamwright.add_orbit_cameras", text="Add Orbit", icon="ADD").rig = ORBIT
    row.operator("dreamwright.add_orbit_cameras", text="Add Sphere", icon="ADD").rig = SPHERE


class DREAMWRIGHT_PT_orbit(SidebarPanel, bpy.types.Panel):
    bl_label = "Random Cameras"
    bl_description = "Range of the random cameras that a prompt is seen from"
    bl_parent_id = "DREAMWRIGHT_PT_cameras"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        layout.prop(settings.scene_setup, "show_orbit")
        column = layout.column(align=True)
        for name in ORBIT_SETTINGS:
            column.prop(settings.advanced.orbit, name)


CLASSES = (DREAMWRIGHT_UL_cameras, DREAMWRIGHT_PT_cameras, DREAMWRIGHT_PT_orbit)
