"""What the cameras of a scene say of what is wanted."""

from __future__ import annotations

import bpy

from ..blender import camera_words
from ..core.wire import config


def scene_cameras(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The cameras that words may be written on."""
    return camera_words.cameras_of(context.scene.objects)


def with_camera_words(scene: bpy.types.Scene, wanted: config.JobConfig) -> config.JobConfig:
    """With the words of the scene's cameras beside those that a script gave."""
    if not wanted.reads_words:
        return wanted
    given = config.to_json(wanted)["words"]["cameras"]
    found = camera_words.camera_words(scene, wanted.bounds)
    return config.with_changes(wanted, {"words": {"cameras": [*given, *found]}})
