"""The field drawn over the 3D views while it is made, from where each of them looks."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.presets import draw_texture_2d

from ..core.camera_view import CameraView
from ..core.grid_view import RenderedImage
from ..core.latest_only_worker import LatestOnlyWorker, WorkerResult
from . import lens
from .gpu_image import redraw_views, redraw_when_done, texture, view_regions

MOVING_SECONDS, STILL_SECONDS = 0.1, 0.3
"""Time for a picture of another view, and for a later one of the same."""
MAX_PIXELS = 384
"""Pixels along the longer side at most: what is drawn over a view while the field still changes need not be finer."""
REST_FACTOR = 6.0
MAX_REST_SECONDS = 4.0
"""A later picture comes no sooner than so many times its own cost after the one before, for it holds the job up; but no
later than after so many seconds, for a first one may cost much that the next ones do not."""


@dataclass(frozen=True)
class LiveField:
    """What runs now: `render(camera_view, seconds)` makes a picture of it, in a thread."""

    job: str
    step: int
    render: Callable[[CameraView, float], RenderedImage]


class Overlay:
    """Call `start` when the add-on is enabled and `stop` when it is disabled. `live` says what runs, or None."""

    def __init__(self, live: Callable[[], LiveField | None]) -> None:
        self._live = live
        self._handler: Any = None
        self._view_states: dict[int, _ViewState] = {}

    def start(self) -> None:
        if not bpy.app.background:
            self._handler = bpy.types.SpaceView3D.draw_handler_add(self._draw, (), "WINDOW", "POST_PIXEL")

    def stop(self) -> None:
        self._view_states.clear()
        if self._handler:
            bpy.types.SpaceView3D.draw_handler_remove(self._handler, "WINDOW")
        self._handler = None

    def tick(self) -> None:
        """Ask for what is due in every view; a view is drawn again when its picture has come, or is to go."""
        live = self._wanted()
        if live is None:
            if self._view_states:
                self._view_states.clear()
                redraw_views()
            return
        views = {region.as_pointer(): region for region in view_regions()}
        self._view_states = {key: self._view_states.get(key) or _ViewState() for key in views}
        for key, view_state in self._view_states.items():
            view_state.ask(live, lens.view_from_viewport(views[key], views[key].data))

    def _wanted(self) -> LiveField | None:
        return self._live() if bpy.context.scene.dreamwright.display.live_preview else None

    def _draw(self) -> None:
        context, live = bpy.context, self._wanted()
        view_state = self._view_states.get(context.region.as_pointer())
        if live and view_state:
            view_state.draw(live, context.region, context.region_data)


class _ViewState:
    """Of one view: what it saw last."""

    def __init__(self) -> None:
        self._worker = LatestOnlyWorker()
        self._texture: tuple[WorkerResult, gpu.types.GPUTexture] | None = None

    def draw(self, live: LiveField, region: bpy.types.Region, view: bpy.types.RegionView3D) -> None:
        camera_view = lens.view_from_viewport(region, view)
        self.ask(live, camera_view)
        answer = self._worker.latest
        if answer is None or answer.value is None or answer.key[0] != live.job:
            return
        if self._texture is None or self._texture[0] is not answer:
            self._texture = answer, texture(answer.value)
        gpu.state.blend_set("ALPHA_PREMULT")
        draw_texture_2d(self._texture[1], (0, 0), region.width, region.height)
        gpu.state.blend_set("NONE")

    def ask(self, live: LiveField, camera_view: CameraView) -> None:
        latest = self._worker.latest
        wanted = live.job, live.step, camera_view.key
        if latest and not is_due(latest, wanted, time.monotonic()):
            return
        moved = latest is None or latest.key[2] != camera_view.key
        small = camera_view.scaled(min(1.0, MAX_PIXELS / max(camera_view.width, camera_view.height)))
        seconds = MOVING_SECONDS if moved else STILL_SECONDS
        self._worker.submit(wanted, lambda: to_display(live.render(small, seconds)))
        redraw_when_done(self._worker)


def is_due(latest: WorkerResult, wanted: tuple[Hashable, ...], now: float) -> bool:
    """Tells whether another picture is wanted: at once of another view or job, after a rest of a later step."""
    if latest.key == wanted:
        return False
    another_view = (latest.key[0], latest.key[2]) != (wanted[0], wanted[2])
    return another_view or now - latest.ended > min(REST_FACTOR * latest.seconds, MAX_REST_SECONDS)


def to_display(image: RenderedImage) -> np.ndarray:
    """(h, w, 4) as the screen has it: sRGB, premultiplied."""
    alpha = image.alpha[..., None]
    straight = np.clip(image.color / np.maximum(alpha, 1e-6), 0, 1)
    encoded = np.where(straight <= 0.0031308, 12.92 * straight, 1.055 * straight ** (1 / 2.4) - 0.055)
    return np.concatenate([encoded * alpha, alpha], axis=-1)
