"""Where our panels are: the tab "Dreamwright" in the sidebar of the 3D view; and how one says a sentence there."""

from __future__ import annotations

from typing import Any

import blf
import bpy

from ...blender import paths

CATEGORY = "Dreamwright"
DEFAULT_WIDTH = 292
"""Pixels of Blender's sidebar as it comes, where no region is drawn."""
EDGES = 56
"""Pixels of a sidebar that no button takes: the tabs, and the margins of a panel."""
BOX, ICON, PADDING = 14, 22, 13
"""What a box takes of it, an icon before a label, and the space around a label's words."""
UNIT = 20
"""Pixels of a button's height."""


class SidebarPanel:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY


class OpenSubPanel(SidebarPanel):
    """A part of the main panel that is not there before the backend is set up."""

    bl_parent_id = "DREAMWRIGHT_PT_main"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return paths.is_set_up()


class SubPanel(OpenSubPanel):
    """The same, closed until somebody wants it."""

    bl_options = {"DEFAULT_CLOSED"}


def content_width() -> float:
    """Returns how wide a button is that takes the whole width, in pixels of a display that is not scaled."""
    region, scale = bpy.context.region, _ui_scale()
    is_ours = region is not None and region.type == "UI"
    return max((region.width / scale if is_ours else DEFAULT_WIDTH) - EDGES, 60.0)


def picture_scale() -> float:
    """Returns the height of a square picture as wide as the panel, in buttons."""
    return content_width() / UNIT


def text_width(text: str) -> float:
    """Returns the width of words in Blender's own font, in pixels of a display that is not scaled."""
    scale = _ui_scale()
    blf.size(0, bpy.context.preferences.ui_styles[0].widget.points * scale)
    return blf.dimensions(0, text)[0] / scale


def _ui_scale() -> float:
    return bpy.context.preferences.system.ui_scale or 1.0  # 0 where Blender has no window


def draw_lines(layout: Any, sentence: str, icon: str = "NONE", inset: float = 0.0, most: int = 0) -> int:
    """A sentence as wide as the sidebar is now, since Blender's labels are cut where they do not fit.

    `inset` is what boxes around it take, `most` how many lines there are at most (0 is no limit). Returns how many.
    """
    width = content_width() - inset - PADDING - (ICON if icon != "NONE" else 0)
    lines = wrapped(sentence, width, most)
    for number, line in enumerate(lines):
        layout.label(text=line, icon=icon if not number else "BLANK1" if icon != "NONE" else "NONE")
    return len(lines)


def wrapped(sentence: str, width: float, most: int = 0) -> list[str]:
    """Returns the lines of a sentence in `width` pixels; a word that is wider than a line is broken.

    Where there would be more than `most` lines the last one ends in an ellipsis.
    """
    lines: list[str] = []
    for word in sentence.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined) <= width:
            lines[-1] = joined
        else:
            lines += _broken(word, width)
    if most and len(lines) > most:
        return [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), width)]
    return lines


def shortened(text: str, width: float) -> str:
    """Returns `text` in one line, with an ellipsis where it would be wider than `width` pixels."""
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _broken(word: str, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
