"""Buttons that steer what is running: stop, pause, another prompt, another weight."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..core.wire import config
from . import properties
from .flow_operator import FlowOperator, report_failure


class ActionOperator:
    """Mix into an Operator that defines `steer()`, which gives the sentence to report."""

    def act(self) -> str:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.report({"INFO"}, self.act())
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return report_failure(self, error)
        return {"FINISHED"}


class DREAMWRIGHT_OT_stop(ActionOperator, bpy.types.Operator):
    """Stop what is running; what is good so far is kept"""

    bl_idname = "dreamwright.stop"
    bl_label = "Stop"

    def act(self) -> str:
        flows.stop()
        return "Stopping."


class DREAMWRIGHT_OT_pause(FlowOperator, bpy.types.Operator):
    """Hold the job; it is saved and can go on later, even in another session"""

    bl_idname = "dreamwright.pause"
    bl_label = "Pause"

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.pause()

    def sentence(self, result: Any) -> str:
        return "The job is held."


class DREAMWRIGHT_OT_edit_prompt(FlowOperator, bpy.types.Operator):
    """Change the prompt of the running job"""

    bl_idname = "dreamwright.edit_prompt"
    bl_label = "Edit"

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.edit_prompt(self.prompt or context.scene.dreamwright.prompt)

    def sentence(self, result: Any) -> str:
        return f"The new prompt holds from step {result}."


DREAMWRIGHT_OT_edit_prompt.__annotations__ = {"prompt": properties.property_of(config.JobConfig, "prompt")}


class DREAMWRIGHT_OT_edit_weight(FlowOperator, bpy.types.Operator):
    """Change how strongly one part of the loss of the running job pulls; 0 leaves it out"""

    bl_idname = "dreamwright.edit_weight"
    bl_label = "Edit Weight"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        snapshot = flows.APP.session.snapshot
        if not snapshot.job or snapshot.ended:
            cls.poll_message_set("No job is running")
            return False
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        return context.window_manager.invoke_props_dialog(self, title=_weight_label(self.weight))

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.prop(self, "value")

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.edit_weight(self.weight, self.value)

    def sentence(self, result: Any) -> str:
        return f"{_weight_label(self.weight)} is {self.value:.4g} from step {result}."


def format_weight(name: str, value: float) -> str:
    return f"{_weight_label(name)}  {value:.4g}"


def _weight_label(name: str) -> str:
    return name.removeprefix("regularizer.").replace("_", " ").capitalize()


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


CLASSES = (
    DREAMWRIGHT_OT_stop,
    DREAMWRIGHT_OT_pause,
    DREAMWRIGHT_OT_edit_prompt,
    DREAMWRIGHT_OT_edit_weight,
)
