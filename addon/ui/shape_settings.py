"""object.dreamwright_shape: the sliders of one result, which mesh it again as they move."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import bpy

from .. import flows
from ..core.shape_config import ShapeConfig
from .reflection import property_of

STOPS = 4.0
"""How far the slider goes to each side, in powers of two of the density."""


class DreamwrightShape(bpy.types.PropertyGroup):
    """How a result is meshed out of its grid; kept in the .blend with the object."""


def shape_property() -> Any:
    """The sliders of one object."""
    return bpy.props.PointerProperty(type=DreamwrightShape)


def _annotations() -> dict[str, Any]:
    return {
        spec.name: property_of(ShapeConfig, spec.name, update=_moved, **_OF_BLENDER.get(spec.name, {}))
        for spec in dataclasses.fields(ShapeConfig)
    } | {
        "fullness": bpy.props.FloatProperty(
            name="Fullness",
            description="The same as the threshold, as a slider: right is fatter, left is thinner. "
            "Each whole step halves or doubles the density at the surface",
            min=-STOPS, max=STOPS, default=0.0, step=5, precision=2, options=set(), get=_fullness, set=_set_fullness,
        )
    }  # fmt: skip


def _moved(group: DreamwrightShape, context: bpy.types.Context) -> None:
    flows.LIVE.moved(group.id_data)


def _fullness(group: DreamwrightShape) -> float:
    found = flows.threshold_found(group.id_data)
    if group.threshold <= 0 or found <= 0:
        return 0.0
    return min(max(-math.log2(group.threshold / found), -STOPS), STOPS)


def _set_fullness(group: DreamwrightShape, stops: float) -> None:
    group.threshold = flows.threshold_found(group.id_data) * 2.0**-stops


_OF_BLENDER: dict[str, dict[str, Any]] = {
    "threshold": {"precision": 3, "soft_max": 1000.0},
    "resolution": {"soft_max": 256},
    "smooth": {"soft_max": 20},
    "crumb_percent": {"subtype": "PERCENTAGE", "soft_max": 10.0, "precision": 2, "name": "Crumbs"},
    "largest": {"name": "Pieces", "soft_max": 10},
    "islands": {"name": "Pieces"},
    "measure": {"name": "Measured by"},
    "fill": {"name": "Fill Cavities"},
    "budget": {"name": "Face Budget", "soft_max": 200_000, "step": 500},
    "thicken": {"name": "Thicken"},
    "faces": {"name": "Faces"},
}

DreamwrightShape.__annotations__ = _annotations()

CLASSES = (DreamwrightShape,)
