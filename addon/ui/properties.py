"""scene.dreamwright: what the panel asks for, kept in the .blend."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core import consent
from ..core.capture_config import CaptureConfig
from ..core.wire import DreamwrightError, config
from . import (
    advanced_groups,
    takes_list,
)
from . import (
    bake_export_settings as finish_settings,
)
from . import (
    display_settings as look_settings,
)
from . import (
    prompt_history as history,
)
from . import (
    scene_setup_settings as place_settings,
)
from .methods import method_property, model_name, quality_property
from .reflection import BESIDE_THE_BLEND, config_choice, optional_property, property_of

__all__ = [
    "BESIDE_THE_BLEND", "CLASSES", "DreamwrightSettings", "camera_prompt_property", "config_choice",
    "optional_property", "property_of", "settings_annotations", "source_property",
]  # fmt: skip


def settings_annotations() -> dict[str, Any]:
    """The properties of the panel, kept in the .blend."""
    return {
        "prompt": property_of(config.JobConfig, "prompt", name="Prompt"),
        "negative": property_of(config.PromptOptionsConfig, "negative", name="Negative Prompt"),
        "use_prompt": bpy.props.BoolProperty(
            name="Also Follow the Prompt",
            description="Words pull on a reconstruction as well, where the pictures leave open what is there",
            options=set(),
        ),
        "history": bpy.props.CollectionProperty(type=history.DREAMWRIGHT_PG_prompt, name="History"),
        "method": method_property(),
        "dataset": property_of(
            config.JobConfig, "dataset", name="Photos", subtype="DIR_PATH", options=BESIDE_THE_BLEND
        ),
        "quality": quality_property(),
        "recipe": property_of(config.JobConfig, "recipe"),
        "overrides": bpy.props.StringProperty(
            name="Changed Settings",
            description="The advanced settings that were changed against the preset, as JSON",
            options=set(),
        ),
        "bake_export": bpy.props.PointerProperty(type=finish_settings.DreamwrightBakeExportSettings),
        "advanced": bpy.props.PointerProperty(type=advanced_groups.CLASSES[-1]),
        "display": bpy.props.PointerProperty(type=look_settings.DreamwrightDisplaySettings),
        "seed": property_of(config.JobConfig, "seed"),
        "takes": bpy.props.PointerProperty(type=takes_list.DREAMWRIGHT_PG_takes),
        "model": property_of(config.JobConfig, "model"),
        "clip_model": property_of(config.JobConfig, "model", default=config.ConsistencyConfig().model),
        "allow_download": property_of(
            config.JobConfig, "allow_download", name="Allow Download", get=_is_allowed, set=_allow
        ),
        "center": property_of(config.BoundsConfig, "center", subtype="TRANSLATION", unit="LENGTH"),
        "size": property_of(config.BoundsConfig, "size", subtype="XYZ_LENGTH", unit="LENGTH"),
        "scene_setup": bpy.props.PointerProperty(type=place_settings.DreamwrightSceneSetup),
        "source": source_property(),
        "views": property_of(CaptureConfig, "views"),
        "image_size": property_of(CaptureConfig, "image_size", subtype="PIXEL"),
    }


def _is_allowed(settings: Any) -> bool:
    """Of the model that the panel names: consent is the person's, so nothing of it is in the file."""
    return model_name(settings) in consent.allowed(paths.consent_file())


def _allow(settings: Any, yes: bool) -> None:
    try:
        consent.remember(paths.consent_file(), model_name(settings), yes)
    except DreamwrightError as error:
        flows.APP.session.post("error", sentence=error.sentence)


def source_property() -> Any:
    items = [
        ("SPHERE", "Sphere", "Cameras evenly around the scene"),
        ("SELECTED", "Selected cameras", "The cameras that are selected now, except those that are off"),
        ("SCENE", "Scene cameras", "Every camera of the scene, except those that are off"),
    ]
    return bpy.props.EnumProperty(
        name="Views from", description="Where the scene is seen from", items=items, options=set()
    )


def camera_prompt_property() -> Any:
    """The words of one camera, on its data."""
    return property_of(config.CameraPrompt, "prompt", name="Seen from Here")


class DreamwrightSettings(bpy.types.PropertyGroup):
    """scene.dreamwright: what the panel asks for."""


DreamwrightSettings.__annotations__ = settings_annotations()

CLASSES = (
    *history.CLASSES,
    *advanced_groups.CLASSES,
    *finish_settings.CLASSES,
    *look_settings.CLASSES,
    *place_settings.CLASSES,
    *takes_list.CLASSES,
    DreamwrightSettings,
)
"""Inner groups first, as Blender wants them registered."""
