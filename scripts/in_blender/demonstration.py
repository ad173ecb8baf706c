"""From a request to the files: the add-on's own operators make the object; then it is staged, pictured and saved."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from addon import flows, headless, registration
from addon.core.session import Snapshot

from ..lib.demo_request import DemoRequest
from . import pictures, sample_scene, stage

VIEWS = 40  # of the sample scene; every eighth is kept aside to check the result
VIEW_PIXELS = 128
VIEW_SAMPLES = 32

Send = Callable[..., None]


class Demonstration:
    def __init__(self, request: DemoRequest, send: Send, stop_wanted: Callable[[], bool]) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        registration.register()
        self._request, self._send, self._stop_wanted = request, send, stop_wanted
        self._folder = Path(request.folder)
        self._end_watch = headless.add_progress_callback(self._record_run)

    def run(self, blender_seconds: float) -> dict[str, Any]:
        """The report, once all files are written."""
        subjects = [] if not self._photographs else sample_scene.build()
        self._reconstruct() if self._request.reconstruct else self._generate()
        report = json.loads(bpy.context.scene["dreamwright_report"])
        began = time.monotonic()
        self._picture(bpy.data.objects[report["object"]], subjects)
        report["seconds"]["start"] = round(report["seconds"]["start"] + blender_seconds, 3)
        report["seconds"]["render"] = round(time.monotonic() - began, 3)
        return report

    def close(self) -> None:
        self._end_watch()
        registration.unregister()

    @property
    def _photographs(self) -> bool:
        return self._request.reconstruct and not self._request.dataset

    def _generate(self) -> None:
        bpy.ops.dreamwright.generate(**self._words(), **self._common())

    def _reconstruct(self) -> None:
        settings = {"views": VIEWS, "image_size": VIEW_PIXELS, "samples": VIEW_SAMPLES, "source": "SPHERE"}
        bpy.ops.dreamwright.reconstruct(dataset=self._request.dataset, **self._words(), **settings, **self._common())

    def _words(self) -> dict[str, str]:
        """What was given of prompt and model."""
        given = {"prompt": self._request.prompt, "model": self._request.model}
        return {name: value for name, value in given.items() if value}

    def _common(self) -> dict[str, Any]:
        request = self._request
        return {"quality": request.quality.upper(), "device": request.device.upper(), "seed": request.seed,
                "steps": request.steps, "resolution": request.resolution, "settings": request.settings}  # fmt: skip

    def _picture(self, result: bpy.types.Object, subjects: list[bpy.types.Object]) -> None:
        made = [result] if result.parent is None else list(result.parent.children)  # a scene of several things
        pictures.export_glb(made, self._folder / "result.glb")
        if subjects:
            stage.move_beside(result, subjects)
        set_up = stage.build([*made, *subjects])
        pictures.prepare(pictures.COMPARISON if subjects else pictures.PREVIEW)
        set_up.frame()
        bpy.context.scene.render.filepath = "//"  # the file is opened elsewhere
        bpy.ops.wm.save_as_mainfile(filepath=str(self._folder / "result.blend"), compress=True, check_existing=False)
        self._send("progress", stage="rendering")
        pictures.take(self._folder / "preview.png")
        if self._stop_wanted():
            return  # a person who pressed Ctrl-C has what matters
        for done, count in pictures.turntable(set_up, self._folder / "frames"):
            self._send("progress", stage="turntable", fraction=done / count)
            if self._stop_wanted():
                break

    def _record_run(self, snapshot: Snapshot) -> None:
        """Called with everything new while a flow runs."""
        if self._stop_wanted() and flows.APP.current_task and not flows.APP.stop_requested:
            flows.stop()
        if snapshot.running and snapshot.steps:
            self._send("progress", stage="optimizing", fraction=snapshot.progress, step=snapshot.step,
                       steps=snapshot.steps, seconds_left=snapshot.seconds_left)  # fmt: skip
        elif snapshot.ended:
            self._send("progress", stage="meshing")
        else:
            self._send("progress", stage=snapshot.activity or snapshot.backend.value, fraction=snapshot.fraction)
