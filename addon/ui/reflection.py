"""Blender properties out of the settings of backend/config: names, tooltips, bounds and defaults typed once."""

from __future__ import annotations

import dataclasses
from typing import Any

import bpy

BESIDE_THE_BLEND = {"PATH_SUPPORTS_BLEND_RELATIVE"}
"""Options of a path where `//` is understood."""

NO_CHOICE = "AUTOMATIC"
"""The identifier of an empty choice, which Blender's enums cannot have."""


def property_of(group: type, field: str, default: Any = None, **more: Any) -> Any:
    """The Blender property for one setting of a config class; `more` is Blender's own (subtype, options)."""
    spec = spec_of(group, field)
    value = spec.default if default is None else default
    common = {"name": label(field), "description": tooltip(spec.metadata), "options": set(), **more}
    if spec.metadata["choices"]:
        return bpy.props.EnumProperty(**{"items": _items(spec.metadata["choices"])} | common, default=identifier(value))
    if isinstance(value, tuple):
        common["size"] = len(value)
    return _KINDS[type(value)](default=value, **_limits(spec.metadata, type(value)), **common)


def text_property(group: type, field: str, **more: Any) -> Any:
    """Makes a text property for numbers that Blender's own fields cannot show."""
    common = {"name": label(field), "description": tooltip(spec_of(group, field).metadata), "options": set()}
    return bpy.props.StringProperty(**common | more)


def optional_property(group: type, field: str, meaning: str = "") -> Any:
    """A whole number where 0 means: as the preset has it."""
    metadata = spec_of(group, field).metadata
    meaning = meaning or f"{metadata['meaning']}; 0 takes the preset's"
    return bpy.props.IntProperty(
        name=label(field), description=meaning, min=0, max=int(metadata["high"]), default=0, options={"SKIP_SAVE"}
    )


def spec_of(group: Any, field: str) -> dataclasses.Field[Any]:
    """The field of a config class; `dataclasses.fields` would make a list of all at each of three hundred questions."""
    return group.__dataclass_fields__[field]


def config_choice(value: str) -> str:
    """A choice of the config out of the identifier of an enum (Blender's are in capitals)."""
    return "" if value == NO_CHOICE else value.lower()


def identifier(choice: str) -> str:
    return choice.upper() or NO_CHOICE


def label(field: str) -> str:
    """A setting's name as Blender writes names: in capitals but for small words."""
    if field in _LABELS:
        return _LABELS[field]
    first, *others = field.removesuffix("_degrees").split("_")
    return " ".join([_title_word(first), *(word if word in _SMALL else _title_word(word) for word in others)])


def tooltip(metadata: Any) -> str:
    """Says what a setting means, in which unit, and where it is from."""
    unit = f", in {metadata['unit']}" if metadata["unit"] else ""
    return metadata["meaning"] + unit + (f" ({metadata['source']})" if metadata["source"] else "")


def _title_word(word: str) -> str:
    return _WORDS.get(word, word.capitalize())


def _items(choices: tuple[str, ...]) -> list[tuple[str, str, str]]:
    return [(identifier(choice), _choice_label(choice), "") for choice in choices]


def _choice_label(choice: str) -> str:
    return label(choice) if choice else "Automatic"


def _limits(metadata: Any, kind: type) -> dict[str, Any]:
    if kind in (str, bool):
        return {}
    number = int if kind is int else float
    return {name: number(metadata[key]) for name, key in (("min", "low"), ("max", "high")) if metadata[key] is not None}


_LABELS = {"hold_out_every": "Validation Every"}
"""Of settings that have another name in Blender than in the config."""
_SMALL = {"a", "at", "in", "of", "or", "per", "to"}
_WORDS = {
    "cpu": "CPU", "cuda": "CUDA", "fov": "FOV", "mps": "Metal", "nerf": "NeRF", "s": "(s)", "sdf": "SDF", "sds": "SDS",
    "siren": "SIREN", "sjc": "SJC",
}  # fmt: skip
_KINDS = {
    str: bpy.props.StringProperty,
    bool: bpy.props.BoolProperty,
    int: bpy.props.IntProperty,
    float: bpy.props.FloatProperty,
    tuple: bpy.props.FloatVectorProperty,
}
