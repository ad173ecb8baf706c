"""Buttons that make something: generate, reconstruct, resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core.capture_config import CaptureConfig
from ..core.wire import config
from . import properties, readiness, requests
from .history import remembering
from .run_flow import RunsFlow


class DREAMWRIGHT_OT_make(RunsFlow, bpy.types.Operator):
    """Make what the panel asks for, out of words, photos or both. ESC stops and keeps what is there"""

    bl_idname = "dreamwright.make"
    bl_label = "Generate"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        why = readiness.why_not(context.scene.dreamwright)
        if why:
            cls.poll_message_set(why)
        return not why

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        wanted = requests.panel_config(context.scene.dreamwright, paths.device())
        if not wanted.reads_pictures:
            return remembering(context.scene.name, wanted, flows.generate(context, wanted))
        photos = flows.reconstruct(context, wanted, CaptureConfig(), dataset=Path(wanted.dataset))
        return remembering(context.scene.name, wanted, photos)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_generate(RunsFlow, bpy.types.Operator):
    """Make an object out of the prompt. ESC stops and keeps what is there"""

    bl_idname = "dreamwright.generate"
    bl_label = "Generate"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return nothing_runs(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        wanted = requests.text_config(self, context.scene.dreamwright, paths.device())
        return remembering(context.scene.name, wanted, flows.generate(context, wanted))

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
        made = flows.reconstruct(context, wanted, views, source, requests.dataset_folder(self.dataset))
        return remembering(context.scene.name, wanted, made)

    def sentence(self, result: Any) -> str:
        return result.sentence


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


def run_annotations() -> dict[str, Any]:
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
    "rotation_degrees": properties.property_of(config.BoundsConfig, "rotation_degrees"),
    **run_annotations(),
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
    **run_annotations(),
}
DREAMWRIGHT_OT_resume.__annotations__ = {
    "job": bpy.props.StringProperty(name="Job", description="Which job; empty takes the last that can go on"),
}

CLASSES = (
    DREAMWRIGHT_OT_make,
    DREAMWRIGHT_OT_generate,
    DREAMWRIGHT_OT_reconstruct,
    DREAMWRIGHT_OT_resume,
)
