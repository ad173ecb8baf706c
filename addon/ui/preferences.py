"""Edit > Preferences > Add-ons > Dreamwright."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core.session import BackendState
from ..core.wire import config
from . import properties


class DreamwrightPreferences(bpy.types.AddonPreferences):
    """Where the backend's Python lives, where it computes, where things are kept."""

    bl_idname = paths.PACKAGE

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "backend_python")
        layout.prop(self, "device")
        layout.prop(self, "cache_folder")
        layout.prop(self, "show_colors")
        for name in ("remote_address", "remote_token"):
            layout.prop(self, name)
        draw_set_up(layout, flows.APP.session.snapshot)
        layout.operator("dreamwright.open_log", icon="TEXT")


def draw_set_up(layout: Any, snapshot: Any) -> None:
    """The button that sets the backend up, or how far that is."""
    if snapshot.backend is BackendState.SETTING_UP:
        layout.progress(factor=snapshot.fraction or 0.0, text=snapshot.activity)
        layout.operator("dreamwright.stop", text="Cancel", icon="CANCEL")
        return
    words = "Set Up Again" if paths.is_set_up() else "Set Up Backend"
    layout.operator("dreamwright.set_up_backend", text=words, icon="IMPORT")


DreamwrightPreferences.__annotations__ = {
    "backend_python": bpy.props.StringProperty(
        name="Python of Backend",
        description="Python with PyTorch; if empty, the one that Set Up Backend installs",
        subtype="FILE_PATH",
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
