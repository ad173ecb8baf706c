"""The kinds of regions as a person reads them; small, since Blender's start waits for it."""

from __future__ import annotations

from .wire import config

MARK = "dreamwright_region"
"""Custom property of an object: one of the kinds."""
KINDS = {
    config.KEEP_OUT: "Keep Out",
    config.KEEP_IN: "Keep In",
    config.FROZEN: "Frozen",
    config.REDO: "Part",
}
"""What they are called, in the order of the panel."""
MEANINGS = {
    config.KEEP_OUT: "Nothing may grow here",
    config.KEEP_IN: "Something must be here",
    config.FROZEN: "All stays as the run finds it here, while the rest is trained",
    config.REDO: "Only this is changed by Redo Part",
}
FACE_MARGIN = 0.15
"""How much further than selected faces a part reaches, in sizes of the selection: what comes may be larger."""
