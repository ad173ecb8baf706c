"""Which takes are seen: in the viewport and in renders alike, and of those in one place only one.

A take is seen by one of its parts: its own object, a low poly of it with textures, or a volume of it. Takes that a
person moved apart are things of the scene, and each is seen.
"""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector

from . import low_poly, results, takes, volume
from .identity import is_in_layer
from .prompt_group import SCENE as SCENE
from .standing import world_matrix
from .switched_off import layer_of
from .takes import Take

SHARED_VOLUME = 0.02
"""Of the smaller of two boxes: what two takes share at least that are in one place."""


def parts_of(scene: bpy.types.Scene, take: Take) -> list[bpy.types.Object]:
    """Everything in a scene by which a take can be seen, its own object first."""
    made_of = [obj for obj in scene.objects if obj.get(low_poly.HIGH_POLY) == take.object]
    return [take.object, *made_of, *(obj for obj in scene.objects if obj.get(volume.MARK) == take.job)]


def is_hidden(obj: bpy.types.Object) -> bool:
    """Tells whether an object is hidden in the viewport or in renders."""
    return obj.hide_viewport or obj.hide_render or obj.hide_get()


def is_visible(scene: bpy.types.Scene, take: Take) -> bool:
    """Tells whether one of the parts of a take is seen."""
    return not is_hidden(take.object) or any(not is_hidden(part) for part in parts_of(scene, take)[1:])


def show(scene: bpy.types.Scene, take: Take) -> bpy.types.Object:
    """Have a take seen by one of its parts, which is given back: the one that is seen now, else what was made of it
    last, else its own object."""
    parts = parts_of(scene, take)
    front = next((part for part in parts if not is_hidden(part)), parts[-1])
    for part in parts:
        if part != front:
            hide_object(part)
    show_object(scene, front)
    return front


def hide(scene: bpy.types.Scene, take: Take) -> None:
    """Have nothing of a take seen."""
    for part in parts_of(scene, take):
        hide_object(part)


def show_alone(scene: bpy.types.Scene, take: Take) -> bpy.types.Object:
    """Show a take, and hide the others in its place; gives what is seen."""
    front = show(scene, take)
    for other in takes.list_takes(scene):
        if other.job != take.job and not other.object.library and overlaps(take.object, other.object):
            hide(scene, other)
    return front


def hide_object(obj: bpy.types.Object) -> None:
    """Hide an object in the viewport and in renders, unless somebody works on it in a mode."""
    if obj.mode == "OBJECT":
        obj.hide_viewport = obj.hide_render = True


def show_object(scene: bpy.types.Scene, obj: bpy.types.Object) -> None:
    """Show an object in the viewport and in renders."""
    obj.hide_viewport = obj.hide_render = False
    layer = layer_of(scene)
    if is_in_layer(layer, obj):
        obj.hide_set(False, view_layer=layer)


def overlaps(one: bpy.types.Object, other: bpy.types.Object) -> bool:
    """Tells whether two results are in one place: made there and left there, or one inside the other. The things of one
    prompt belong together, as apples in a bowl do."""
    if one.parent is not None and one.parent == other.parent and SCENE in one.parent:
        return False
    if results.is_untransformed(one) and results.is_untransformed(other):
        places = (results.read_provenance(each).location for each in (one, other))
        if np.allclose(*places, rtol=0.0, atol=results.TOLERANCE):
            return True
    return shared_volume(world_box(one), world_box(other)) > SHARED_VOLUME


def world_box(obj: bpy.types.Object) -> np.ndarray:
    """The lowest and the highest corner (2, 3) of the box along the scene's axes around an object."""
    matrix = world_matrix(obj)  # what is hidden, or was just moved, is not evaluated yet
    corners = np.array([matrix @ Vector(corner) for corner in obj.bound_box])
    return np.stack([corners.min(axis=0), corners.max(axis=0)])


def shared_volume(one: np.ndarray, other: np.ndarray) -> float:
    """Returns what two boxes (2, 3) have in common, as a part of the smaller one."""
    common = np.clip(np.minimum(one[1], other[1]) - np.maximum(one[0], other[0]), 0.0, None).prod()
    smaller = min(np.ptp(one, axis=0).prod(), np.ptp(other, axis=0).prod())
    return float(common / smaller) if smaller > 0 else 0.0
