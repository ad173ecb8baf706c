"""The tab "Dreamwright" in the sidebar of the 3D view: draws the snapshot, computes nothing."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..blender.preview_icon import ICON
from ..blender.pump import CATEGORY
from ..core.session import Backend, Snapshot, in_words
from ..core.wire import config
from .preferences import draw_set_up


class _Panel:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY


class DREAMWRIGHT_PT_main(_Panel, bpy.types.Panel):
    bl_label = "Dreamwright"

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.STUDIO.session.snapshot
        if snapshot.backend is Backend.SETTING_UP or not paths.is_set_up():
            _draw_first_time(layout, snapshot)
            return
        _draw_request(layout, context.scene.dreamwright)
        _draw_job(layout, snapshot)
        _draw_backend(layout, snapshot)


class DREAMWRIGHT_PT_box(_Panel, bpy.types.Panel):
    bl_label = "Size and Place"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        for name in ("size", "centre", "model"):
            layout.prop(context.scene.dreamwright, name)
        row = layout.row()
        row.enabled = bpy.app.online_access
        row.prop(context.scene.dreamwright, "allow_download")


class DREAMWRIGHT_PT_words(_Panel, bpy.types.Panel):
    bl_label = "More Words"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(context.scene.dreamwright, "negative")
        column = layout.column(heading="Seen from")
        for camera in flows.scene_cameras(context):
            column.prop(camera.data, "dreamwright_words", text=camera.name)


class DREAMWRIGHT_PT_reconstruct(_Panel, bpy.types.Panel):
    bl_label = "Reconstruct from Scene Cameras"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        layout.prop(settings, "source")
        if settings.source == "SPHERE":
            layout.prop(settings, "views")
        layout.prop(settings, "image_size")
        layout.prop(settings, "with_words")
        layout.operator("dreamwright.reconstruct", icon="CAMERA_DATA")


class DREAMWRIGHT_PT_remesh(_Panel, bpy.types.Panel):
    bl_label = "Re-mesh"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        result = flows.chosen_result(context)
        if result:
            layout.label(text=f"{result.name}, threshold {result['dreamwright_threshold']:.3g}", icon="MESH_DATA")
        layout.prop(settings, "threshold")
        layout.prop(settings, "resolution")
        layout.operator("dreamwright.remesh", icon="MOD_REMESH")


def _draw_first_time(layout: Any, snapshot: Snapshot) -> None:
    layout.label(text="The backend is not set up yet", icon="INFO")
    layout.label(text=f"It downloads {flows.DOWNLOAD_WORDS}")
    draw_set_up(layout, snapshot)
    _draw_error(layout, snapshot)


def _draw_request(layout: Any, settings: Any) -> None:
    layout.prop(settings, "prompt", text="", icon="OUTLINER_OB_FONT")
    row = layout.row(align=True)
    row.prop(settings, "quality", text="")
    row.prop(settings, "seed")
    layout.operator("dreamwright.generate", icon="PLAY")


def _draw_job(layout: Any, snapshot: Snapshot) -> None:
    if flows.STUDIO.doing:
        if ICON.id and snapshot.job:
            layout.template_icon(icon_value=ICON.id, scale=8.0)
        layout.progress(factor=_factor(snapshot), text=_how_far(snapshot))
        row = layout.row(align=True)
        row.operator("dreamwright.stop", icon="CANCEL")
        if snapshot.state == config.JobState.PAUSED:
            row.operator("dreamwright.resume", icon="PLAY")
        elif snapshot.running:
            row.operator("dreamwright.pause", icon="PAUSE")
            row.operator("dreamwright.edit_prompt", icon="GREASEPENCIL")
    elif snapshot.backend is Backend.LOST or snapshot.state == config.JobState.PAUSED:
        layout.operator("dreamwright.resume", icon="PLAY")
    _draw_error(layout, snapshot)


def _draw_backend(layout: Any, snapshot: Snapshot) -> None:
    where = f" on {snapshot.device}" if snapshot.device else ""
    row = layout.row()
    row.label(text=snapshot.backend.value + where, icon=_ICONS[snapshot.backend])
    if snapshot.backend is Backend.READY:
        row.operator("dreamwright.stop_backend", text="", icon="QUIT")
    elif snapshot.backend is not Backend.STARTING:
        row.operator("dreamwright.start_backend", text="", icon="PLAY")


def _draw_error(layout: Any, snapshot: Snapshot) -> None:
    if snapshot.error:
        column = layout.column()
        column.alert = True
        for line in _wrapped(snapshot.error):
            column.label(text=line)


def _factor(snapshot: Snapshot) -> float:
    return snapshot.fraction if snapshot.fraction is not None else snapshot.progress


def _how_far(snapshot: Snapshot) -> str:
    if snapshot.activity:
        return snapshot.activity
    if snapshot.backend is Backend.STARTING:
        return "Starting the backend"
    if not snapshot.steps:
        return flows.STUDIO.doing.capitalize()
    words = [f"Step {snapshot.step} of {snapshot.steps}", in_words(snapshot.seconds_left)]
    return ", ".join(word for word in words if word)


def _wrapped(sentence: str, width: int = 44) -> list[str]:
    return textwrap.wrap(sentence, width)


_ICONS = {
    Backend.OFF: "RADIOBUT_OFF",
    Backend.SETTING_UP: "IMPORT",
    Backend.STARTING: "SORTTIME",
    Backend.READY: "CHECKMARK",
    Backend.LOST: "ERROR",
}

CLASSES = (
    DREAMWRIGHT_PT_main,
    DREAMWRIGHT_PT_words,
    DREAMWRIGHT_PT_box,
    DREAMWRIGHT_PT_reconstruct,
    DREAMWRIGHT_PT_remesh,
)
