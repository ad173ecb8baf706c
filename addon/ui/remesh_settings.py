"""object.dreamwright_remesh: the sliders of one result, which mesh it again as they move."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import bpy
from bpy.app.handlers import persistent

from .. import flows
from ..core.remesh_config import RemeshConfig
from .reflection import property_of

THICKNESS_RANGE = 4.0
"""How far the slider goes to each side, in powers of two of the density."""


class DreamwrightRemeshSettings(bpy.types.PropertyGroup):
    """How a result is meshed out of its grid; kept in the .blend with the object."""


def remesh_property() -> Any:
    """The sliders of one object."""
    return bpy.props.PointerProperty(type=DreamwrightRemeshSettings, name="Remesh", description="Remesh settings")


def _annotations() -> dict[str, Any]:
    return {
        spec.name: property_of(RemeshConfig, spec.name, update=_on_change, **_PROPERTY_OPTIONS.get(spec.name, {}))
        for spec in dataclasses.fields(RemeshConfig)
    } | {
        "thickness": bpy.props.FloatProperty(
            name="Thickness",
            description="The threshold as a slider: right is thicker, left is thinner. "
            "Each whole step halves or doubles the density at the surface",
            min=-THICKNESS_RANGE,
            max=THICKNESS_RANGE,
            default=0.0,
            step=5,
            precision=2,
            options=set(),
            get=_get_thickness,
            set=_set_thickness,
        )
    }


def _on_change(group: DreamwrightRemeshSettings, context: bpy.types.Context) -> None:
    flows.LIVE_REMESH.request(group.id_data)


def _get_thickness(group: DreamwrightRemeshSettings) -> float:
    found = flows.default_threshold(group.id_data)
    if group.threshold <= 0 or found <= 0:
        return 0.0
    return min(max(-math.log2(group.threshold / found), -THICKNESS_RANGE), THICKNESS_RANGE)


def _set_thickness(group: DreamwrightRemeshSettings, stops: float) -> None:
    group.threshold = flows.default_threshold(group.id_data) * 2.0**-stops


@persistent
def after_undo(*_scene_and_graph: object) -> None:
    """After an undo or a redo: meshes that do not fit the sliders beside them are made anew."""
    if any("dreamwright_job" in obj for obj in bpy.data.objects):  # else nothing has to be loaded for it
        flows.remesh_after_undo()


def start() -> None:
    for handlers in _undo_handlers():
        handlers.append(after_undo)


def stop() -> None:
    for handlers in _undo_handlers():
        if after_undo in handlers:
            handlers.remove(after_undo)
    if flows.loaded("live_remesh"):
        flows.LIVE_REMESH.stop()


def _undo_handlers() -> tuple[Any, Any]:
    return bpy.app.handlers.undo_post, bpy.app.handlers.redo_post


_PROPERTY_OPTIONS: dict[str, dict[str, Any]] = {
    "threshold": {"precision": 3, "soft_max": 1000.0},
    "resolution": {"soft_max": 256},
    "smooth": {"soft_max": 20},
    "min_size_percent": {"subtype": "PERCENTAGE", "soft_max": 10.0, "precision": 2, "name": "Min Size"},
    "largest": {"name": "Count", "soft_max": 10},
    "islands": {"name": "Islands"},
    "measure": {"name": "Measure"},
    "fill_holes": {"name": "Fill Holes"},
    "max_faces": {"name": "Max Faces", "soft_max": 200_000, "step": 500},
    "thicken": {"name": "Min Thickness"},
    "faces": {"name": "Faces"},
}

DreamwrightRemeshSettings.__annotations__ = _annotations()

CLASSES = (DreamwrightRemeshSettings,)
