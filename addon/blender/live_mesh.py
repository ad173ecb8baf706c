"""A coarse mesh in the scene of what is being made; ours alone, and gone when the job ends.

It is no result: it takes no part in undo, in saved files and in renders. An undo step that was pushed while it was
there brings it back; so does nothing else, and `sweep` takes it away again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import bpy

from ..core.latest_only_worker import LatestOnlyWorker
from .grid_mesh import Surface, bottom_center, mesh_from, relative_to
from .material import preview_material
from .preview_objects import MARK, NAME, remove_previews


@dataclass(frozen=True)
class LiveSurface:
    """What runs now: `surface(resolution)` makes its surface where it stands in the scene, in a thread."""

    job: str
    step: int
    surface: Callable[[int], Surface]


class LiveMesh:
    """Call `tick` from the main thread as often as you like; `coming` says what runs, or None."""

    def __init__(self, live_surface: Callable[[], LiveSurface | None]) -> None:
        self._get_live_surface = live_surface
        self._worker = LatestOnlyWorker()
        self._last_result: Any = None
        self._asked: tuple[str, int] | None = None

    def tick(self) -> None:
        """Take away what is of the past, show what has come, ask for the next."""
        settings, live_surface = bpy.context.scene.dreamwright.display, self._get_live_surface()
        if live_surface is None or not settings.live_mesh:
            self._end()
            return
        answer = self._worker.latest
        if answer and answer is not self._last_result and answer.key[0] == live_surface.job:
            self._last_result = answer
            if answer.value is not None:  # nothing is dense enough yet
                show_surface(bpy.context.scene, answer.value, live_surface.job)
        if self._due(live_surface, settings.live_mesh_every):
            self._asked = live_surface.job, live_surface.step
            resolution = settings.live_mesh_resolution
            self._worker.submit(self._asked, lambda: live_surface.surface(resolution))

    def _due(self, live_surface: LiveSurface, every: int) -> bool:
        if self._worker.busy:
            return False
        return self._asked is None or self._asked[0] != live_surface.job or live_surface.step - self._asked[1] >= every

    def _end(self) -> None:
        if self._asked is not None:
            self._worker.clear()
            self._last_result = self._asked = None
            remove_previews()


def show_surface(scene: bpy.types.Scene, surface: Surface, job: str) -> bpy.types.Object:
    """Put the surface into the scene, in place of the one before."""
    middle = bottom_center(surface)
    mesh = mesh_from(relative_to(surface, middle, False), NAME)
    mesh.materials.append(preview_material(mesh))
    there = next((obj for obj in scene.objects if MARK in obj), None) or _new_object(scene, mesh)
    old, there.data = there.data, mesh
    there[MARK] = job
    there.location = middle
    if old is not mesh and not old.users:
        bpy.data.meshes.remove(old)
    return there


def _new_object(scene: bpy.types.Scene, mesh: bpy.types.Mesh) -> bpy.types.Object:
    made = bpy.data.objects.new(NAME, mesh)
    made.hide_render = made.hide_select = True
    scene.collection.objects.link(made)
    return made
