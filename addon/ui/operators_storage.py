"""Buttons of the preferences that say and change what lies on the disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..core.errors import DiskError
from ..core.lazy_import import lazy_imports
from .flow_operator import FlowOperator
from .operators_backend import open_in_system
from .operators_generate import is_idle
from .operators_steer import ActionOperator

if TYPE_CHECKING:
    from ..core import disk_use
else:
    (disk_use,) = lazy_imports(__package__, "..core.disk_use")


class DREAMWRIGHT_OT_measure_disk_use(ActionOperator, bpy.types.Operator):
    """Counts what lies on the disk."""

    bl_idname = "dreamwright.measure_disk_use"
    bl_label = "Measure Disk Use"
    bl_description = "Count what the backend, its models and all runs take of the disk"

    def act(self) -> str:
        flows.storage.measure_disk_use()
        return "Counting."


class DREAMWRIGHT_OT_open_folder(ActionOperator, bpy.types.Operator):
    """Shows one of our folders."""

    bl_idname = "dreamwright.open_folder"
    bl_label = "Open Folder"
    bl_description = "Show this folder in the file browser of the system"

    def act(self) -> str:
        folder = Path(flows.storage.storage_folders()[self.folder])
        if not folder.is_dir():
            raise DiskError(f"There is no folder {folder} yet: it is made when it is needed.")
        open_in_system(folder)
        return f"The folder is {folder}."


class DREAMWRIGHT_OT_free_space(FlowOperator, bpy.types.Operator):
    """Deletes the files of old runs."""

    bl_idname = "dreamwright.free_space"
    bl_label = "Free Space"
    bl_description = (
        "Delete the files of old runs for good. Their results stay in their scenes, but can no longer be remeshed, "
        "refined or resumed"
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        return context.window_manager.invoke_props_dialog(self, width=360, confirm_text="Delete")

    def draw(self, context: bpy.types.Context) -> None:
        layout, use = self.layout, flows.storage.known_disk_use()
        chosen = set(self._chosen())
        runs = [run for run in (use.runs if use else ()) if run.job in chosen]
        if not self.job:
            layout.prop(self, "older_than_days")
        size = disk_use.format_bytes(sum(run.bytes for run in runs))
        words = f"'{runs[0].prompt or runs[0].job}', {size}" if len(runs) == 1 else f"{len(runs)} runs, {size}"
        layout.label(text=f"Deletes {words}", icon="TRASH")
        layout.label(text="Results stay, but cannot be remeshed or refined")

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.storage.delete_runs(self._chosen())

    def sentence(self, result: Any) -> str:
        return f"{disk_use.format_bytes(result)} are free again."

    def _chosen(self) -> list[str]:
        return [self.job] if self.job else flows.storage.older_runs(self.older_than_days, time.time())


DREAMWRIGHT_OT_open_folder.__annotations__ = {
    "folder": bpy.props.StringProperty(name="Folder", description="Which of our folders", options={"SKIP_SAVE"}),
}
DREAMWRIGHT_OT_free_space.__annotations__ = {
    "job": bpy.props.StringProperty(
        name="Job", description="Job of the run; if empty, all that are old enough", options={"SKIP_SAVE", "HIDDEN"}
    ),
    "older_than_days": bpy.props.IntProperty(
        name="Days", description="Only runs that were last changed before so many days", default=30, min=0
    ),
}

CLASSES = (DREAMWRIGHT_OT_measure_disk_use, DREAMWRIGHT_OT_open_folder, DREAMWRIGHT_OT_free_space)
