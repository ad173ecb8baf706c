"""Buttons for the backend itself: set up, start, stop, its log."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from .operators_make import nothing_runs
from .operators_steer import Steers
from .run_flow import RunsFlow


class DREAMWRIGHT_OT_set_up_backend(RunsFlow, bpy.types.Operator):
    """Make the Python environment that the backend needs, out of downloaded packages. ESC stops"""

    bl_idname = "dreamwright.set_up_backend"
    bl_label = "Set Up Backend"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return nothing_runs(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.set_up_backend(bpy.app.online_access)

    def sentence(self, result: Any) -> str:
        return "The backend is set up."


class DREAMWRIGHT_OT_start_backend(RunsFlow, bpy.types.Operator):
    """Start the backend, so that the next job begins at once"""

    bl_idname = "dreamwright.start_backend"
    bl_label = "Start Backend"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return nothing_runs(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.start_backend()

    def sentence(self, result: Any) -> str:
        return f"The backend is ready on {result}."


class DREAMWRIGHT_OT_stop_backend(RunsFlow, bpy.types.Operator):
    """End the backend; a running job is saved first"""

    bl_idname = "dreamwright.stop_backend"
    bl_label = "Stop Backend"

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.stop_backend()

    def sentence(self, result: Any) -> str:
        return result


class DREAMWRIGHT_OT_open_log(Steers, bpy.types.Operator):
    """Open the folder of the backend's log"""

    bl_idname = "dreamwright.open_log"
    bl_label = "Open Log"

    def steer(self) -> str:
        folder = flows.log_folder(paths.cache_folder())
        if not bpy.app.background:
            bpy.ops.wm.path_open(filepath=str(folder))
        return f"The log is in {folder}."


CLASSES = (
    DREAMWRIGHT_OT_set_up_backend,
    DREAMWRIGHT_OT_start_backend,
    DREAMWRIGHT_OT_stop_backend,
    DREAMWRIGHT_OT_open_log,
)
