"""Buttons that steer what is running: stop, pause, another prompt."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..core.wire import config
from . import properties
from .run_flow import RunsFlow, failed


class Steers:
    """Mix into an Operator that defines `steer()`, which gives the sentence to report."""

    def steer(self) -> str:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.report({"INFO"}, self.steer())
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return failed(self, error)
        return {"FINISHED"}


class DREAMWRIGHT_OT_stop(Steers, bpy.types.Operator):
    """Stop what is running; what is good so far is kept"""

    bl_idname = "dreamwright.stop"
    bl_label = "Stop"

    def steer(self) -> str:
        flows.stop()
        return "Stopping."


class DREAMWRIGHT_OT_pause(RunsFlow, bpy.types.Operator):
    """Hold the job; it is saved and can go on later, even in another session"""

    bl_idname = "dreamwright.pause"
    bl_label = "Pause"

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.pause()

    def sentence(self, result: Any) -> str:
        return "The job is held."


class DREAMWRIGHT_OT_edit_prompt(RunsFlow, bpy.types.Operator):
    """Change the prompt of the running job"""

    bl_idname = "dreamwright.edit_prompt"
    bl_label = "Edit"

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.edit_prompt(self.prompt or context.scene.dreamwright.prompt)

    def sentence(self, result: Any) -> str:
        return f"The new prompt holds from step {result}."


DREAMWRIGHT_OT_edit_prompt.__annotations__ = {"prompt": properties.property_of(config.JobConfig, "prompt")}

CLASSES = (DREAMWRIGHT_OT_stop, DREAMWRIGHT_OT_pause, DREAMWRIGHT_OT_edit_prompt)
