"""Buttons that make something: generate, reconstruct, resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from .. import flows
from ..blender import identity, paths
from ..core.capture_config import CaptureConfig
from ..core.errors import SceneError
from ..core.wire import config
from . import properties, readiness, requests
from .flow_operator import FlowOperator
from .prompt_history import recording_prompt


class DREAMWRIGHT_OT_generate_from_panel(FlowOperator, bpy.types.Operator):
    """The main button of the panel."""

    bl_idname = "dreamwright.generate_from_panel"
    bl_label = "Generate"
    bl_description = "Generate a 3D object from the prompt, the photos or both. Stop keeps the result so far"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_ready(cls, context)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        wanted = requests.panel_config(context.scene.dreamwright, paths.device())
        start = objects_to_start_from(context, context.scene.dreamwright.start_from)
        if not wanted.uses_photos:
            return recording_prompt(identity.uid_of(context.scene), wanted, generating(context, wanted, start))
        photos = flows.reconstruct(context, wanted, CaptureConfig(), dataset=Path(wanted.dataset), start=start)
        photos = flows.start_mesh.laying_aside(photos, start) if start else photos
        return recording_prompt(identity.uid_of(context.scene), wanted, photos)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_generate(FlowOperator, bpy.types.Operator):
    """Text to 3D; what a script does not give comes from the panel."""

    bl_idname = "dreamwright.generate"
    bl_label = "Generate"
    bl_description = "Generate a 3D object from the prompt. Stop keeps the result so far"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        settings = context.scene.dreamwright
        wanted = requests.text_config(self, settings, paths.device())
        start = objects_to_start_from(context, requests.given_or_panel(self, settings, "start_from"))
        given = self.properties.is_property_set("center") or self.properties.is_property_set("size")
        made = generating(context, wanted, start, box_given=given)
        return recording_prompt(identity.uid_of(context.scene), wanted, made)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_reconstruct(FlowOperator, bpy.types.Operator):
    """Views of this scene, or a folder of them, to 3D."""

    bl_idname = "dreamwright.reconstruct"
    bl_label = "Reconstruct"
    bl_description = (
        "Reconstruct a 3D object from views of this scene, or from a folder of photos with camera poses. Stop "
        "keeps the result so far"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        settings = context.scene.dreamwright
        wanted = requests.reconstruct_config(self, settings, paths.device())
        source, views = requests.given_or_panel(self, settings, "source"), requests.capture_config(self, settings)
        start = objects_to_start_from(context, requests.given_or_panel(self, settings, "start_from"))
        made = flows.reconstruct(context, wanted, views, source, requests.dataset_folder(self.dataset), start)
        made = flows.start_mesh.laying_aside(made, start) if start else made
        return recording_prompt(identity.uid_of(context.scene), wanted, made)

    def sentence(self, result: Any) -> str:
        return result.sentence


class DREAMWRIGHT_OT_resume(FlowOperator, bpy.types.Operator):
    """Goes on with a paused job."""

    bl_idname = "dreamwright.resume"
    bl_label = "Resume"
    bl_description = "Continue a paused run, even one of an earlier session"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        return _WHAT_FITS if properties.what_fits else cls.bl_description

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        return flows.resume(context, self.job, self.what_fits)

    def sentence(self, result: Any) -> str:
        return result.sentence if result else "The run continues."


_WHAT_FITS = "Continue this run with as many voxels and views as memory holds; what was lowered is told"


def is_idle(operator: type[bpy.types.Operator]) -> bool:
    """Tells whether a button that starts something may be pressed; else the tooltip says why not."""
    if flows.APP.current_task:
        operator.poll_message_set(f"Already {flows.APP.current_task}")
        return False
    return True


def generating(
    context: bpy.types.Context, wanted: config.JobConfig, start: list[bpy.types.Object], *, box_given: bool = False
) -> flows.Flow[Any]:
    """Generates, and lays the meshes aside that the shape began as."""
    made = flows.generate(context, wanted, start, box_given=box_given)
    return flows.start_mesh.laying_aside(made, start) if start else made


def is_ready(operator: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """Tells whether what the panel asks for can be begun; else the tooltip says why not."""
    why = readiness.why_not_ready(context.scene.dreamwright)
    if why:
        operator.poll_message_set(why)
    return not why


def objects_to_start_from(context: bpy.types.Context, start_from: str) -> list[bpy.types.Object]:
    """The objects that a field is to start from; none where it starts from nothing.

    Raises:
        SceneError: no mesh is selected.
    """
    found = flows.start_mesh.selected_solids(context) if start_from == "MESHES" else []
    if start_from == "MESHES" and not found:
        raise SceneError("Nothing is selected that has faces: select the meshes to start from.")
    return found


def job_annotations() -> dict[str, Any]:
    return {
        "quality": properties.property_of(config.JobConfig, "quality"),
        "seed": properties.property_of(config.JobConfig, "seed"),
        "device": properties.property_of(config.JobConfig, "device"),
        "steps": properties.optional_property(config.OptimizeConfig, "steps"),
        "resolution": properties.optional_property(config.FieldConfig, "resolution"),
        "settings": bpy.props.StringProperty(
            name="Settings",
            description='More settings as JSON, by the names of the config: \'{"optimize": {"steps": 50}}\'',
            options={"SKIP_SAVE"},
        ),
    }


DREAMWRIGHT_OT_generate.__annotations__ = {
    "prompt": properties.property_of(config.JobConfig, "prompt"),
    "negative": properties.property_of(config.PromptOptionsConfig, "negative"),
    "model": properties.property_of(config.JobConfig, "model"),
    "center": properties.property_of(config.BoundsConfig, "center", subtype="TRANSLATION", unit="LENGTH"),
    "size": properties.property_of(config.BoundsConfig, "size", subtype="XYZ_LENGTH", unit="LENGTH"),
    "rotation_degrees": properties.property_of(config.BoundsConfig, "rotation_degrees"),
    "start_from": properties.start_property(),
    **job_annotations(),
}
DREAMWRIGHT_OT_reconstruct.__annotations__ = {
    "dataset": properties.property_of(
        config.JobConfig, "dataset", subtype="DIR_PATH", options=properties.BESIDE_THE_BLEND
    ),
    "prompt": properties.property_of(config.JobConfig, "prompt"),
    "model": properties.property_of(config.JobConfig, "model"),
    "source": properties.source_property(),
    "start_from": properties.start_property(),
    "views": properties.property_of(CaptureConfig, "views"),
    "image_size": properties.property_of(CaptureConfig, "image_size", subtype="PIXEL"),
    "samples": properties.property_of(CaptureConfig, "samples"),
    **job_annotations(),
}
DREAMWRIGHT_OT_resume.__annotations__ = {
    "job": bpy.props.StringProperty(name="Job", description="Which job; if empty, the last one that can be resumed"),
    "what_fits": bpy.props.BoolProperty(name="With What Fits", description=_WHAT_FITS, options={"SKIP_SAVE"}),
}

CLASSES = (
    DREAMWRIGHT_OT_generate_from_panel,
    DREAMWRIGHT_OT_generate,
    DREAMWRIGHT_OT_reconstruct,
    DREAMWRIGHT_OT_resume,
)
