"""What the cameras of a scene say of what is wanted."""

from __future__ import annotations

import bpy

from ..blender import camera_prompts
from ..core.wire import config


def scene_cameras(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The cameras that words may be written on."""
    return camera_prompts.cameras_of(context.scene.objects)


def with_camera_prompts(scene: bpy.types.Scene, wanted: config.JobConfig) -> config.JobConfig:
    """Adds the words of the scene's cameras to those that a script gave."""
    if not wanted.uses_text:
        return wanted
    given = config.to_json(wanted)["prompt_options"]["camera_prompts"]
    found = camera_prompts.camera_prompts(scene, wanted.bounds)
    return config.with_changes(wanted, {"prompt_options": {"camera_prompts": [*given, *found]}})
