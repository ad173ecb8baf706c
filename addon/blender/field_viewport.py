"""A viewport that shows fields: the picture is made in a thread, and drawn as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.presets import draw_texture_2d

from ..core.camera_view import CameraView
from ..core.grid_view import RenderedImage
from ..core.latest_only_worker import LatestOnlyWorker, WorkerResult
from . import lens, passes
from .field_instances import FieldInstance, field_instances
from .gpu_image import redraw_when_done, texture


@dataclass(frozen=True)
class RenderBudget:
    """How fine a picture is at most, as a share of the view's width and height, and how long it may take."""

    scale: float
    seconds: float


MOVING, STILL = RenderBudget(0.25, 0.08), RenderBudget(1.0, 1.0)

RenderFn = Callable[[CameraView, float, bool], RenderedImage]


class FieldViewport:
    """One for each 3D view that is shaded by our engine. `onlooker` gives who looks at some fields."""

    def __init__(self, make_renderer: Callable[[Sequence[FieldInstance]], RenderFn]) -> None:
        self._make_renderer = make_renderer
        self._worker = LatestOnlyWorker()
        self._fields: list[FieldInstance] = []
        self._texture: tuple[WorkerResult, gpu.types.GPUTexture] | None = None

    def update(self, depsgraph: bpy.types.Depsgraph) -> None:
        """Something in the scene changed."""
        self._fields = field_instances(depsgraph)

    def draw(self, engine: Any, context: bpy.types.Context, depsgraph: bpy.types.Depsgraph) -> None:
        """Draw the last picture, and ask for the one that is wanted now; coarse first, then fine."""
        camera_view = lens.view_from_viewport(context.region, context.region_data)
        self._ask(camera_view)
        background = passes.background_of(depsgraph.scene)
        answer = self._worker.latest
        if answer is None or answer.value is None:
            _clear(background)
            return
        gpu.state.blend_set("NONE" if background is not None else "ALPHA_PREMULT")
        engine.bind_display_space_shader(depsgraph.scene)
        draw_texture_2d(self._as_texture(answer, background), (0, 0), camera_view.width, camera_view.height)
        engine.unbind_display_space_shader()
        gpu.state.blend_set("NONE")

    def _ask(self, camera_view: CameraView) -> None:
        """A coarse picture of a new view; a fine one of a view that has a coarse one."""
        where = camera_view.key, tuple(each.key for each in self._fields)
        shown = self._worker.latest.key if self._worker.latest else None
        if shown == (where, STILL):
            return
        effort = STILL if shown == (where, MOVING) else MOVING
        render = self._make_renderer(self._fields)
        self._worker.submit((where, effort), lambda: render(camera_view.scaled(effort.scale), effort.seconds, False))
        redraw_when_done(self._worker)

    def _as_texture(self, answer: WorkerResult, background: np.ndarray | None) -> gpu.types.GPUTexture:
        if self._texture is None or self._texture[0] is not answer:
            self._texture = answer, texture(passes.combine(answer.value, background))
        return self._texture[1]


def _clear(background: np.ndarray | None) -> None:
    """Until there is a picture; what stands behind a transparent film is Blender's own."""
    if background is not None:
        gpu.state.active_framebuffer_get().clear(  # type: ignore[call-arg]  # the stubs are wrong
            color=(*background, 1.0)
        )
