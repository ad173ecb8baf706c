"""The panel that is always open: the first minute, what is asked for, the backend, what is wrong."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...blender import paths
from ...core import model_list, overrides
from ...core.session import BackendState, Snapshot
from ...core.wire import config
from ..menus import recipe_label
from ..methods import method_choice, model_name, recipe_for
from ..preferences import draw_set_up
from ..presets import DREAMWRIGHT_PT_presets
from ..prompt_history import EXAMPLES
from .error_box import draw_allow_online, draw_error
from .running import draw_running
from .sidebar import SidebarPanel, draw_lines


class DREAMWRIGHT_PT_main(SidebarPanel, bpy.types.Panel):
    bl_label = "Dreamwright"
    bl_description = "Generate 3D objects from prompts and photos"

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        DREAMWRIGHT_PT_presets.draw_panel_header(self.layout)

    def draw(self, context: bpy.types.Context) -> None:
        layout, snapshot = self.layout, flows.APP.session.snapshot
        if snapshot.backend is BackendState.SETTING_UP or not paths.is_set_up():
            _draw_first_time(layout, snapshot)
            return
        _draw_request(layout, context.scene.dreamwright)
        draw_running(layout, context.scene.dreamwright, snapshot)
        draw_error(layout, snapshot)
        _draw_backend(layout, snapshot)


def _draw_first_time(layout: Any, snapshot: Snapshot) -> None:
    """Draws what Set Up Backend will do, before anybody presses it."""
    if snapshot.backend is not BackendState.SETTING_UP:
        draw_lines(layout, "Welcome. One step before the first result:", icon="INFO")
        column = layout.column(align=True)
        for sentence in flows.describe_set_up():
            draw_lines(column, sentence)
        if not bpy.app.online_access:
            draw_lines(column, "Blender is offline: allow online access first.")
            draw_allow_online(layout)
    draw_set_up(layout, snapshot)
    draw_error(layout, snapshot)


def _draw_request(layout: Any, settings: Any) -> None:
    choice = method_choice(settings)
    layout.prop(settings, "method", text="")
    if choice.method.uses_photos:
        layout.prop(settings, "dataset", text="", icon="IMAGE_DATA", placeholder=_PHOTOS)
    if choice.method.uses_text:
        _draw_prompt(layout.column(align=True), settings)
        _draw_model(layout.column(align=True), settings)
    _draw_quality(layout.row(align=True), settings)
    row = layout.row(align=True)
    row.prop(settings, "seed")
    row.operator("dreamwright.randomize_seed", text="", icon="MOD_NOISE")
    _draw_button(layout, settings)


def _draw_quality(row: Any, settings: Any) -> None:
    recipe = recipe_for(settings, method_choice(settings).method)
    if recipe:
        row.label(text=f"Preset: {recipe_label(recipe)}", icon="BOOKMARKS")
        row.operator("dreamwright.use_recipe", text="", icon="X").recipe = ""
    else:
        row.prop(settings, "quality", expand=True)


def _draw_prompt(column: Any, settings: Any) -> None:
    row = column.row(align=True)
    row.prop(settings, "prompt", text="", placeholder=_EXAMPLE)
    row.menu("DREAMWRIGHT_MT_prompts", text="", icon="TIME")
    _draw_negative(column, settings)


def _draw_negative(column: Any, settings: Any) -> None:
    row = column.row(align=True)
    row.use_property_split = True
    row.use_property_decorate = False
    row.prop(settings, "negative", placeholder="what to avoid")


def _draw_model(column: Any, settings: Any) -> None:
    """Its name as free text (a path is one, too), those that are known in a menu, and what is known of the chosen."""
    row = column.row(align=True)
    row.prop(settings, method_choice(settings).model_setting, text="", icon="OUTLINER_OB_POINTCLOUD")
    row.menu("DREAMWRIGHT_MT_models", text="", icon="DOWNARROW_HLT")
    model = model_list.find_model(flows.known_models(), model_name(settings))
    if model:
        draw_lines(column, model_list.describe_model(model))
    if model is None or not model.is_local:
        column.prop(settings, "allow_download")
        if settings.allow_download and not bpy.app.online_access:
            draw_allow_online(column)


def _draw_button(layout: Any, settings: Any) -> None:
    changed = len(overrides.parse(settings.overrides))
    if changed:
        row = layout.row(align=True)
        row.label(text=f"{changed} advanced setting{'s' * (changed > 1)} changed", icon="OPTIONS")
        row.operator("dreamwright.reset_settings", text="", icon="LOOP_BACK")
    row = layout.row()
    row.scale_y = 1.4
    row.operator("dreamwright.generate_from_panel", text=_BUTTON_LABELS[method_choice(settings).method], icon="PLAY")


def _draw_backend(layout: Any, snapshot: Snapshot) -> None:
    where = f" on {snapshot.device}" if snapshot.device else ""
    row = layout.row()
    row.label(text=snapshot.backend.value + where, icon=_ICONS[snapshot.backend])
    if snapshot.backend is BackendState.READY:
        row.operator("dreamwright.stop_backend", text="", icon="QUIT")
    elif snapshot.backend is not BackendState.STARTING:
        row.operator("dreamwright.start_backend", text="", icon="PLAY")


_ICONS = {
    BackendState.OFF: "RADIOBUT_OFF",
    BackendState.SETTING_UP: "IMPORT",
    BackendState.STARTING: "SORTTIME",
    BackendState.READY: "CHECKMARK",
    BackendState.LOST: "ERROR",
}
_BUTTON_LABELS = {
    config.Method.TEXT: "Generate",
    config.Method.RECONSTRUCT: "Photos to 3D",
    config.Method.BOTH: "Generate",
}
_EXAMPLE = f"for example: {EXAMPLES[1]}"
_PHOTOS = "folder of photos"


CLASSES = (DREAMWRIGHT_PT_main,)
