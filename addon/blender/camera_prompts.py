"""What single cameras of the scene are to see: words that a person wrote on them, and from where they look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy

from ..core import poses
from ..core.box import Box, to_box_frame
from ..core.camera_choices import OFF, TRAIN
from .switched_off import is_switched_off


def camera_prompts(scene: bpy.types.Scene, box: Box) -> list[dict[str, Any]]:
    """The cameras in use with a prompt of their own, as config's `camera_prompts` has them: by the box's own front."""
    return [_prompt_of(camera, box) for camera in cameras_of(scene.objects) if _has_prompt(camera, scene)]


def cameras_of(objects: Iterable[bpy.types.Object]) -> list[bpy.types.Object]:
    """Every camera among these, by name."""
    return sorted((obj for obj in objects if obj.type == "CAMERA"), key=lambda each: each.name_full)


def role_of(camera: bpy.types.Object, scene: bpy.types.Scene) -> str:
    """Returns what a camera of a scene is for: what is hidden there is off; where the add-on is not enabled (scripts
    that only take pictures), it is to be learned from."""
    return OFF if is_switched_off(camera, scene) else getattr(camera.data, "dreamwright_role", TRAIN)


def in_use(camera: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Tells whether it is not switched off."""
    return role_of(camera, scene) != OFF


def _has_prompt(camera: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    return bool(camera.data.dreamwright_prompt.strip()) and in_use(camera, scene)


def _prompt_of(camera: bpy.types.Object, box: Box) -> dict[str, Any]:
    azimuth, elevation = poses.angles_of(to_box_frame(box, camera.matrix_world.translation), box.center)
    return {
        "azimuth_degrees": azimuth,
        "elevation_degrees": elevation,
        "prompt": camera.data.dreamwright_prompt.strip(),
    }
