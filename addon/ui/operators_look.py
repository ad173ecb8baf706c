"""Buttons for what is looked at while it runs: another weight."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from .run_flow import RunsFlow


class DREAMWRIGHT_OT_edit_weight(RunsFlow, bpy.types.Operator):
    """Change how strongly one part of the loss of the running job pulls; 0 leaves it out"""

    bl_idname = "dreamwright.edit_weight"
    bl_label = "Edit Weight"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        snapshot = flows.STUDIO.session.snapshot
        if not snapshot.job or snapshot.ended:
            cls.poll_message_set("No job is running")
            return False
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        return context.window_manager.invoke_props_dialog(self, title=_label(self.weight))

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.prop(self, "value")

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.edit_weight(self.weight, self.value)

    def sentence(self, result: Any) -> str:
        return f"{_label(self.weight)} is {self.value:.4g} from step {result}."


def weight_in_words(name: str, value: float) -> str:
    return f"{_label(name)}  {value:.4g}"


def _label(name: str) -> str:
    return name.removeprefix("regulariser.").replace("_", " ").capitalize()


DREAMWRIGHT_OT_edit_weight.__annotations__ = {
    "weight": bpy.props.StringProperty(
        name="Weight", description="Which part of the loss, as the job names it", options={"SKIP_SAVE", "HIDDEN"}
    ),
    "value": bpy.props.FloatProperty(
        name="Weight",
        description="How strongly it pulls; what is best depends on the part, 0 leaves it out",
        min=0.0,
        precision=4,
        options={"SKIP_SAVE"},
    ),
}

CLASSES = (DREAMWRIGHT_OT_edit_weight,)
