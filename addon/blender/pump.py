"""The one bridge from threads into a Blender with a window: a timer that drains the session and redraws our tab.

In background mode timers never fire, so nothing is registered there: headless.py drains the same session.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from ..core.curve_picture import plot_history
from ..core.session import Session, Snapshot
from .preview_icon import CURVES, ICON

EVERY_SECONDS = 0.1


class Pump:
    """Call `start` when the add-on is enabled and `stop` when it is disabled."""

    def __init__(self, session: Session, *also: Callable[[], None]) -> None:
        """`also` are called at each tick."""
        self._session, self._also = session, also
        self._last_snapshot = session.snapshot
        self._last_history: tuple[object, ...] = ()
        self.timer = self._tick
        """The one object that Blender's timers know: each mention of `self._tick` is another, never found again."""

    def start(self) -> None:
        if not bpy.app.background:
            bpy.app.timers.register(self.timer, first_interval=EVERY_SECONDS, persistent=True)

    def stop(self) -> None:
        if bpy.app.timers.is_registered(self.timer):
            bpy.app.timers.unregister(self.timer)
        ICON.close()
        CURVES.close()

    def _tick(self) -> float:
        self._session.drain()
        if self._session.snapshot is not self._last_snapshot:
            self._last_snapshot = self._session.snapshot
            ICON.show(self._last_snapshot.preview)
            self._curves(self._last_snapshot)
            redraw()
        for each in self._also:
            each()
        return EVERY_SECONDS

    def _curves(self, snapshot: Snapshot) -> None:
        """The picture of the curves, when there is more to see on them."""
        history = snapshot.history
        if history is self._last_history:
            return
        self._last_history = history
        CURVES.show(plot_history(history, snapshot.steps) if history else None)


def redraw() -> None:
    """Draw the sidebars of all 3D views again, and the preferences; the views themselves are left alone."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions:
                if (area.type, region.type) in _OURS:
                    region.tag_redraw()


_OURS = {("VIEW_3D", "UI"), ("PREFERENCES", "WINDOW")}
