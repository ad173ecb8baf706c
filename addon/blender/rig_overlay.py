"""Lines over the 3D views: the cameras of a rig, as long as the add-on is enabled and the rig is shown.

In background mode views are never drawn; the handler is there all the same, and goes all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader

LinesFn = Callable[[bpy.types.Context], Iterable[tuple[Any, np.ndarray]]]
"""What is to be drawn now: colors, and lines (n, 2, 3) in the scene."""

WIDTH = 1.5

log = logging.getLogger(__name__)


class RigOverlay:
    """Call `start` when the add-on is enabled and `stop` when it is disabled."""

    def __init__(self, lines: LinesFn) -> None:
        self._lines = lines
        self._handle: object | None = None
        self._failed = False

    @property
    def there(self) -> bool:
        return self._handle is not None

    def start(self) -> None:
        if not self.there:
            self._handle = bpy.types.SpaceView3D.draw_handler_add(self.draw, (), "WINDOW", "POST_VIEW")

    def stop(self) -> None:
        if self.there:
            bpy.types.SpaceView3D.draw_handler_remove(self._handle, "WINDOW")
        self._handle, self._failed = None, False

    def draw(self) -> None:
        """Never raises: Blender would print a traceback at every frame. What is wrong is said once in the log."""
        try:
            if bpy.context.space_data.overlay.show_overlays:
                draw_lines(self._lines(bpy.context))
        except Exception:
            if not self._failed:
                log.exception("the cameras of the rig cannot be drawn")
            self._failed = True


def draw_lines(lines: Iterable[tuple[Any, np.ndarray]]) -> None:
    """Into what is bound now, hidden by what stands before them there."""
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("LESS_EQUAL")
    try:
        for color, segments in lines:
            points: Any = segments.reshape(-1, 3).astype(np.float32)
            batch = batch_for_shader(shader, "LINES", {"pos": points})
            shader.bind()
            shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
            shader.uniform_float("lineWidth", WIDTH)
            shader.uniform_float("color", color)
            batch.draw(shader)
    finally:
        gpu.state.depth_test_set("NONE")
        gpu.state.blend_set("NONE")
