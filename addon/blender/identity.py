"""Who is who in a .blend: by Blender's own number for a data-block, which a rename, an undo and a library leave alone.

Two objects may share a name (one of them linked from another file), and a name is anybody's to change while a job runs.
The number holds as long as the file is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy


def uid_of(block: bpy.types.ID) -> int:
    """The number of a data-block."""
    return int(block.session_uid)


def find_object(uid: int) -> bpy.types.Object | None:
    """The object with this number, where it still is; references to it are stale after an undo."""
    return _find(bpy.data.objects, uid)


def find_scene(uid: int) -> bpy.types.Scene | None:
    """The scene with this number, where it still is."""
    return _find(bpy.data.scenes, uid)


def is_in(scene: bpy.types.Scene, obj: bpy.types.Object) -> bool:
    """Tells whether an object is in a scene: itself, and not another of its name."""
    return _is_among(scene.objects, obj)


def is_in_layer(layer: bpy.types.ViewLayer, obj: bpy.types.Object) -> bool:
    """Tells whether a view layer has an object: not so while its collection is excluded."""
    return _is_among(layer.objects, obj)


def why_not_changeable(obj: bpy.types.Object) -> str:
    """Why an object is not ours to change, as the end of a sentence; empty where it is."""
    if obj.library:
        return "is linked from another file: open that file, or make it local, to change it"
    if obj.override_library:
        return "is a library override of another file: make it local to change it"
    return ""


def _is_among(objects: Any, obj: bpy.types.Object) -> bool:
    found = objects.get(obj.name)
    return found is not None and (found == obj or any(each == obj for each in objects))


def _find(blocks: Iterable[Any], uid: int) -> Any:
    return next((block for block in blocks if block.session_uid == uid), None)
