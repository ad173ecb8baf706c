"""The field itself, seen by a camera: by the backend where it can be asked, else out of the grids that were kept.

Everything here may be called from any thread (Blender renders in one of its own): it touches no scene.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..blender import paths
from ..blender.field_instances import FieldInstance
from ..core import calls, grid_view, layers
from ..core.app_state import grid_path
from ..core.camera_view import CameraView
from ..core.connection import BackendConnection
from ..core.errors import DreamwrightError, SceneError
from ..core.grid_view import GridLattice, RenderedImage
from .flow import APP
from .manage_backend import ensure_connected

BACKEND, GRID = "the backend", "the cached grid"
_WAIT_SECONDS = 0.05

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _CachedGrid:
    grid: calls.GridData
    lattice: GridLattice
    changed: int
    """When its file was, in nanoseconds."""


_grids: dict[str, _CachedGrid] = {}
"""By job; only of those that a scene shows, so there are few."""


@dataclass
class SceneFieldRenderer:
    """Looks at the fields of a scene. Make one with `onlooker`; what it says of each is in `used`."""

    fields: Sequence[FieldInstance]
    connection: BackendConnection | None
    why_no_connection: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    """By the object's name: what its picture came from."""

    def render(self, camera_view: CameraView, seconds: float, normals: bool = True) -> RenderedImage:
        """All fields as `camera_view` shows them, in its size; together in about `seconds`, coarser where it has to be.

        Raises:
            SceneError: a field can be had neither from the backend nor from a grid.
        """
        if not self.fields:
            return layers.empty_image(camera_view.height, camera_view.width)
        share = seconds / len(self.fields)
        image = [self._render_one(each, camera_view, share, normals) for each in self.fields]
        return layers.composite([layers.upscale(each, camera_view.height, camera_view.width) for each in image])

    def sentence(self) -> str:
        """Says what was used, for the render's information."""
        kinds = sorted(set(self.sources.values()))
        return "Rendered from " + " and ".join(kinds) if kinds else "No field is visible"

    def _render_one(
        self, instance: FieldInstance, camera_view: CameraView, seconds: float, normals: bool
    ) -> RenderedImage:
        if self.connection is not None and self.sources.get(instance.name) != GRID:
            try:
                return self._render_by_backend(instance, camera_view, seconds, normals)
            except DreamwrightError as error:
                log.info("the backend does not show '%s': %s", instance.name, error.sentence)
                self.why_no_connection = error.sentence
        return self._render_by_grid(instance, camera_view, seconds, normals)

    def _render_by_backend(
        self, instance: FieldInstance, camera_view: CameraView, seconds: float, normals: bool
    ) -> RenderedImage:
        view = camera_view.in_frame(_field_matrix(instance)).view(normals)
        sent = calls.render_view(self.connection.client, instance.job, view, seconds)
        self.sources[instance.name] = f"{BACKEND} at step {sent.step}"
        image = premultiplied(sent)
        return replace(image, normal=instance.normals_to_scene(image.normal))

    def _render_by_grid(
        self, instance: FieldInstance, camera_view: CameraView, seconds: float, normals: bool
    ) -> RenderedImage:
        try:
            lattice = _load_cached_grid(instance.job).lattice
        except DreamwrightError as cause:
            words = [f"The field of '{instance.name}' cannot be seen.", self.why_no_connection, cause.sentence]
            raise SceneError(" ".join(word for word in words if word)) from cause
        image = grid_view.render_within(
            seconds, lattice, camera_view.in_frame(_field_matrix(instance)), normals=normals
        )
        self.sources[instance.name] = GRID
        return replace(image, normal=instance.normals_to_scene(image.normal))


def scene_field_renderer(
    fields: Sequence[FieldInstance], *, may_start: bool = False, ask_backend: bool = True
) -> SceneFieldRenderer:
    """Whoever looks at these fields; with `may_start` a backend that is not running is started, which takes seconds."""
    connection = APP.connection if APP.connection and APP.connection.alive else None
    if not ask_backend:
        return SceneFieldRenderer(fields, None)
    if connection or not may_start or not fields:
        return SceneFieldRenderer(fields, connection, "" if connection else "The backend is not running.")
    try:
        return SceneFieldRenderer(fields, _start_backend_here())
    except DreamwrightError as error:
        log.info("no backend to render with: %s", error.sentence)
        return SceneFieldRenderer(fields, None, error.sentence)


def _start_backend_here() -> BackendConnection:
    """The backend, started in this very thread."""
    with APP.busy("starting the backend"):
        flow = ensure_connected()
        while True:
            try:
                next(flow)
            except StopIteration as end:
                return end.value
            time.sleep(_WAIT_SECONDS)


def premultiplied(sent: calls.RenderedView) -> RenderedImage:
    """The wire's picture as it is composited; its normals are those of the job's own scene."""
    alpha = np.asarray(sent.alpha, np.float32)
    color = np.asarray(sent.color, np.float32) * alpha[..., None]
    normal = np.asarray(sent.normal, np.float32)
    return RenderedImage(
        color, alpha, np.asarray(sent.depth, np.float32), normal if normal.size else np.zeros_like(color)
    )


def _field_matrix(instance: FieldInstance) -> np.ndarray:
    """Returns where the field stands; for an object of an older version its height is found out of the kept grid."""
    if instance.legacy_floor is None:
        return instance.to_field
    threshold, height = instance.legacy_floor
    raised = np.eye(4)
    try:
        raised[2, 3] = grid_view.lowest_surface_height(_load_cached_grid(instance.job).grid, threshold) - height
    except DreamwrightError:
        log.info("'%s' is taken to fill its box to the bottom: its grid was not kept", instance.name)
    return raised @ instance.to_field


def _load_cached_grid(job: str) -> _CachedGrid:
    """The grid of a job, loaded again when its file is another."""
    path = grid_path(paths.cache_folder(), job)
    changed = path.stat().st_mtime_ns if path.exists() else 0
    if job not in _grids or _grids[job].changed != changed:
        grid = calls.load_grid(path)
        _grids[job] = _CachedGrid(grid, grid_view.build_lattice(grid), changed)
    return _grids[job]
