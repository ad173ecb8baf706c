"""Old names that are stored, and what they are called now: one table for .blend files, take records, grids and jobs.

Until version 0.1 was named anew, files were written with the names on the left. They are read for good, and written
no more. Settings inside records and in a scene's overrides have a table of their own: backend/config/renamed.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OBJECT = {
    "dreamwright_licence": "dreamwright_license",
    "dreamwright_place": "dreamwright_location",
    "dreamwright_seated": "dreamwright_on_floor",
    "dreamwright_dense": "dreamwright_high_poly",
    "dreamwright_shape": "dreamwright_remesh",
}
"""Custom properties of objects and meshes."""

CAMERA = {"dreamwright_words": "dreamwright_prompt"}
SCENE = {"dreamwright_begun": "dreamwright_unfinished_runs"}

SETTINGS: dict[str, Any] = {
    "with_words": "use_prompt",
    "centre": "center",
    "place": "scene_setup",
    "look": "display",
    "finish": "bake_export",
}
"""Properties of scene.dreamwright."""

GROUPS: dict[str, dict[str, str]] = {
    "display": {
        "live_picture": "live_preview",
        "live_every": "live_mesh_every",
        "live_resolution": "live_mesh_resolution",
    },
    "bake_export": {"catalogue": "catalog", "turntable_as": "turntable_format"},
}
"""Properties of the groups inside it, by the group's name of now."""

REMESH = {"crumb_percent": "min_size_percent", "fill": "fill_holes", "budget": "max_faces"}
"""Settings of a remesh: on the object, and in the record on its mesh."""

REMESH_VALUES = {"no_crumbs": "remove_small"}
MESH_RECORD = {"wanted": "settings", "found": "default_threshold"}
TAKE_RECORD = {"licence": "license", "kept_steps": "checkpoint_steps"}
MODEL = {"licence": "license"}
GRID_ARRAYS = {"colour": "color"}


def current(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A copy of `data` by the names of now; where both are there, the one of now holds."""
    return {
        names.get(name, name): value
        for name, value in data.items()
        if names.get(name, name) == name or names[name] not in data
    }


def current_models(models: Any) -> Any:
    """A list of models whose entries have the names of now; anything else as it is."""
    if not isinstance(models, list):
        return models
    return [current(each, MODEL) if isinstance(each, dict) else each for each in models]


def current_remesh(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Remesh settings by the names, and with the choices, of now."""
    renamed = current(settings, REMESH)
    return {
        name: REMESH_VALUES.get(value, value) if isinstance(value, str) else value for name, value in renamed.items()
    }
