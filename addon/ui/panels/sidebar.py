"""Where our panels are: the tab "Dreamwright" in the sidebar of the 3D view; and how one says what went wrong."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

from ...blender import paths
from ...blender.pump import CATEGORY

DEFAULT_CHARACTERS, MIN_CHARACTERS = 44, 16
"""Of a line where no sidebar is drawn; and where it is very narrow."""
PIXELS, MARGIN = 6.7, 6
"""Width of a character of Blender's own font, and how many characters icon and borders take."""


class SidebarPanel:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY


class SubPanel(SidebarPanel):
    """A part of the main panel that is closed until somebody wants it, and not there before the backend is set up."""

    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return paths.is_set_up()


def draw_lines(layout: Any, sentence: str, icon: str = "NONE") -> None:
    """A sentence as wide as the sidebar is now, since Blender's labels are cut where they do not fit."""
    for number, line in enumerate(textwrap.wrap(sentence, _characters())):
        layout.label(text=line, icon=icon if not number else "BLANK1" if icon != "NONE" else "NONE")


def _characters() -> int:
    """Estimates how many fit into a line of the region that is drawn."""
    region, system = bpy.context.region, bpy.context.preferences.system
    if region is None or region.type != "UI":
        return DEFAULT_CHARACTERS
    return max(MIN_CHARACTERS, int(region.width / (PIXELS * system.ui_scale)) - MARGIN)
