"""Buttons for the backend itself: set up, start, stop, its log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from .. import flows
from ..blender import paths
from .flow_operator import FlowOperator
from .operators_generate import is_idle
from .operators_steer import ActionOperator


class DREAMWRIGHT_OT_set_up_backend(FlowOperator, bpy.types.Operator):
    """Makes the environment of the backend."""

    bl_idname = "dreamwright.set_up_backend"
    bl_label = "Set Up Backend"
    bl_description = "Download the packages that Dreamwright computes with into a Python environment of its own"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not bpy.app.online_access and paths.wheels_folder() is None:
            cls.poll_message_set("Blender is offline: enable Allow Online Access in Preferences > System")
            return False
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.set_up_backend(bpy.app.online_access, self.build, paths.wheels_folder())

    def sentence(self, result: Any) -> str:
        return "The backend is set up: type a prompt in the Dreamwright tab of the sidebar and press Generate."


class DREAMWRIGHT_OT_start_backend(FlowOperator, bpy.types.Operator):
    """Starts the backend before it is needed."""

    bl_idname = "dreamwright.start_backend"
    bl_label = "Start Backend"
    bl_description = "Start the backend now, so that the next run begins at once"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not paths.is_set_up():
            cls.poll_message_set("The backend is not set up: press Set Up Backend")
            return False
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.start_backend()

    def sentence(self, result: Any) -> str:
        return f"The backend is ready on {result}."


class DREAMWRIGHT_OT_stop_backend(FlowOperator, bpy.types.Operator):
    """Ends the backend."""

    bl_idname = "dreamwright.stop_backend"
    bl_label = "Stop Backend"
    bl_description = "Stop the backend; a current run is saved first"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.APP.connection is None:
            cls.poll_message_set("The backend is not running")
            return False
        return True

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.stop_backend()

    def sentence(self, result: Any) -> str:
        return result


class DREAMWRIGHT_OT_remove_backend(FlowOperator, bpy.types.Operator):
    """Removes the environment of the backend."""

    bl_idname = "dreamwright.remove_backend"
    bl_label = "Remove Backend"
    bl_description = "Delete the Python environment of the backend; runs, models and results stay"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        return context.window_manager.invoke_confirm(self, event)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.remove_backend()

    def sentence(self, result: Any) -> str:
        flows.storage.measure_disk_use()
        return f"Removed the backend: {result:.1f} GB are free again."


class DREAMWRIGHT_OT_open_log(ActionOperator, bpy.types.Operator):
    """Shows the folder of the logs."""

    bl_idname = "dreamwright.open_log"
    bl_label = "Open Log"
    bl_description = "Open the folder with the logs of the backend and of its set-up"

    def act(self) -> str:
        folder = flows.log_folder(paths.cache_folder())
        open_in_system(folder)
        return f"The log is in {folder}."


class DREAMWRIGHT_OT_copy_details(ActionOperator, bpy.types.Operator):
    """Copies what a helper needs to know."""

    bl_idname = "dreamwright.copy_details"
    bl_label = "Copy Details"
    bl_description = (
        "Copy versions, device, the error and the end of the log to the clipboard, to paste where you ask for help"
    )

    def act(self) -> str:
        text = flows.details()
        bpy.context.window_manager.clipboard = text
        return f"Copied {len(text.splitlines())} lines: paste them where you ask for help."


class DREAMWRIGHT_OT_dismiss(ActionOperator, bpy.types.Operator):
    """Clears the error."""

    bl_idname = "dreamwright.dismiss"
    bl_label = "Dismiss"
    bl_description = "Hide this message until something else goes wrong"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.APP.session.snapshot.error:
            return True
        cls.poll_message_set("Nothing is wrong")
        return False

    def act(self) -> str:
        flows.APP.session.post("error", sentence="")
        flows.APP.session.drain()
        return "Dismissed."


def open_in_system(folder: Path) -> None:
    """Show a folder in the system's own file browser; in background mode nobody would see it."""
    if not bpy.app.background:
        bpy.ops.wm.path_open(filepath=str(folder))


DREAMWRIGHT_OT_set_up_backend.__annotations__ = {
    "build": bpy.props.StringProperty(
        name="Build",
        description="Which build of PyTorch; auto takes what fits this machine",
        default="auto",
        options={"SKIP_SAVE"},
    ),
}

CLASSES = (
    DREAMWRIGHT_OT_set_up_backend,
    DREAMWRIGHT_OT_start_backend,
    DREAMWRIGHT_OT_stop_backend,
    DREAMWRIGHT_OT_remove_backend,
    DREAMWRIGHT_OT_open_log,
    DREAMWRIGHT_OT_copy_details,
    DREAMWRIGHT_OT_dismiss,
)
