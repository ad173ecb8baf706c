"""Buttons that make a volume of a result."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from .flow_operator import FlowOperator
from .operators_remesh import ResultOperator
from .reflection import config_choice


class DREAMWRIGHT_OT_convert_to_volume(ResultOperator, FlowOperator, bpy.types.Operator):
    """Makes a Volume object of a grid."""

    bl_idname = "dreamwright.convert_to_volume"
    bl_label = "Convert to Volume"
    bl_description = (
        "Convert the selected result to a Volume object: an OpenVDB file next to the .blend file, with density and "
        "color"
    )
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.convert_to_volume(context, config_choice(self.style))

    def sentence(self, result: Any) -> str:
        return f"Added the volume '{result.object.name}' ({result.file.name}) and hid the mesh."


class DREAMWRIGHT_OT_convert_to_geometry_nodes(ResultOperator, FlowOperator, bpy.types.Operator):
    """Makes a mesh by Geometry Nodes of a grid."""

    bl_idname = "dreamwright.convert_to_geometry_nodes"
    bl_label = "Convert to Geometry Nodes"
    bl_description = "Convert the selected result to a mesh made by Geometry Nodes, whose threshold can be animated"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.convert_to_geometry_nodes(context, config_choice(self.style))

    def sentence(self, result: Any) -> str:
        return f"Added '{result.object.name}' ({result.file.name}) and hid the mesh."


def _style_property(*items: tuple[str, str, str]) -> Any:
    return bpy.props.EnumProperty(name="Material", description="Material of the new object", items=list(items))


DREAMWRIGHT_OT_convert_to_volume.__annotations__ = {
    "style": _style_property(
        ("SMOKE", "Smoke", "Scatters the light of the scene, in its own colors"),
        ("GLASS", "Glass", "Clear where it is thin, colored where it is deep"),
        ("GLOW", "Glow", "Emits light, exactly as the field was trained"),
    )
}
DREAMWRIGHT_OT_convert_to_geometry_nodes.__annotations__ = {
    "style": _style_property(
        ("COLOR", "Colors", "The colors of the field on its surface"),
        ("GLASS", "Glass", "Refracting glass in the colors of the field"),
    )
}

CLASSES = (DREAMWRIGHT_OT_convert_to_volume, DREAMWRIGHT_OT_convert_to_geometry_nodes)
