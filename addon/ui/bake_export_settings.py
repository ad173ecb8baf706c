"""scene.dreamwright.bake_export: how results are baked and exported, kept in the .blend."""

from __future__ import annotations

import dataclasses
from typing import Any

import bpy

from ..core.bake_export_config import AssetConfig, TextureConfig, TurntableConfig
from ..core.export_formats import EXPORT_FORMATS
from .reflection import property_of

OPTIONS: dict[tuple[type, str], dict[str, Any]] = {
    (TextureConfig, "faces"): {"name": "Target Faces"},
    (TextureConfig, "size"): {"name": "Texture Size", "subtype": "PIXEL"},
    (TextureConfig, "normals"): {"name": "Normal Map"},
    (TextureConfig, "pack"): {"name": "Pack into .blend"},
    (TurntableConfig, "size"): {"name": "Image Size", "subtype": "PIXEL"},
    (TurntableConfig, "rate"): {"name": "Frame Rate"},
}
"""What Blender shows of a setting, by its group and its name in the config."""


def properties_of(group: type, prefix: str = "") -> dict[str, Any]:
    """A Blender property for each setting of a group; `prefix` tells groups with the same names apart."""
    names = [spec.name for spec in dataclasses.fields(group)]
    return {prefix + name: property_of(group, name, **OPTIONS.get((group, name), {})) for name in names}


def format_property() -> Any:
    items = [(ending[1:].upper(), label, meaning) for ending, (label, meaning) in EXPORT_FORMATS.items()]
    return bpy.props.EnumProperty(name="Format", description="File format", items=items, options=set())


def turntable_format_property() -> Any:
    items = [
        ("MP4", "Video (.mp4)", "One H.264 video"),
        ("PNG", "Images (.png)", "A numbered image for each frame"),
    ]
    return bpy.props.EnumProperty(name="Output", description="What to render", items=items, options=set())


class DreamwrightBakeExportSettings(bpy.types.PropertyGroup):
    """What the panel Bake & Export asks for."""


DreamwrightBakeExportSettings.__annotations__ = {
    **properties_of(TextureConfig),
    **properties_of(TurntableConfig, "turntable_"),
    **properties_of(AssetConfig),
    "format": format_property(),
    "turntable_format": turntable_format_property(),
}

CLASSES = (DreamwrightBakeExportSettings,)
