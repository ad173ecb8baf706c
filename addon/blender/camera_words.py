"""What single cameras of the scene are to see: words that a person wrote on them, and from where they look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy

from ..core import poses


def camera_words(scene: bpy.types.Scene, centre: Sequence[float]) -> list[dict[str, Any]]:
    """The cameras with words of their own, as config's `words.cameras` has them; `centre` is that of the box."""
    return [_words_of(thing, centre) for thing in cameras_of(scene) if thing.data.dreamwright_words.strip()]


def cameras_of(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """Every camera of the scene, by name."""
    return sorted((thing for thing in scene.objects if thing.type == "CAMERA"), key=lambda each: each.name)


def _words_of(camera: bpy.types.Object, centre: Sequence[float]) -> dict[str, Any]:
    azimuth, elevation = poses.angles_of(camera.matrix_world.translation, centre)
    return {"azimuth_degrees": azimuth, "elevation_degrees": elevation, "prompt": camera.data.dreamwright_words.strip()}
