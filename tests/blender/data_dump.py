"""All that a .blend holds as plain values, to be compared before and after."""

from __future__ import annotations

import hashlib

import bpy
import numpy as np
from small_scenes import settings

_NOT_THE_FILES = {"all_ids", "window_managers", "workspaces", "screens", "libraries"}
_VOLATILE = {"is_updated", "is_updated_data", "tag", "users", "is_dirty", "frame_duration", "session_uid"}
"""What Blender itself counts as it goes."""
_FOLLOWS = ("preview", "animation_data", "tool_settings.particle_edit")
"""What Blender makes out of the rest, when it is drawn or evaluated."""


def dump() -> dict[str, dict[str, object]]:
    """Every data-block by kind and name: its properties, its custom properties, what its collections hold."""
    found = {}
    for prop in bpy.data.bl_rna.properties:
        if prop.type == "COLLECTION" and prop.identifier not in _NOT_THE_FILES:
            for block in getattr(bpy.data, prop.identifier):
                found[f"{prop.identifier}/{block.name_full}"] = _of(block)
    return found


def differences(before, after) -> list[str]:
    """What differs, in words."""
    words = [f"gone: {name}" for name in before.keys() - after.keys()]
    words += [f"new: {name}" for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        changed = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
        words += [f"{name}.{key}: {old.get(key)!r} -> {new.get(key)!r}" for key in changed]
    return sorted(words)


def _of(block) -> dict[str, object]:
    plain = {name: value for name, value in settings(block, depth=3).items() if name.split(".")[-1] not in _VOLATILE}
    plain = {name: value for name, value in plain.items() if not name.startswith(_FOLLOWS)}
    custom = {f'["{name}"]': str(_plain(value)) for name, value in block.items() if name != "dreamwright"}
    return _readable(plain) | custom | _members(block) | _of_groups(block) | _content(block)


def _members(block) -> dict[str, object]:
    """Its collections: how many, and by which names."""
    found = {}
    for prop in block.bl_rna.properties:
        if prop.type == "COLLECTION" and prop.identifier not in ("all_objects",):
            each = getattr(block, prop.identifier)
            names = [getattr(member, "name", "") for member in each] if len(each) < 200 else len(each)
            found[f"{prop.identifier}[]"] = names
    return found


def _of_groups(owner, above="") -> dict[str, object]:
    """What the collections of our own property groups hold."""
    found = {}
    for prop in owner.bl_rna.properties:
        value = getattr(owner, prop.identifier, None)
        if prop.type == "POINTER" and isinstance(value, bpy.types.PropertyGroup):
            found |= _of_groups(value, f"{above}{prop.identifier}.")
        elif prop.type == "COLLECTION" and above:
            found[above + prop.identifier] = [_readable(settings(member)) for member in value or ()]
    return found


def _content(block) -> dict[str, object]:
    if isinstance(block, bpy.types.Mesh):
        points = np.empty(len(block.vertices) * 3, np.float32)
        block.vertices.foreach_get("co", points)
        return {"points": hashlib.sha256(points.tobytes()).hexdigest()}
    return {}


def _plain(value):
    return value.to_dict() if hasattr(value, "to_dict") else value.to_list() if hasattr(value, "to_list") else value


def _readable(values):
    return {name: _without_references(value) for name, value in values.items()}


def _without_references(value):
    """Numbers and words: what refers to Blender's memory is worth nothing after an undo."""
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    try:
        return tuple(_without_references(each) for each in (sorted(value) if isinstance(value, set) else value))
    except TypeError:
        return type(value).__name__
