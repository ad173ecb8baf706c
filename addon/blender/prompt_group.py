"""The things of one prompt: objects under one empty that says which prompt it was."""

from __future__ import annotations

import bpy

SCENE = "dreamwright_scene"
"""Custom property of an empty that holds the things of one prompt: that prompt."""


def holder_of(obj: bpy.types.Object | None) -> bpy.types.Object | None:
    """The empty that an object is, or stands under, if it holds the things of a prompt."""
    for each in (obj, obj.parent if obj else None):
        if each is not None and each.type == "EMPTY" and SCENE in each:
            return each
    return None


def visible_members(empty: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes below it that can be seen: of each thing the part by which it is shown."""
    return [each for each in empty.children_recursive if each.type == "MESH" and not each.hide_viewport]
