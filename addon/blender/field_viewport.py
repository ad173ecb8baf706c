"""A viewport that shows fields: the picture is made in a thread, and drawn as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.presets import draw_texture_2d

from ..core.grid_view import Seen
from ..core.looker import Answer, Looker
from ..core.sight import Sight
from . import lens, passes
from .field_frames import Placed, placed_fields
from .gpu_picture import redraw_when_answered, texture


@dataclass(frozen=True)
class Effort:
    """How fine a picture is at most, as a share of the view's width and height, and how long it may take."""

    scale: float
    seconds: float


MOVING, STILL = Effort(0.25, 0.08), Effort(1.0, 1.0)

See = Callable[[Sight, float, bool], Seen]


class FieldViewport:
    """One for each 3D view that is shaded by our engine. `onlooker` gives who looks at some fields."""

    def __init__(self, onlooker: Callable[[Sequence[Placed]], See]) -> None:
        self._onlooker = onlooker
        self._looker = Looker()
        self._fields: list[Placed] = []
        self._texture: tuple[Answer, gpu.types.GPUTexture] | None = None

    def update(self, depsgraph: bpy.types.Depsgraph) -> None:
        """Something in the scene changed."""
        self._fields = placed_fields(depsgraph)

    def draw(self, engine: Any, context: bpy.types.Context, depsgraph: bpy.types.Depsgraph) -> None:
        """Draw the last picture, and ask for the one that is wanted now; coarse first, then fine."""
        sight = lens.viewport_sight(context.region, context.region_data)
        self._ask(sight)
        background = passes.background_of(depsgraph.scene)
        answer = self._looker.latest
        if answer is None or answer.value is None:
            _clear(background)
            return
        gpu.state.blend_set("NONE" if background is not None else "ALPHA_PREMULT")
        engine.bind_display_space_shader(depsgraph.scene)
        draw_texture_2d(self._as_texture(answer, background), (0, 0), sight.width, sight.height)
        engine.unbind_display_space_shader()
        gpu.state.blend_set("NONE")

    def _ask(self, sight: Sight) -> None:
        """A coarse picture of a new view; a fine one of a view that has a coarse one."""
        where = sight.key, tuple(each.key for each in self._fields)
        seen = self._looker.latest.to if self._looker.latest else None
        if seen == (where, STILL):
            return
        effort = STILL if seen == (where, MOVING) else MOVING
        see = self._onlooker(self._fields)
        self._looker.ask((where, effort), lambda: see(sight.scaled(effort.scale), effort.seconds, False))
        redraw_when_answered(self._looker)

    def _as_texture(self, answer: Answer, background: np.ndarray | None) -> gpu.types.GPUTexture:
        if self._texture is None or self._texture[0] is not answer:
            self._texture = answer, texture(passes.combined(answer.value, background))
        return self._texture[1]


def _clear(background: np.ndarray | None) -> None:
    """Until there is a picture; what stands behind a transparent film is Blender's own."""
    if background is not None:
        gpu.state.active_framebuffer_get().clear(  # type: ignore[call-arg]  # the stubs are wrong
            color=(*background, 1.0)
        )
