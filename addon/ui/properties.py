"""scene.dreamwright: what the panel asks for, kept in the .blend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..blender import paths
from ..core.capture_config import CaptureConfig
from ..core.lazy_import import lazy_imports
from ..core.wire import DreamwrightError, config
from . import (
    advanced_groups,
    bake_export_settings,
    display_settings,
    prompt_history,
    scene_setup_settings,
    takes_list,
)
from .methods import method_property, model_name, quality_property, trained_quality_property
from .reflection import BESIDE_THE_BLEND, config_choice, optional_property, property_of

if TYPE_CHECKING:
    from ..blender import bounds
    from ..core import consent
else:
    bounds, consent = lazy_imports(__package__, "..blender.bounds", "..core.consent")

__all__ = [
    "BESIDE_THE_BLEND", "CLASSES", "DreamwrightSettings", "camera_prompt_property", "config_choice",
    "optional_property", "property_of", "settings_annotations", "settings_property", "source_property",
    "start_property",
]  # fmt: skip


def settings_annotations() -> dict[str, Any]:
    """The properties of the panel, kept in the .blend."""
    return {
        "prompt": property_of(config.JobConfig, "prompt", name="Prompt"),
        "negative": property_of(config.PromptOptionsConfig, "negative", name="Negative Prompt"),
        "use_prompt": bpy.props.BoolProperty(
            name="Use Prompt",
            description="Also use the prompt, for parts that the photos do not show",
            options=set(),
        ),
        "history": bpy.props.CollectionProperty(
            type=prompt_history.DREAMWRIGHT_PG_prompt, name="History", description="Earlier prompts"
        ),
        "method": method_property(),
        "dataset": property_of(
            config.JobConfig, "dataset", name="Photos", subtype="DIR_PATH", options=BESIDE_THE_BLEND
        ),
        "quality": quality_property(),
        "trained_quality": trained_quality_property(),
        "recipe": property_of(config.JobConfig, "recipe"),
        "overrides": bpy.props.StringProperty(
            name="Changed Settings",
            description="Advanced settings that differ from the preset, as JSON",
            options=set(),
        ),
        "bake_export": _group_property(bake_export_settings.DreamwrightBakeExportSettings, "Bake & Export"),
        "advanced": _group_property(advanced_groups.CLASSES[-1], "Advanced Settings"),
        "display": _group_property(display_settings.DreamwrightDisplaySettings, "Display"),
        "seed": property_of(config.JobConfig, "seed"),
        "mesh_faces": mesh_faces_property(),
        "start_from": start_property(),
        "takes": _group_property(takes_list.DREAMWRIGHT_PG_takes, "Takes"),
        "model": property_of(config.JobConfig, "model"),
        "clip_model": property_of(config.JobConfig, "model", default=config.ConsistencyConfig().model),
        "allow_download": property_of(
            config.JobConfig, "allow_download", name="Allow Download", get=_is_allowed, set=_allow
        ),
        "center": property_of(config.BoundsConfig, "center", subtype="TRANSLATION", unit="LENGTH"),
        "at_cursor": bpy.props.BoolProperty(
            name="At 3D Cursor",
            description="New results stand at the 3D cursor, or beside it where something stands already",
            get=lambda settings: bounds.is_at_cursor(settings.id_data),
            set=lambda settings, wanted: bounds.set_at_cursor(settings.id_data, wanted),
            options={"SKIP_SAVE"},
        ),
        "size": property_of(config.BoundsConfig, "size", subtype="XYZ_LENGTH", unit="LENGTH"),
        "scene_setup": _group_property(scene_setup_settings.DreamwrightSceneSetup, "Scene Setup"),
        "source": source_property(),
        "views": property_of(CaptureConfig, "views"),
        "image_size": property_of(CaptureConfig, "image_size", subtype="PIXEL"),
    }


def _group_property(group: type, name: str) -> Any:
    return bpy.props.PointerProperty(type=group, name=name, description=f"{name} settings")


def _is_allowed(settings: Any) -> bool:
    """Tells whether the model that the panel names may be fetched: consent is the person's, so nothing of it is in the
    file."""
    return model_name(settings) in consent.allowed(paths.consent_file())


def _allow(settings: Any, yes: bool) -> None:
    try:
        consent.remember(paths.consent_file(), model_name(settings), yes)
    except DreamwrightError as error:
        flows.APP.session.post("error", sentence=error.sentence)


def source_property() -> Any:
    items = [
        ("SPHERE", "Automatic Sphere", "Cameras evenly around the scene"),
        ("SELECTED", "Selected Cameras", "The selected cameras, except those that are off"),
        ("SCENE", "Scene Cameras", "All cameras of the scene, except those that are off"),
    ]
    return bpy.props.EnumProperty(
        name="Cameras", description="Cameras that render the scene", items=items, options=set()
    )


def mesh_faces_property() -> Any:
    items = [
        ("LOW", "Low (5k)", "At most 5,000 faces, for games and the web"),
        ("MEDIUM", "Medium (20k)", "At most 20,000 faces"),
        ("FULL", "Full", "As many faces as the grid has cells at the surface"),
    ]
    return bpy.props.EnumProperty(
        name="Mesh", description="Faces of a new result; Remesh changes them later", items=items, default="MEDIUM",
        options=set(),
    )  # fmt: skip


def start_property() -> Any:
    items = [
        ("NOTHING", "From Scratch", "The shape is made from scratch"),
        ("MESHES", "Selected Meshes", "The shape begins as the selected meshes, with their colors, where they stand"),
    ]
    return bpy.props.EnumProperty(
        name="Start From", items=items, options=set(),
        description="What the shape begins as; the meshes are hidden where the result stands in them",
    )  # fmt: skip


def camera_prompt_property() -> Any:
    """The prompt of one camera, on its data."""
    return property_of(config.CameraPrompt, "prompt", name="Prompt from Here")


class DreamwrightSettings(bpy.types.PropertyGroup):
    """scene.dreamwright: what the panel asks for."""


DreamwrightSettings.__annotations__ = settings_annotations()


def settings_property() -> Any:
    """Makes the property of what a scene asks for."""
    return bpy.props.PointerProperty(type=DreamwrightSettings, name="Dreamwright", description="Dreamwright settings")


CLASSES = (
    *prompt_history.CLASSES,
    *advanced_groups.CLASSES,
    *bake_export_settings.CLASSES,
    *display_settings.CLASSES,
    *scene_setup_settings.CLASSES,
    *takes_list.CLASSES,
    DreamwrightSettings,
)
"""Inner groups first, as Blender wants them registered."""
