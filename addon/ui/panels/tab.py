"""Where our panels are: the tab "Dreamwright" in the sidebar of the 3D view; and how one says what went wrong."""

from __future__ import annotations

import textwrap
from typing import Any

from ...blender.pump import CATEGORY
from ...core.session import Snapshot


class Tab:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY


def draw_error(layout: Any, snapshot: Snapshot) -> None:
    if snapshot.error:
        column = layout.column()
        column.alert = True
        for line in _wrapped(snapshot.error):
            column.label(text=line)


def _wrapped(sentence: str, width: int = 44) -> list[str]:
    return textwrap.wrap(sentence, width)
