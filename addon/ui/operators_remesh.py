"""Buttons that remesh a result without training, and set it back to how it was generated."""

from __future__ import annotations

import dataclasses
from typing import Any

import bpy

from .. import flows
from ..core.remesh_config import RemeshConfig
from .flow_operator import FlowOperator
from .operators_generate import is_idle
from .reflection import config_choice, property_of


class ResultOperator:
    """Mix into an Operator that needs a result of ours."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        result = flows.active_result(context)
        if result is None:
            cls.poll_message_set("Select a result of Dreamwright")
            return False
        if result.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first")
            return False
        return is_idle(cls)


class DREAMWRIGHT_OT_remesh(ResultOperator, FlowOperator, bpy.types.Operator):
    """Meshes the cached grid again."""

    bl_idname = "dreamwright.remesh"
    bl_label = "Remesh"
    bl_description = (
        "Remesh the selected result from its cached grid; a higher resolution comes from the backend, if it runs"
    )
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        names = [spec.name for spec in dataclasses.fields(RemeshConfig)]
        given = {name: getattr(self, name) for name in names if self.properties.is_property_set(name)}
        return flows.remesh(context, **{n: config_choice(v) if isinstance(v, str) else v for n, v in given.items()})

    def sentence(self, result: Any) -> str:
        return f"Remeshed '{result.name}': {len(result.data.polygons)} faces."


class DREAMWRIGHT_OT_reset_remesh(ResultOperator, FlowOperator, bpy.types.Operator):
    """Sets the remesh settings back."""

    bl_idname = "dreamwright.reset_remesh"
    bl_label = "Reset"
    bl_description = "Reset the remesh settings of the selected result to those that it was generated with"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.remesh(context, **dataclasses.asdict(RemeshConfig()))

    def sentence(self, result: Any) -> str:
        return f"Reset '{result.name}': {len(result.data.polygons)} faces."


DREAMWRIGHT_OT_remesh.__annotations__ = {
    spec.name: property_of(RemeshConfig, spec.name, options={"SKIP_SAVE"}) for spec in dataclasses.fields(RemeshConfig)
}

CLASSES = (DREAMWRIGHT_OT_remesh, DREAMWRIGHT_OT_reset_remesh)
