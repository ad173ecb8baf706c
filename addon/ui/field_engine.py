"""The render engine "Dreamwright Field": the fields of our results themselves, instead of their meshes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..core.errors import DreamwrightError, SceneError
from ..core.lazy_import import lazy_imports

if TYPE_CHECKING:
    from ..blender import field_instances, field_viewport, lens, passes
    from ..core.camera_view import CameraView
else:
    field_instances, field_viewport, lens, passes = lazy_imports(
        __package__, "..blender.field_instances", "..blender.field_viewport", "..blender.lens", "..blender.passes"
    )

BAND_PIXELS = 1 << 16
"""A picture is made in bands of about so many pixels: between two of them ESC is heard and the picture drawn."""

log = logging.getLogger(__name__)


class DREAMWRIGHT_FieldEngine(bpy.types.RenderEngine):
    """Renders the fields themselves; the rest of the scene is for another engine, to be composited by depth."""

    bl_idname = "DREAMWRIGHT_FIELD"
    bl_label = "Dreamwright Field"
    bl_use_preview = False
    bl_use_postprocess = True

    if TYPE_CHECKING:
        _viewport: field_viewport.FieldViewport | None
    else:
        _viewport = None

    def update_render_passes(self, scene: Any = None, renderlayer: Any = None) -> None:
        passes.register_passes(self, scene, renderlayer)

    def render(self, depsgraph: Any) -> None:  # type: ignore[override]  # the stubs take it for a property
        try:
            self._render(depsgraph)
        except DreamwrightError as error:
            self._fail(error.sentence)
        except KeyboardInterrupt:
            self._fail("The render was broken off.")
        except Exception as error:  # the boundary to Blender, which would take it for a finished picture
            log.exception("a render failed")
            self._fail(f"The field could not be rendered ({error!r}): the log in the console says where.")

    def view_update(self, context: Any, depsgraph: Any) -> None:
        self._get_viewport().update(depsgraph)

    def view_draw(self, context: Any, depsgraph: Any) -> None:
        self._get_viewport().draw(self, context, depsgraph)

    def _get_viewport(self) -> field_viewport.FieldViewport:
        if self._viewport is None:
            self._viewport = field_viewport.FieldViewport(
                lambda fields: flows.render_field.scene_field_renderer(fields).render
            )
        return self._viewport

    def _render(self, depsgraph: bpy.types.Depsgraph) -> None:
        scene, layer = depsgraph.scene_eval, depsgraph.view_layer_eval
        if scene.camera is None:
            raise SceneError("There is no camera in the scene: add one to render.")
        camera_view = lens.view_from_camera(scene.camera.evaluated_get(depsgraph), depsgraph, scene.render)
        settings = scene.dreamwright.display
        renderer = flows.render_field.scene_field_renderer(
            field_instances.field_instances(depsgraph), may_start=True, ask_backend=settings.render_source == "BACKEND"
        )
        background, normals = passes.background_of(scene), layer.use_pass_normal
        for band, rows, seconds in self._bands(camera_view, settings.render_seconds):
            image = renderer.render(band, seconds, normals)
            result = self.begin_result(
                0, camera_view.height - rows.stop, camera_view.width, len(rows), layer=layer.name
            )
            passes.write_passes(result.layers[0], image, background, layer.pass_alpha_threshold)
            self.end_result(result)
        self.update_stats("", renderer.sentence())
        self.report({"INFO"}, f"{renderer.sentence()}.")

    def _bands(self, camera_view: CameraView, seconds: float) -> Iterator[tuple[CameraView, range, float]]:
        """Bands of rows from the top, each with its share of the time that is left; fewer when ESC was pressed."""
        height, ends = max(1, BAND_PIXELS // camera_view.width), time.monotonic() + seconds
        firsts = range(0, camera_view.height, height)
        for done, first in enumerate(firsts):
            if self.test_break():
                return
            self.update_progress(done / len(firsts))
            rows = range(first, min(first + height, camera_view.height))
            left = max(0.0, ends - time.monotonic()) / (len(firsts) - done)
            yield camera_view.rows(rows.start, rows.stop), rows, left

    def _fail(self, sentence: str) -> None:
        """A cancelled result and an error: so whoever asked for the picture hears of it."""
        self.report({"ERROR"}, sentence)
        self.end_result(self.begin_result(0, 0, 1, 1), cancel=True)


CLASSES = (DREAMWRIGHT_FieldEngine,)
