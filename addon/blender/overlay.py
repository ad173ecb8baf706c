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

from ..core.grid_view import Seen
from ..core.looker import Answer, Looker
from ..core.sight import Sight
from . import lens
from .gpu_picture import redraw_views, redraw_when_answered, texture, view_regions

MOVING_SECONDS, STILL_SECONDS = 0.1, 0.3
"""Time for a picture of another view, and for a later one of the same."""
FINEST = 384
"""Pixels along the longer side at most: what is drawn over a view while the field still changes need not be finer."""
REST = 6.0
LONGEST_REST = 4.0
"""A later picture comes no sooner than so many times its own cost after the one before, for it holds the job up; but no
later than after so many seconds, for a first one may cost much that the next ones do not."""


@dataclass(frozen=True)
class Live:
    """What runs now: `see(sight, seconds)` makes a picture of it, in a thread."""

    job: str
    step: int
    see: Callable[[Sight, float], Seen]


class Overlay:
    """Call `start` when the add-on is enabled and `stop` when it is disabled. `live` says what runs, or None."""

    def __init__(self, live: Callable[[], Live | None]) -> None:
        self._live = live
        self._handler: Any = None
        self._eyes: dict[int, _Eye] = {}

    def start(self) -> None:
        if not bpy.app.background:
            self._handler = bpy.types.SpaceView3D.draw_handler_add(self._draw, (), "WINDOW", "POST_PIXEL")

    def stop(self) -> None:
        self._eyes.clear()
        if self._handler:
            bpy.types.SpaceView3D.draw_handler_remove(self._handler, "WINDOW")
        self._handler = None

    def tick(self) -> None:
        """Ask for what is due in every view; a view is drawn again when its picture has come, or is to go."""
        live = self._wanted()
        if live is None:
            if self._eyes:
                self._eyes.clear()
                redraw_views()
            return
        views = {region.as_pointer(): region for region in view_regions()}
        self._eyes = {key: self._eyes.get(key) or _Eye() for key in views}
        for key, eye in self._eyes.items():
            eye.ask(live, lens.viewport_sight(views[key], views[key].data))

    def _wanted(self) -> Live | None:
        return self._live() if bpy.context.scene.dreamwright.look.live_picture else None

    def _draw(self) -> None:
        context, live = bpy.context, self._wanted()
        eye = self._eyes.get(context.region.as_pointer())
        if live and eye:
            eye.draw(live, context.region, context.region_data)


class _Eye:
    """Of one view: what it saw last."""

    def __init__(self) -> None:
        self._looker = Looker()
        self._texture: tuple[Answer, gpu.types.GPUTexture] | None = None

    def draw(self, live: Live, region: bpy.types.Region, view: bpy.types.RegionView3D) -> None:
        sight = lens.viewport_sight(region, view)
        self.ask(live, sight)
        answer = self._looker.latest
        if answer is None or answer.value is None or answer.to[0] != live.job:
            return
        if self._texture is None or self._texture[0] is not answer:
            self._texture = answer, texture(answer.value)
        gpu.state.blend_set("ALPHA_PREMULT")
        draw_texture_2d(self._texture[1], (0, 0), region.width, region.height)
        gpu.state.blend_set("NONE")

    def ask(self, live: Live, sight: Sight) -> None:
        latest = self._looker.latest
        wanted = live.job, live.step, sight.key
        if latest and not due(latest, wanted, time.monotonic()):
            return
        moved = latest is None or latest.to[2] != sight.key
        small = sight.scaled(min(1.0, FINEST / max(sight.width, sight.height)))
        seconds = MOVING_SECONDS if moved else STILL_SECONDS
        self._looker.ask(wanted, lambda: on_display(live.see(small, seconds)))
        redraw_when_answered(self._looker)


def due(latest: Answer, wanted: tuple[Hashable, ...], now: float) -> bool:
    """Whether another picture is wanted: at once of another view or job, after a rest of a later step."""
    if latest.to == wanted:
        return False
    another_view = (latest.to[0], latest.to[2]) != (wanted[0], wanted[2])
    return another_view or now - latest.ended > min(REST * latest.seconds, LONGEST_REST)


def on_display(seen: Seen) -> np.ndarray:
    """(h, w, 4) as the screen has it: sRGB, premultiplied."""
    alpha = seen.alpha[..., None]
    straight = np.clip(seen.colour / np.maximum(alpha, 1e-6), 0, 1)
    encoded = np.where(straight <= 0.0031308, 12.92 * straight, 1.055 * straight ** (1 / 2.4) - 0.055)
    return np.concatenate([encoded * alpha, alpha], axis=-1)
