"""Buttons that shape a result without training: meshed again, and back to the shape that it was made with."""

from __future__ import annotations

import dataclasses
from typing import Any

import bpy

from .. import flows
from ..core.shape_config import ShapeConfig
from .operators_make import nothing_runs
from .reflection import chosen, property_of
from .run_flow import RunsFlow


class OfAResult:
    """Mix into an Operator that needs a result of ours."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        result = flows.chosen_result(context)
        if result is None:
            cls.poll_message_set("Select an object that Dreamwright made")  # type: ignore[attr-defined]
            return False
        if result.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first")  # type: ignore[attr-defined]
            return False
        return nothing_runs(cls)  # type: ignore[arg-type]


class DREAMWRIGHT_OT_remesh(OfAResult, RunsFlow, bpy.types.Operator):
    """Mesh the selected result again out of its grid; a finer resolution comes from the backend where it runs"""

    bl_idname = "dreamwright.remesh"
    bl_label = "Re-mesh"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        names = [spec.name for spec in dataclasses.fields(ShapeConfig)]
        given = {name: getattr(self, name) for name in names if self.properties.is_property_set(name)}
        return flows.remesh(context, **{n: chosen(v) if isinstance(v, str) else v for n, v in given.items()})

    def sentence(self, result: Any) -> str:
        return f"Meshed '{result.name}' again: {len(result.data.polygons)} faces."


class DREAMWRIGHT_OT_reset_shape(OfAResult, RunsFlow, bpy.types.Operator):
    """Set all sliders of the selected result back to where they were when it was made"""

    bl_idname = "dreamwright.reset_shape"
    bl_label = "Reset Shape"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.remesh(context, **dataclasses.asdict(ShapeConfig()))

    def sentence(self, result: Any) -> str:
        return f"'{result.name}' has its first shape again: {len(result.data.polygons)} faces."


DREAMWRIGHT_OT_remesh.__annotations__ = {
    spec.name: property_of(ShapeConfig, spec.name, options={"SKIP_SAVE"}) for spec in dataclasses.fields(ShapeConfig)
}

CLASSES = (DREAMWRIGHT_OT_remesh, DREAMWRIGHT_OT_reset_shape)
