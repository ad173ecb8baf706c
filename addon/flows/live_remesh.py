"""Results that follow their sliders: each move cuts the kept grid anew in a thread, and the mesh comes in by itself.

Blender makes one undo step of a moved slider; the mesh comes in later and is no step of its own. So an undo may bring a
mesh back that does not fit the sliders beside it: `look_again`, after each undo and redo, meshes those anew.
"""

from __future__ import annotations

import logging
from typing import cast

import bpy
from bpy import app

from ..blender import identity, paths, pump, remesh_record, results
from ..core.errors import DreamwrightError
from ..core.latest_only_worker import LatestOnlyWorker
from .remesh_result import ExtractedSurface, apply_surface, extract_surface

TICK_SECONDS = 0.03

log = logging.getLogger(__name__)


class LiveRemesh:
    """Call `moved` when a slider was; in background mode, where timers never fire, the mesh is there on return."""

    def __init__(self) -> None:
        self._worker = LatestOnlyWorker()
        self._waiting: list[int] = []
        self.sentence = ""
        """Why the last mesh did not come; empty when it did."""
        self.timer = self.tick
        """The one object that Blender's timers know: each mention of `self.tick` is another, never found again."""

    @property
    def busy(self) -> bool:
        return self._worker.busy or bool(self._waiting) or self._worker.latest is not None

    def stop(self) -> None:
        if app.timers.is_registered(self.timer):
            app.timers.unregister(self.timer)
        self._worker.clear()
        self._waiting.clear()

    def request(self, result: bpy.types.Object) -> None:
        """A slider of `result` has moved."""
        if remesh_record.is_muted() or not results.is_result(result):
            return
        uid = identity.uid_of(result)
        if uid not in self._waiting:
            self._waiting.append(uid)
        if not app.background:
            if not app.timers.is_registered(self.timer):
                app.timers.register(self.timer)
            return
        while self.tick() is not None:
            self._worker.join(TICK_SECONDS)

    def tick(self) -> float | None:
        """Put in what has come, then begin what waits; None when nothing does."""
        was_busy, answer = self.busy, self._worker.latest  # in this order: an answer is given before the thread ends
        if answer:
            self._worker.clear()
            self._take(cast(tuple[int, str], answer.key), answer.value, answer.sentence)
        elif not self._worker.busy and self._waiting:
            self._begin(self._waiting.pop(0))
        return TICK_SECONDS if was_busy or self.busy else None

    def _begin(self, uid: int) -> None:
        result = identity.find_object(uid)
        if result is not None and results.is_result(result):
            job, wanted, cache = (
                results.read_provenance(result).job,
                remesh_record.remesh_settings_of(result),
                paths.cache_folder(),
            )
            self._worker.submit((uid, job), lambda: extract_surface(job, wanted, cache))

    def _take(self, to: tuple[int, str], cut: ExtractedSurface, sentence: str) -> None:
        uid, job = to
        result = identity.find_object(uid)
        if result is not None and results.is_result(result) and results.read_provenance(result).job == job:
            self.sentence = sentence or self._put(result, cut)
        if not app.background:
            pump.redraw()

    def _put(self, result: bpy.types.Object, cut: ExtractedSurface) -> str:
        """Why it could not be put in, or nothing. What was overtaken is still shown, since sliders move on and on."""
        overtaken = identity.uid_of(result) in self._waiting
        try:
            apply_surface(result, cut, in_a_hurry=overtaken)
        except DreamwrightError as error:
            log.info("%s", error.sentence)
            return error.sentence
        return ""


LIVE_REMESH = LiveRemesh()
"""The one of this Blender."""


def remesh_after_undo() -> None:
    """After an undo or a redo: meshes that do not fit the sliders beside them are made anew."""
    for obj in list(bpy.data.objects):
        if results.is_result(obj) and remesh_record.is_outdated(obj):
            LIVE_REMESH.request(obj)


def default_threshold(result: bpy.types.Object) -> float:
    """The density at the surface that was found when the result's grid was made; 0 where nothing knows it."""
    made = remesh_record.read_mesh_record(result.data)
    return made.default_threshold if made else float(result.get("dreamwright_threshold", 0.0))
