"""Select by part: the hat of a snowman, in Edit Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..core.lazy_import import lazy_imports
from .operators_steer import ActionOperator

if TYPE_CHECKING:
    from ..blender import parts, results
else:
    parts, results = lazy_imports(__package__, "..blender.parts", "..blender.results")


def _names(context: bpy.types.Context) -> list[str]:
    return parts.part_names(results.active_result(context))


class DREAMWRIGHT_OT_select_part(ActionOperator, bpy.types.Operator):
    """Selects the faces of a part."""

    bl_idname = "dreamwright.select_part"
    bl_label = "Select by Part"
    bl_description = (
        "Select the faces of one part of the result, in Edit Mode; each has a vertex group and a material too"
    )
    bl_options = {"REGISTER", "UNDO"}

    if TYPE_CHECKING:
        part: str
        extend: bool

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if _names(context):
            return True
        cls.poll_message_set("Select a result with parts: what Instant makes has them")
        return False

    def act(self) -> str:
        count = parts.select_part(results.active_result(bpy.context), self.part, self.extend)
        return f"{count} faces of '{self.part}' are selected."


class DREAMWRIGHT_MT_parts(bpy.types.Menu):
    """The parts of the active result."""

    bl_label = "Dreamwright Part"
    bl_description = "Select the faces of one part of the result"

    def draw(self, context: bpy.types.Context) -> None:
        for name in _names(context):
            self.layout.operator("dreamwright.select_part", text=name.capitalize(), translate=False).part = name


def draw_in_select_menu(self: Any, context: bpy.types.Context) -> None:
    """Edit Mode's own menu Select, where one looks for it."""
    if _names(context):
        self.layout.separator()
        self.layout.menu("DREAMWRIGHT_MT_parts")


DREAMWRIGHT_OT_select_part.__annotations__ = {
    "part": bpy.props.StringProperty(name="Part", description="Name of the part, as its vertex group has it"),
    "extend": bpy.props.BoolProperty(name="Extend", description="Keep what is selected already", default=False),
}

CLASSES = (DREAMWRIGHT_OT_select_part, DREAMWRIGHT_MT_parts)
