"""Blender properties made from the settings of backend/config: names, tooltips, bounds, defaults typed once."""

from __future__ import annotations

import dataclasses
from typing import Any

import bpy

from ..core.capture_config import CaptureConfig
from ..core.wire import config

BESIDE_THE_BLEND = {"PATH_SUPPORTS_BLEND_RELATIVE"}
"""Options of a path where `//` is understood."""


def property_of(group: type, field: str, default: Any = None, **more: Any) -> Any:
    """The Blender property for one setting of a config class; `more` is Blender's own (subtype, options)."""
    spec = next(each for each in dataclasses.fields(group) if each.name == field)
    value = spec.default if default is None else default
    common = {"name": _label(field), "description": _tooltip(spec.metadata), "options": set(), **more}
    if spec.metadata["choices"]:
        return bpy.props.EnumProperty(items=_items(spec.metadata["choices"]), default=value.upper(), **common)
    return _KINDS[type(value)](default=value, **_limits(spec.metadata, type(value)), **common)


def chosen(value: str) -> str:
    """A choice of the config out of the identifier of an enum (Blender's are in capitals)."""
    return value.lower()


def settings_annotations() -> dict[str, Any]:
    """The properties of the panel, kept in the .blend."""
    return {
        "prompt": property_of(config.JobConfig, "prompt", name="Prompt"),
        "negative": property_of(config.WordsConfig, "negative", name="Negative Prompt"),
        "with_words": bpy.props.BoolProperty(
            name="Also Follow the Prompt",
            description="Words pull on a reconstruction as well, where the pictures leave open what is there",
            options=set(),
        ),
        "quality": property_of(config.JobConfig, "quality"),
        "seed": property_of(config.JobConfig, "seed"),
        "model": property_of(config.JobConfig, "model"),
        "allow_download": property_of(config.JobConfig, "allow_download", name="Allow Download"),
        "centre": property_of(config.BoundsConfig, "centre", subtype="TRANSLATION", unit="LENGTH"),
        "size": property_of(config.BoundsConfig, "size", subtype="XYZ_LENGTH", unit="LENGTH"),
        "source": source_property(),
        "views": property_of(CaptureConfig, "views"),
        "image_size": property_of(CaptureConfig, "image_size", subtype="PIXEL"),
        "threshold": property_of(config.ExportConfig, "threshold"),
        "resolution": remesh_resolution(),
    }


def source_property() -> Any:
    items = [
        ("SPHERE", "Sphere", "Cameras evenly around the scene"),
        ("SELECTED", "Selected cameras", "The cameras that are selected now"),
    ]
    return bpy.props.EnumProperty(
        name="Views from", description="Where the scene is seen from", items=items, options=set()
    )


def remesh_resolution() -> Any:
    return optional(config.ExportConfig, "resolution", "Voxels along an axis; 0 takes the result's own")


def optional(group: type, field: str, meaning: str = "") -> Any:
    """A whole number where 0 means: as the preset has it."""
    spec = next(each for each in dataclasses.fields(group) if each.name == field)
    meaning = meaning or f"{spec.metadata['meaning']}; 0 takes the preset's"
    high = int(spec.metadata["high"])
    return bpy.props.IntProperty(
        name=_label(field), description=meaning, min=0, max=high, default=0, options={"SKIP_SAVE"}
    )


def camera_words_property() -> Any:
    """The words of one camera, on its data."""
    return property_of(config.CameraWords, "prompt", name="Seen from Here")


class DreamwrightSettings(bpy.types.PropertyGroup):
    """scene.dreamwright: what the panel asks for."""


def _label(field: str) -> str:
    words = field.removesuffix("_degrees").replace("_", " ")
    return words[0].upper() + words[1:]


def _tooltip(metadata: Any) -> str:
    return metadata["meaning"] + (f" ({metadata['source']})" if metadata["source"] else "")


def _items(choices: tuple[str, ...]) -> list[tuple[str, str, str]]:
    return [(choice.upper(), _CHOICE_LABELS.get(choice, choice.capitalize()), "") for choice in choices]


def _limits(metadata: Any, kind: type) -> dict[str, Any]:
    if kind in (str, bool):
        return {}
    number = int if kind is int else float
    return {name: number(metadata[key]) for name, key in (("min", "low"), ("max", "high")) if metadata[key] is not None}


_CHOICE_LABELS = {"cpu": "CPU", "cuda": "CUDA", "mps": "Metal"}
_KINDS = {
    str: bpy.props.StringProperty,
    bool: bpy.props.BoolProperty,
    int: bpy.props.IntProperty,
    float: bpy.props.FloatProperty,
    tuple: bpy.props.FloatVectorProperty,
}

DreamwrightSettings.__annotations__ = settings_annotations()
