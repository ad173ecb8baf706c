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
    """Ends the present task."""

    bl_idname = "dreamwright.stop"
    bl_label = "Stop"
    bl_description = "Stop the run; the result so far is kept"

    def act(self) -> str:
        flows.stop()
        return "Stopping."


class DREAMWRIGHT_OT_pause(FlowOperator, bpy.types.Operator):
    """Pauses the job."""

    bl_idname = "dreamwright.pause"
    bl_label = "Pause"
    bl_description = "Pause the run; it is saved and can be resumed later, even in another session"

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.pause()

    def sentence(self, result: Any) -> str:
        return "Paused."


class DREAMWRIGHT_OT_edit_prompt(FlowOperator, bpy.types.Operator):
    """Edits the prompt of the job."""

    bl_idname = "dreamwright.edit_prompt"
    bl_label = "Apply New Prompt"
    bl_description = "Change the prompt of the current run"

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.edit_prompt(self.prompt or context.scene.dreamwright.prompt)

    def sentence(self, result: Any) -> str:
        return f"The new prompt is used from step {result}."


DREAMWRIGHT_OT_edit_prompt.__annotations__ = {"prompt": properties.property_of(config.JobConfig, "prompt")}


class DREAMWRIGHT_OT_edit_weight(FlowOperator, bpy.types.Operator):
    """Edits one weight of the job."""

    bl_idname = "dreamwright.edit_weight"
    bl_label = "Edit Weight"
    bl_description = "Change the weight of one part of the loss of the current run; 0 turns it off"

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

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.edit_weight(self.weight, self.value)

    def sentence(self, result: Any) -> str:
        return f"{_weight_label(self.weight)} is {self.value:.4g} from step {result}."


def format_weight(name: str, value: float) -> str:
    return f"{_weight_label(name)}  {value:.4g}"


def _weight_label(name: str) -> str:
    return name.removeprefix("regularizer.").replace("_", " ").capitalize()


DREAMWRIGHT_OT_edit_weight.__annotations__ = {
    "weight": bpy.props.StringProperty(
        name="Weight", description="Which part of the loss, by its name in the config", options={"SKIP_SAVE", "HIDDEN"}
    ),
    "value": bpy.props.FloatProperty(
        name="Weight",
        description="Weight of this part of the loss; 0 turns it off",
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
