"""The coarse mesh of what is being made, taken away when a job ends, and where a file or an undo brings one back."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

NAME = "Dreamwright Preview"
MARK = "dreamwright_live"
MATERIAL_MARK = "dreamwright_preview"
"""Custom properties of the object, and of its material."""


def start() -> None:
    for handlers in _cleanup_handlers():
        handlers.append(remove_previews)


def stop() -> None:
    for handlers in _cleanup_handlers():
        if remove_previews in handlers:
            handlers.remove(remove_previews)


@persistent
def remove_previews(*_: Any) -> None:
    """Take every preview out of the file: when a job ends, and when an undo or an old file has brought one back."""
    for obj in [each for each in bpy.data.objects if MARK in each]:
        mesh = obj.data
        bpy.data.objects.remove(obj)
        if not mesh.users:
            bpy.data.meshes.remove(mesh)
    bpy.data.batch_remove([each for each in bpy.data.materials if each.get(MATERIAL_MARK) and not each.users])


def _cleanup_handlers() -> list[Any]:
    """The moments at which one may have come back, or may not be there."""
    handlers = bpy.app.handlers
    return [handlers.undo_post, handlers.redo_post, handlers.load_post, handlers.save_pre]
