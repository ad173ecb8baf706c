"""The one key of ours: Generate from Prompt, in the 3D view; a person changes it in the preferences."""

from __future__ import annotations

import contextlib
from typing import Any

import bpy

KEYMAP, OPERATOR = "3D View", "dreamwright.generate_dialog"
KEY: dict[str, Any] = {"type": "P", "value": "PRESS", "ctrl": True, "alt": True, "shift": True}
"""None of Blender's own keymaps of the 3D view has it."""

_made: list[tuple[Any, Any]] = []


def start() -> None:
    """Tell Blender of it; in background mode there are no keys."""
    keys = bpy.context.window_manager.keyconfigs.addon
    if keys is None:
        return
    keymap = keys.keymaps.new(name=KEYMAP, space_type="VIEW_3D")
    _made.append((keymap, keymap.keymap_items.new(OPERATOR, **KEY)))


def stop() -> None:
    for keymap, item in _made:
        with contextlib.suppress(ReferenceError, RuntimeError):  # another file was opened, and Blender made them anew
            keymap.keymap_items.remove(item)
    _made.clear()


def find_item(keymap: Any) -> Any:
    """Returns our entry among those of a keymap; None where there is none."""
    return next((item for item in keymap.keymap_items if item.idname == OPERATOR), None) if keymap else None
