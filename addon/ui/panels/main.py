"""The panel that is always open: the first minute; then what is asked for, the button, and what there is to know."""

from __future__ import annotations

from typing import Any

import bpy

from ... import flows
from ...blender import paths
from ...core.backend_state import BackendState
from ..presets import DREAMWRIGHT_PT_presets
from .error_box import draw_error
from .first_minute import draw_first_minute
from .picture import draw_picture
from .request import draw_request
from .run_button import draw_run_button
from .running import draw_edits
from .sidebar import SidebarPanel
from .status import draw_status


class DREAMWRIGHT_PT_main(SidebarPanel, bpy.types.Panel):
    bl_label = "Dreamwright"
    bl_description = "Generate 3D objects from prompts and photos"

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        DREAMWRIGHT_PT_presets.draw_panel_header(self.layout)

    def draw(self, context: bpy.types.Context) -> None:
        draw_generate(self.layout, context.scene.dreamwright)


def draw_generate(layout: Any, settings: Any) -> None:
    """All that it takes to make something; the popover of the header draws the same."""
    snapshot = flows.APP.session.snapshot
    if snapshot.backend is BackendState.SETTING_UP or not paths.is_set_up():
        draw_first_minute(layout, snapshot)
        return
    draw_request(layout, settings)
    draw_run_button(layout, settings, snapshot)
    draw_picture(layout, settings)
    draw_status(layout, snapshot)
    draw_edits(layout, settings, snapshot)
    draw_error(layout, snapshot)


CLASSES = (DREAMWRIGHT_PT_main,)
