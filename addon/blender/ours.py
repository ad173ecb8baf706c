"""What in a scene is of our making, by the properties on it: left out of pictures of the user's own things."""

from __future__ import annotations

import bpy

from . import low_poly, preview_objects, results, takes, volume

COMPARED = "dreamwright_compared"
"""Custom property of what is laid out for a comparison."""
MARKS = (low_poly.HIGH_POLY, COMPARED, preview_objects.MARK, volume.MARK)


def is_ours(obj: bpy.types.Object) -> bool:
    """A result, or what was made of one; an object of the user's that was given a take's mesh is the user's."""
    return (results.is_result(obj) and takes.PROMOTED not in obj) or any(mark in obj for mark in MARKS)
