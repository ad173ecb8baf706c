"""A coarse mesh in the scene of what is being made; ours alone, and gone when the job ends.

It is no result: it takes no part in undo, in saved files and in renders. An undo step that was pushed while it was
there brings it back; so does nothing else, and `sweep` takes it away again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..core.looker import Looker
from .grid_mesh import Surface, mesh_from
from .material import colour_material

NAME = "Dreamwright Preview"
MARK = "dreamwright_live"


@dataclass(frozen=True)
class Coming:
    """What runs now: `surface(resolution)` makes its surface, in a thread."""

    job: str
    step: int
    surface: Callable[[int], Surface]


class LiveMesh:
    """Call `tick` from the main thread as often as you like; `coming` says what runs, or None."""

    def __init__(self, coming: Callable[[], Coming | None]) -> None:
        self._coming = coming
        self._looker = Looker()
        self._shown: Any = None
        self._asked: tuple[str, int] | None = None

    def start(self) -> None:
        for handlers in _sweeping():
            handlers.append(sweep)

    def stop(self) -> None:
        for handlers in _sweeping():
            if sweep in handlers:
                handlers.remove(sweep)

    def tick(self) -> None:
        """Take away what is of the past, show what has come, ask for the next."""
        settings, coming = bpy.context.scene.dreamwright.look, self._coming()
        if coming is None or not settings.live_mesh:
            self._end()
            return
        answer = self._looker.latest
        if answer and answer is not self._shown and answer.to[0] == coming.job:
            self._shown = answer
            if answer.value is not None:  # nothing is dense enough yet
                show(bpy.context.scene, answer.value, coming.job)
        if self._due(coming, settings.live_every):
            self._asked = coming.job, coming.step
            resolution = settings.live_resolution
            self._looker.ask(self._asked, lambda: coming.surface(resolution))

    def _due(self, coming: Coming, every: int) -> bool:
        if self._looker.busy:
            return False
        return self._asked is None or self._asked[0] != coming.job or coming.step - self._asked[1] >= every

    def _end(self) -> None:
        if self._asked is not None:
            self._looker.forget()
            self._shown = self._asked = None
            sweep()


def show(scene: bpy.types.Scene, surface: Surface, job: str) -> bpy.types.Object:
    """Put the surface into the scene, in place of the one before."""
    mesh = mesh_from(surface, NAME)
    mesh.materials.append(colour_material())
    there = next((thing for thing in scene.objects if MARK in thing), None) or _made(scene, mesh)
    old, there.data = there.data, mesh
    there[MARK] = job
    if old is not mesh and not old.users:
        bpy.data.meshes.remove(old)
    return there


@persistent
def sweep(*_: Any) -> None:
    """Take every preview out of the file: when a job ends, and when an undo or an old file has brought one back."""
    for thing in [each for each in bpy.data.objects if MARK in each]:
        mesh = thing.data
        bpy.data.objects.remove(thing)
        if not mesh.users:
            bpy.data.meshes.remove(mesh)


def _made(scene: bpy.types.Scene, mesh: bpy.types.Mesh) -> bpy.types.Object:
    made = bpy.data.objects.new(NAME, mesh)
    made.hide_render = made.hide_select = True
    scene.collection.objects.link(made)
    return made


def _sweeping() -> list[Any]:
    """The moments at which one may have come back, or may not be there."""
    handlers = bpy.app.handlers
    return [handlers.undo_post, handlers.redo_post, handlers.load_post, handlers.save_pre]
