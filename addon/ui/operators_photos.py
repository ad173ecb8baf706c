"""Buttons for photographs: show where they were taken from, and stop showing it."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from . import requests
from .flow_operator import FlowOperator
from .operators_generate import is_ready


class DREAMWRIGHT_OT_show_photo_cameras(FlowOperator, bpy.types.Operator):
    """Draws cameras and points of the chosen photographs, and finds their box."""

    bl_idname = "dreamwright.show_photo_cameras"
    bl_label = "Show Cameras"
    bl_description = (
        "Show where the photos were taken from and their sparse points, and add the box that the result will fill: "
        "adjust it before you generate"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_ready(cls, context)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        settings = context.scene.dreamwright
        wanted = requests.panel_config(settings, paths.device())
        return flows.photo_cameras.show_photo_cameras(context, wanted, settings.dataset)

    def sentence(self, result: Any) -> str:
        return str(result.sentence)


class DREAMWRIGHT_OT_hide_photo_cameras(bpy.types.Operator):
    """Draws nothing of photographs any more."""

    bl_idname = "dreamwright.hide_photo_cameras"
    bl_label = "Hide Cameras"
    bl_description = "Stop showing where the photos were taken from; the box stays"

    def execute(self, context: bpy.types.Context) -> Any:
        flows.photo_cameras.hide_photo_cameras(context.scene)
        for area in context.screen.areas if context.screen else ():
            area.tag_redraw()
        return {"FINISHED"}


CLASSES = (DREAMWRIGHT_OT_show_photo_cameras, DREAMWRIGHT_OT_hide_photo_cameras)
