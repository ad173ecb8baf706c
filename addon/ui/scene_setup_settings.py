"""scene.dreamwright.scene_setup: which box, which cameras, and what of them is shown; and the roles of cameras."""

from __future__ import annotations

from typing import Any

import bpy

from ..core.camera_choices import ROLES
from ..core.capture_config import CaptureConfig
from .reflection import BESIDE_THE_BLEND, property_of


def _is_empty(group: Any, obj: bpy.types.Object) -> bool:
    return obj.type == "EMPTY"


class DreamwrightSceneSetup(bpy.types.PropertyGroup):
    """Is scene.dreamwright.scene_setup."""


DreamwrightSceneSetup.__annotations__ = {
    "box": bpy.props.PointerProperty(
        type=bpy.types.Object,
        poll=_is_empty,
        name="Box",
        description="Empty whose cube is the bounding box of results: move, rotate and scale it. Without one, the"
        " numbers below are used",
        options=set(),
    ),
    "show_orbit": bpy.props.BoolProperty(
        name="Show Orbit",
        description="Draw the random cameras of a run in the 3D viewport",
        options=set(),
    ),
    "show_sphere": bpy.props.BoolProperty(
        name="Show Cameras",
        description="Draw the cameras that would render this scene in the 3D viewport",
        options=set(),
    ),
    "views_folder": bpy.props.StringProperty(
        name="Folder",
        description="New folder for views of this scene with their camera poses (transforms.json, and those of"
        " NeRF-synthetic), as programs for radiance fields read them; // is the folder of the .blend file",
        subtype="DIR_PATH",
        default="//views",
        options=BESIDE_THE_BLEND,
    ),
    "hold_out_every": property_of(CaptureConfig, "hold_out_every"),
    "fov_degrees": property_of(CaptureConfig, "fov_degrees", name="Field of View"),
    "elevation_low_degrees": property_of(CaptureConfig, "elevation_low_degrees", name="Elevation Min"),
    "elevation_high_degrees": property_of(CaptureConfig, "elevation_high_degrees", name="Max"),
    "part_prompt": bpy.props.StringProperty(
        name="Prompt", description="What the part becomes that is made anew, in words", options=set()
    ),
    "camera": bpy.props.IntProperty(
        name="Camera", description="Camera whose prompt and role are shown", options={"SKIP_SAVE"}
    ),
}


def camera_role_property() -> Any:
    """Makes the property of what one camera is for, on its data."""
    return bpy.props.EnumProperty(
        name="Role", description="How this camera is used when the scene is reconstructed", items=ROLES, options=set()
    )


CLASSES = (DreamwrightSceneSetup,)
