"""Buttons that remesh a result without training, and set it back to how it was generated."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..core.remesh_config import RemeshConfig
from .flow_operator import FlowOperator
from .operators_generate import is_idle
from .reflection import config_choice, property_of


class ResultOperator:
    """Mix into an Operator that needs a result of ours."""

    if TYPE_CHECKING:
        replace_edits: bool

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

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Asks where a person's work would go with the mesh; a script says it with `replace_edits`."""
        result = flows.active_result(context)
        edits = flows.why_edited(result) if result else ""
        if not edits or self.replace_edits:
            return self.execute(context)
        self.replace_edits = True
        return context.window_manager.invoke_confirm(
            self, event, title="Replace the edited mesh?", message=edits, confirm_text="Replace", icon="WARNING"
        )


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
        changes = {n: config_choice(v) if isinstance(v, str) else v for n, v in given.items()}
        return flows.remesh(context, self.replace_edits, **changes)

    def sentence(self, result: Any) -> str:
        return f"Remeshed '{result.name}': {len(result.data.polygons)} faces."


class DREAMWRIGHT_OT_reset_remesh(ResultOperator, FlowOperator, bpy.types.Operator):
    """Sets the remesh settings back."""

    bl_idname = "dreamwright.reset_remesh"
    bl_label = "Reset"
    bl_description = "Reset the remesh settings of the selected result to those that it was generated with"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.remesh(context, self.replace_edits, **dataclasses.asdict(RemeshConfig()))

    def sentence(self, result: Any) -> str:
        return f"Reset '{result.name}': {len(result.data.polygons)} faces."


def _replace_edits_property() -> Any:
    return bpy.props.BoolProperty(
        name="Replace Edits",
        description="Replace the mesh even if it was edited by hand, which another mesh loses",
        options={"SKIP_SAVE"},
    )


DREAMWRIGHT_OT_remesh.__annotations__ = {
    spec.name: property_of(RemeshConfig, spec.name, options={"SKIP_SAVE"}) for spec in dataclasses.fields(RemeshConfig)
} | {"replace_edits": _replace_edits_property()}
DREAMWRIGHT_OT_reset_remesh.__annotations__ = {"replace_edits": _replace_edits_property()}

CLASSES = (DREAMWRIGHT_OT_remesh, DREAMWRIGHT_OT_reset_remesh)
