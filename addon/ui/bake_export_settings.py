"""scene.dreamwright.bake_export: how results are finished, kept in the .blend."""

from __future__ import annotations

import dataclasses
from typing import Any

import bpy

from .. import flows
from ..core.bake_export_config import AssetConfig, TextureConfig, TurntableConfig
from .reflection import property_of

PIXELS = {"size": {"subtype": "PIXEL"}}


def properties_of(group: type, prefix: str = "") -> dict[str, Any]:
    """A Blender property for each setting of a group; `prefix` tells groups with the same names apart."""
    names = [spec.name for spec in dataclasses.fields(group)]
    return {prefix + name: property_of(group, name, **PIXELS.get(name, {})) for name in names}


def format_property() -> Any:
    items = [(ending[1:].upper(), form.label, form.meaning) for ending, form in flows.FORMATS.items()]
    return bpy.props.EnumProperty(name="Format", description="Who is to read it", items=items, options=set())


def turntable_format_property() -> Any:
    items = [
        ("MP4", "Film (.mp4)", "One H.264 film"),
        ("PNG", "Pictures (.png)", "A numbered picture for each step of the turn"),
    ]
    return bpy.props.EnumProperty(name="As", description="What is written", items=items, options=set())


class DreamwrightBakeExportSettings(bpy.types.PropertyGroup):
    """What the panel Finish asks for."""


DreamwrightBakeExportSettings.__annotations__ = {
    **properties_of(TextureConfig),
    **properties_of(TurntableConfig, "turntable_"),
    **properties_of(AssetConfig),
    "format": format_property(),
    "turntable_format": turntable_format_property(),
}

CLASSES = (DreamwrightBakeExportSettings,)
