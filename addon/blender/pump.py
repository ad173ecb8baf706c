"""The one bridge from threads into a Blender with a window: a timer that drains the session and redraws our tab.

In background mode timers never fire, so nothing is registered there: headless.py drains the same session.
"""

from __future__ import annotations

import bpy

from ..core.session import Session
from .preview_icon import ICON

EVERY_SECONDS = 0.1
CATEGORY = "Dreamwright"


class Pump:
    """Call `start` when the add-on is enabled and `stop` when it is disabled."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen = session.snapshot

    def start(self) -> None:
        if not bpy.app.background:
            bpy.app.timers.register(self._tick, first_interval=EVERY_SECONDS, persistent=True)

    def stop(self) -> None:
        if bpy.app.timers.is_registered(self._tick):
            bpy.app.timers.unregister(self._tick)
        ICON.close()

    def _tick(self) -> float:
        self._session.drain()
        if self._session.snapshot is not self._seen:
            self._seen = self._session.snapshot
            ICON.show(self._seen.preview)
            redraw()
        return EVERY_SECONDS


def redraw() -> None:
    """Draw the sidebars of all 3D views again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in ("VIEW_3D", "PREFERENCES"):
                area.tag_redraw()
