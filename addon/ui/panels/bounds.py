"""The box that the result fills: an Empty to be moved by hand, or numbers."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...core.errors import SceneError
from .sidebar import SubPanel, draw_lines


class DREAMWRIGHT_PT_bounds(SubPanel, bpy.types.Panel):
    bl_label = "Bounds"
    bl_description = "Where the result is placed and how large it is"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        layout.prop(settings.scene_setup, "box")
        empty = flows.box_empty(context.scene)
        if empty:
            _draw_empty(layout, context, empty)
        else:
            _draw_numbers(layout, settings)


def _draw_empty(layout: Any, context: bpy.types.Context, empty: bpy.types.Object) -> None:
    layout.operator("dreamwright.select_box", icon="RESTRICT_SELECT_OFF")
    for name in ("location", ROTATIONS.get(empty.rotation_mode, "rotation_euler"), "scale"):
        layout.prop(empty, name, text=_LABELS.get(name, "Rotation"))
    try:
        x, y, z = flows.job_box(context.scene).size
        layout.label(text=f"{x:.3g} x {y:.3g} x {z:.3g} m", icon="MESH_CUBE")
    except SceneError as error:
        draw_lines(layout, error.sentence, "ERROR")


def _draw_numbers(layout: Any, settings: Any) -> None:
    if settings.scene_setup.box:
        name = settings.scene_setup.box.name
        draw_lines(layout, f"The box '{name}' is not in this scene, so the numbers are used.", "ERROR")
    row = layout.row(align=True)
    row.operator("dreamwright.add_box", icon="MESH_CUBE")
    row.operator("dreamwright.add_box", text="Around Selection").around = "SELECTED"
    layout.prop(settings, "size")
    layout.prop(settings, "at_cursor")
    if not settings.at_cursor:
        layout.prop(settings, "center")


_LABELS = {"location": "Location", "scale": "Scale"}
"""Blender's own "Euler Rotation X" is wider than its place."""
ROTATIONS = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}

CLASSES = (DREAMWRIGHT_PT_bounds,)
