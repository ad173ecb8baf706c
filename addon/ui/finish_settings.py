"""scene.dreamwright.finish: how results are finished, kept in the .blend."""

from __future__ import annotations

import dataclasses
from typing import Any

import bpy

from .. import flows
from ..core.finish_config import AssetConfig, TextureConfig, TurntableConfig
from .reflection import property_of

PIXELS = {"size": {"subtype": "PIXEL"}}


def fields_of(group: type, prefix: str = "") -> dict[str, Any]:
    """A Blender property for each setting of a group; `prefix` tells groups with the same names apart."""
    names = [spec.name for spec in dataclasses.fields(group)]
    return {prefix + name: property_of(group, name, **PIXELS.get(name, {})) for name in names}


def format_property() -> Any:
    items = [(ending[1:].upper(), form.label, form.meaning) for ending, form in flows.FORMATS.items()]
    return bpy.props.EnumProperty(name="Format", description="Who is to read it", items=items, options=set())


def film_property() -> Any:
    items = [
        ("MP4", "Film (.mp4)", "One H.264 film"),
        ("PNG", "Pictures (.png)", "A numbered picture for each step of the turn"),
    ]
    return bpy.props.EnumProperty(name="As", description="What is written", items=items, options=set())


class DreamwrightFinish(bpy.types.PropertyGroup):
    """What the panel Finish asks for."""


DreamwrightFinish.__annotations__ = {
    **fields_of(TextureConfig),
    **fields_of(TurntableConfig, "turntable_"),
    **fields_of(AssetConfig),
    "format": format_property(),
    "turntable_as": film_property(),
}

CLASSES = (DreamwrightFinish,)
