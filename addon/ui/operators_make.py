"""Buttons that make something: generate, reconstruct, mesh again, resume."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core.capture_config import CaptureConfig
from ..core.errors import DiskError
from ..core.wire import config
from . import properties, requests
from .run_flow import RunsFlow


class DREAMWRIGHT_OT_generate(RunsFlow, bpy.types.Operator):
    """Make an object out of the prompt. ESC stops and keeps what is there"""

    bl_idname = "dreamwright.generate"
    bl_label = "Generate"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return nothing_runs(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.generate(context, requests.text_config(self, context.scene.dreamwright, paths.device()))

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_reconstruct(RunsFlow, bpy.types.Operator):
    """Make an object out of views of this scene, or of a folder of posed pictures. ESC stops and keeps what is there"""

    bl_idname = "dreamwright.reconstruct"
    bl_label = "Reconstruct"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return nothing_runs(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        settings = context.scene.dreamwright
        wanted = requests.reconstruct_config(self, settings, paths.device())
        source, views = requests.asked(self, settings, "source"), requests.capture_config(self, settings)
        return flows.reconstruct(context, wanted, views, source, self._dataset())

    def sentence(self, result: Any) -> str:
        return result.sentence

    def _dataset(self):
        folder = paths.absolute(self.dataset)
        if self.dataset and folder is None:
            raise DiskError(f"The folder '{self.dataset}' is beside the .blend, which was never saved: save it first.")
        return folder


class DREAMWRIGHT_OT_remesh(RunsFlow, bpy.types.Operator):
    """Mesh the selected result again with another threshold or resolution, without optimising again"""

    bl_idname = "dreamwright.remesh"
    bl_label = "Re-mesh"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if flows.chosen_result(context) is None:
            cls.poll_message_set("Select an object that Dreamwright made")
            return False
        return nothing_runs(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        settings = context.scene.dreamwright
        wanted = [requests.asked(self, settings, name) for name in ("threshold", "resolution")]
        return flows.remesh(context, *wanted)

    def sentence(self, result: Any) -> str:
        return f"Meshed '{result.name}' again: {len(result.data.polygons)} faces."


class DREAMWRIGHT_OT_resume(RunsFlow, bpy.types.Operator):
    """Go on with a paused job, also one of an earlier session"""

    bl_idname = "dreamwright.resume"
    bl_label = "Resume"
    bl_options = {"REGISTER", "UNDO"}

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.resume(context, self.job)

    def sentence(self, result: Any) -> str:
        return result.sentence if result else "The job goes on."


def nothing_runs(operator: type[bpy.types.Operator]) -> bool:
    """Whether a button that starts something may be pressed; else the tooltip says why not."""
    if flows.STUDIO.doing:
        operator.poll_message_set(f"Already {flows.STUDIO.doing}")
        return False
    return True


def _run_annotations() -> dict[str, Any]:
    return {
        "quality": properties.property_of(config.JobConfig, "quality"),
        "seed": properties.property_of(config.JobConfig, "seed"),
        "device": properties.property_of(config.JobConfig, "device"),
        "steps": properties.optional(config.OptimiseConfig, "steps"),
        "resolution": properties.optional(config.FieldConfig, "resolution"),
        "settings": bpy.props.StringProperty(
            name="Settings",
            description='More settings as JSON, by the names of backend/config: \'{"optimise": {"steps": 50}}\'',
            options={"SKIP_SAVE"},
        ),
    }


DREAMWRIGHT_OT_generate.__annotations__ = {
    "prompt": properties.property_of(config.JobConfig, "prompt"),
    "negative": properties.property_of(config.WordsConfig, "negative"),
    "model": properties.property_of(config.JobConfig, "model"),
    "centre": properties.property_of(config.BoundsConfig, "centre", subtype="TRANSLATION", unit="LENGTH"),
    "size": properties.property_of(config.BoundsConfig, "size", subtype="XYZ_LENGTH", unit="LENGTH"),
    **_run_annotations(),
}
DREAMWRIGHT_OT_reconstruct.__annotations__ = {
    "dataset": properties.property_of(
        config.JobConfig, "dataset", subtype="DIR_PATH", options=properties.BESIDE_THE_BLEND
    ),
    "prompt": properties.property_of(config.JobConfig, "prompt"),
    "model": properties.property_of(config.JobConfig, "model"),
    "source": properties.source_property(),
    "views": properties.property_of(CaptureConfig, "views"),
    "image_size": properties.property_of(CaptureConfig, "image_size", subtype="PIXEL"),
    "samples": properties.property_of(CaptureConfig, "samples"),
    **_run_annotations(),
}
DREAMWRIGHT_OT_remesh.__annotations__ = {
    "threshold": properties.property_of(config.ExportConfig, "threshold"),
    "resolution": properties.remesh_resolution(),
}
DREAMWRIGHT_OT_resume.__annotations__ = {
    "job": bpy.props.StringProperty(name="Job", description="Which job; empty takes the last that can go on"),
}

CLASSES = (DREAMWRIGHT_OT_generate, DREAMWRIGHT_OT_reconstruct, DREAMWRIGHT_OT_remesh, DREAMWRIGHT_OT_resume)
