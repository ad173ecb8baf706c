"""Edit > Preferences > Add-ons > Dreamwright."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..blender import paths
from ..core.backend_state import BackendState
from ..core.lazy_import import lazy_imports
from ..core.wire import config
from . import properties, shortcut

if TYPE_CHECKING:
    from ..core import disk_use
else:
    (disk_use,) = lazy_imports(__package__, "..core.disk_use")

MOST_RUNS = 8
"""Runs that are listed, the largest first."""


class DreamwrightPreferences(bpy.types.AddonPreferences):
    """What computes, what lies where, and where the backend's Python is."""

    bl_idname = paths.PACKAGE

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.APP.session.snapshot
        _draw_status(layout.box(), snapshot)
        _draw_storage(layout.box(), snapshot)
        column = layout.column()
        column.use_property_split = True
        for name in (
            "device",
            "cache_folder",
            "show_colors",
            "backend_python",
            "wheels_folder",
            "remote_address",
            "remote_token",
        ):
            column.prop(self, name)
        _draw_keymap(layout, context)


def _draw_status(box: Any, snapshot: Any) -> None:
    """Says what computes, versions, and has the buttons that set up, repair and remove."""
    state = snapshot.backend.value if paths.is_set_up() else "Backend not set up"
    where = snapshot.computes or snapshot.device
    box.label(text=f"{state}: {where}" if where else state, icon="SYSTEM")
    box.label(text=f"Dreamwright {flows.VERSION}, Blender {bpy.app.version_string}", icon="INFO")
    draw_set_up(box, snapshot)
    row = box.row(align=True)
    if snapshot.backend is BackendState.READY:
        row.operator("dreamwright.stop_backend", icon="QUIT")
    else:
        row.operator("dreamwright.start_backend", icon="PLAY")
    row.operator("dreamwright.remove_backend", icon="TRASH")
    row.operator("dreamwright.open_log", icon="TEXT")
    row.operator("dreamwright.copy_details", icon="COPYDOWN")


def draw_set_up(layout: Any, snapshot: Any) -> None:
    """The button that sets the backend up, or how far that is."""
    if snapshot.backend is BackendState.SETTING_UP:
        layout.progress(factor=snapshot.fraction or 0.0, text=snapshot.activity)
        layout.operator("dreamwright.stop", text="Cancel", icon="CANCEL")
        return
    words = "Repair (Set Up Again)" if paths.is_set_up() else "Set Up Backend"
    layout.operator("dreamwright.set_up_backend", text=words, icon="IMPORT")


def _draw_storage(box: Any, snapshot: Any) -> None:
    """Draws what lies on the disk, where, and how it goes away."""
    row = box.row()
    row.label(text="Disk Use", icon="DISK_DRIVE")
    row.operator("dreamwright.measure_disk_use", text="Measure" if snapshot.disk_use is None else "Measure Again")
    use = snapshot.disk_use
    sizes = {"environment": use.environment, "models": use.models, "cache": use.cache} if use else {}
    for name, folder in flows.storage.storage_folders().items():
        if name not in _FOLDERS:
            continue
        row = box.row()
        size = f": {disk_use.format_bytes(sizes[name])}" if name in sizes else ""
        row.label(text=_FOLDERS[name] + size)
        row.label(text=folder)
        row.operator("dreamwright.open_folder", text="", icon="FILE_FOLDER").folder = name
    if use:
        _draw_runs(box.column(align=True), use)
    box.label(text="Uninstalling deletes the backend and the runs if they lie in the add-on's folder; models stay")


def _draw_runs(column: Any, use: Any) -> None:
    for run in use.runs[:MOST_RUNS]:
        row = column.row(align=True)
        row.label(text=run.prompt or "Reconstruction", icon="DOT")
        day = time.strftime("%Y-%m-%d", time.localtime(run.updated))
        row.label(text=f"{disk_use.format_bytes(run.bytes)}, {day}")
        row.operator("dreamwright.free_space", text="", icon="TRASH").job = run.job
    if use.runs:
        column.operator("dreamwright.free_space", text=f"Free Space ({len(use.runs)} Runs)...", icon="TRASH")


def _draw_keymap(layout: Any, context: bpy.types.Context) -> None:
    """The one shortcut of ours, which can be changed here as in Blender's own list."""
    import rna_keymap_ui  # no other panel of ours needs it, and not while Blender starts

    keys = context.window_manager.keyconfigs.user
    keymap = keys.keymaps.get(shortcut.KEYMAP) if keys else None
    item = shortcut.find_item(keymap)
    if item:
        column = layout.column()
        column.context_pointer_set("keymap", keymap)
        rna_keymap_ui.draw_kmi([], keys, keymap, item, column, 0)


_FOLDERS = {"environment": "Backend", "models": "Downloaded models", "cache": "Runs"}


DreamwrightPreferences.__annotations__ = {
    "backend_python": bpy.props.StringProperty(
        name="Python of Backend",
        description="Python with PyTorch; if empty, the one that Set Up Backend installs",
        subtype="FILE_PATH",
        options=properties.BESIDE_THE_BLEND,
    ),
    "wheels_folder": bpy.props.StringProperty(
        name="Folder of Wheels",
        description="Set the backend up from the Python packages in this folder, without a network; if empty, from "
        "the package servers",
        subtype="DIR_PATH",
        options=properties.BESIDE_THE_BLEND,
    ),
    "device": properties.property_of(config.JobConfig, "device"),
    "cache_folder": bpy.props.StringProperty(
        name="Cache Folder",
        description="Folder for runs and rendered views; if empty, the one of Blender; // is that of the .blend file",
        subtype="DIR_PATH",
        options=properties.BESIDE_THE_BLEND,
    ),
    "show_colors": bpy.props.BoolProperty(
        name="Show Colors in Solid View",
        description="When a result arrives, have views in Solid mode show its colors instead of the gray of materials",
        default=True,
    ),
    "remote_address": bpy.props.StringProperty(
        name="Remote Backend",
        description="Use a backend that is already running, as host:port (127.0.0.1:9000 with a tunnel); "
        "if empty, one is started here",
    ),
    "remote_token": bpy.props.StringProperty(
        name="Access Token",
        description="DREAMWRIGHT_TOKEN that the remote backend was started with",
        subtype="PASSWORD",
    ),
}

CLASSES = (DreamwrightPreferences,)
