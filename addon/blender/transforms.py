"""Whether a person is just now moving, turning or scaling something with the mouse: what arrives then has to wait.

A result that arrives selects itself. In the middle of a move Blender would go on with what is selected now, and a
cancelled one would put another selection back.
"""

from __future__ import annotations

import bpy

_BEGIN = ("TRANSFORM_OT_",)
_END = ("_move", "_slide", "_move_linked", "_transform")
"""Names of Blender's operators, and of its macros that end in a move (Duplicate, Extrude)."""


def is_transforming() -> bool:
    """Tells whether a move, turn or scaling is going on in any window; in background mode none ever is."""
    windows = bpy.context.window_manager.windows
    return any(is_transform(operator.bl_idname) for window in windows for operator in window.modal_operators)


def is_transform(name: str) -> bool:
    """Tells whether an operator of this name moves what is selected for as long as it runs."""
    return name.startswith(_BEGIN) or (name.endswith(_END) and not name.startswith("VIEW"))
