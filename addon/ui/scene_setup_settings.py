"""scene.dreamwright.scene_setup: which box, which cameras, and what of them is shown; and the roles of cameras."""

from __future__ import annotations

from typing import Any

import bpy

from ..blender.camera_roles import ROLES
from ..core.capture_config import CaptureConfig
from .reflection import BESIDE_THE_BLEND, property_of


def _is_empty(group: Any, obj: bpy.types.Object) -> bool:
    return obj.type == "EMPTY"


class DreamwrightSceneSetup(bpy.types.PropertyGroup):
    """scene.dreamwright.scene_setup"""


DreamwrightSceneSetup.__annotations__ = {
    "box": bpy.props.PointerProperty(
        type=bpy.types.Object,
        poll=_is_empty,
        name="Box",
        description="An Empty whose cube is the box that the result fills: move, turn and scale it. Without one, the"
        " numbers below are the box",
        options=set(),
    ),
    "show_orbit": bpy.props.BoolProperty(
        name="Show Orbit",
        description="Draw in the 3D view where a job's random cameras are. In the background nothing is drawn",
        options=set(),
    ),
    "show_sphere": bpy.props.BoolProperty(
        name="Show Cameras",
        description="Draw in the 3D view where pictures of this scene would be taken from",
        options=set(),
    ),
    "views_folder": bpy.props.StringProperty(
        name="Folder",
        description="A new folder for pictures of this scene with their poses (transforms_train.json and"
        " transforms_test.json), which any program for radiance fields reads; // is beside the .blend",
        subtype="DIR_PATH",
        default="//views",
        options=BESIDE_THE_BLEND,
    ),
    "hold_out_every": property_of(CaptureConfig, "hold_out_every"),
    "fov_degrees": property_of(CaptureConfig, "fov_degrees", name="Field of View"),
    "elevation_low_degrees": property_of(CaptureConfig, "elevation_low_degrees", name="Elevation From"),
    "elevation_high_degrees": property_of(CaptureConfig, "elevation_high_degrees", name="To"),
    "camera": bpy.props.IntProperty(
        name="Camera", description="The camera whose words and role are shown", options={"SKIP_SAVE"}
    ),
}


def camera_role_property() -> Any:
    """What one camera is for, on its data."""
    return bpy.props.EnumProperty(
        name="Role", description="What this camera is for when the scene is reconstructed", items=ROLES, options=set()
    )


CLASSES = (DreamwrightSceneSetup,)
