"""Buttons that make a volume of a result."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from .operators_shape import OfAResult
from .reflection import chosen
from .run_flow import RunsFlow


class DREAMWRIGHT_OT_make_volume(OfAResult, RunsFlow, bpy.types.Operator):
    """Make a Volume object of the selected result: an OpenVDB file beside the .blend, with density and colour"""

    bl_idname = "dreamwright.make_volume"
    bl_label = "Volume"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.make_volume(context, chosen(self.look))

    def sentence(self, result: Any) -> str:
        return f"Made the volume '{result.object.name}' in {result.file.name}, and hid the mesh."


class DREAMWRIGHT_OT_make_volume_mesh(OfAResult, RunsFlow, bpy.types.Operator):
    """Make a mesh of the selected result by Geometry Nodes, whose threshold can be keyframed on the modifier"""

    bl_idname = "dreamwright.make_volume_mesh"
    bl_label = "Geometry Nodes Mesh"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.make_volume_mesh(context, chosen(self.look))

    def sentence(self, result: Any) -> str:
        return f"Made '{result.object.name}', which meshes {result.file.name}, and hid the mesh."


def _looks(*items: tuple[str, str, str]) -> Any:
    return bpy.props.EnumProperty(name="Look", description="The material that it gets", items=list(items))


DREAMWRIGHT_OT_make_volume.__annotations__ = {
    "look": _looks(
        ("SMOKE", "Smoke", "Scatters the scene's light, in its own colours"),
        ("GLASS", "Glass", "Clear where it is thin, coloured where it is deep"),
        ("GLOW", "Glow", "Shines by itself, exactly as the field was trained"),
    )
}
DREAMWRIGHT_OT_make_volume_mesh.__annotations__ = {
    "look": _looks(
        ("COLOUR", "Colours", "The colours of the field on its surface"),
        ("GLASS", "Glass", "Refracting glass in the colours of the field"),
    )
}

CLASSES = (DREAMWRIGHT_OT_make_volume, DREAMWRIGHT_OT_make_volume_mesh)
