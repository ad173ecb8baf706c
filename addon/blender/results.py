"""Our objects in the scene: made, found again, and given a new mesh; nothing of the user's is touched.

A result knows where it came from by custom properties, so that it can be meshed again in another session.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import bpy
import numpy as np
from mathutils import Matrix

from ..core.errors import SceneError
from .material import color_material

COLLECTION = "Dreamwright"
REPORT = "dreamwright_report"
NAME_LIMIT = 60
"""Blender cuts names at 63 bytes; the rest is for its `.001`."""

TOLERANCE = 1e-4
"""Meters, below which two places are one."""


@dataclass(frozen=True)
class Provenance:
    """What a result remembers of how it came to be; each is a custom property dreamwright_<name>."""

    prompt: str
    seed: int
    job: str
    threshold: float
    step: int
    models: str
    license: str
    on_floor: bool
    """Whether it stands on its box (text), or stays where the scene was (reconstruction)."""
    location: tuple[float, float, float]
    """Where its mesh's origin was in the scene when it was made."""


def add_result(scene: bpy.types.Scene, mesh: bpy.types.Mesh, provenance: Provenance, name: str) -> bpy.types.Object:
    """A new object with `mesh` in our collection; takes the mesh over, and leaves nothing behind when it fails."""
    mesh.name = _truncated(name)
    made = bpy.data.objects.new(mesh.name, mesh)
    try:
        made.location = provenance.location
        write_provenance(made, provenance)
        mesh.materials.append(color_material())
        collection_of(scene).objects.link(made)
    except BaseException:
        bpy.data.objects.remove(made)
        bpy.data.meshes.remove(mesh)
        raise
    return made


def replace_mesh(result: bpy.types.Object, mesh: bpy.types.Mesh) -> None:
    """Give an object a new mesh, which is taken over; where it stands, its materials, modifiers and name stay.

    Raises:
        SceneError: the object is being edited, where Blender would keep the old mesh without a word.
    """
    if result.mode != "OBJECT":
        bpy.data.meshes.remove(mesh)
        raise SceneError(f"'{result.name}' is in {_MODES.get(result.mode, 'another')} mode: go to Object Mode first.")
    old = result.data
    if len(old.materials):
        mesh.materials.clear()
    for material in old.materials:
        mesh.materials.append(material)
    name = old.name
    result.data = mesh
    if not old.users:
        bpy.data.meshes.remove(old)
    mesh.name = name


def collection_of(scene: bpy.types.Scene) -> bpy.types.Collection:
    """Our collection in this scene, made when missing."""
    found = next(
        (child for child in scene.collection.children_recursive if child.name.split(".")[0] == COLLECTION), None
    )
    if found:
        return found
    made = bpy.data.collections.new(COLLECTION)
    scene.collection.children.link(made)
    return made


def is_result(obj: bpy.types.Object | None) -> bool:
    return obj is not None and obj.type == "MESH" and "dreamwright_job" in obj


def active_result(context: bpy.types.Context) -> bpy.types.Object | None:
    """The active object when it is a result, else the one result of the scene, else None."""
    active = context.view_layer.objects.active
    if is_result(active):
        return active
    results = [obj for obj in context.scene.objects if is_result(obj)]
    return results[0] if len(results) == 1 else None


def write_provenance(result: bpy.types.Object, provenance: Provenance) -> None:
    for name, value in vars(provenance).items():
        result[f"dreamwright_{name}"] = value


def read_provenance(result: bpy.types.Object) -> Provenance:
    """Returns what a result remembers; a property that someone removed has its neutral value."""
    get = {name: result.get(f"dreamwright_{name}", neutral) for name, neutral in _NEUTRAL.items()}
    get["location"] = _location(get["location"])
    return Provenance(**get)


def _location(value: object) -> tuple[float, ...]:
    """Three numbers, or those of nowhere where the property is something else: a .blend may be anybody's."""
    try:
        found = tuple(float(each) for each in value)
    except (TypeError, ValueError, OverflowError):
        found = ()
    return found if len(found) == 3 and all(map(math.isfinite, found)) else _NEUTRAL["location"]


def is_untransformed(result: bpy.types.Object) -> bool:
    """Tells whether the user has neither moved nor turned nor scaled a result since it was put into the scene."""
    as_made = Matrix.Translation(read_provenance(result).location)
    return bool(np.allclose(np.array(result.matrix_basis), np.array(as_made), rtol=0.0, atol=TOLERANCE))


def with_changes(provenance: Provenance, **values: object) -> Provenance:
    return replace(provenance, **values)


def has_results(collection: bpy.types.Collection) -> bool:
    return collection.name.split(".")[0] == COLLECTION and any(is_result(obj) for obj in collection.objects)


def select_only(context: bpy.types.Context, result: bpy.types.Object) -> None:
    """Make the new result the active one, where it can be."""
    layer = context.view_layer
    layer.update()  # it learns of a new object only then
    if result.name not in layer.objects:  # the collection is excluded from this view layer
        return
    for obj in context.selected_objects:
        obj.select_set(False)
    result.select_set(True)
    layer.objects.active = result


def to_location(origin: np.ndarray) -> tuple[float, float, float]:
    return (float(origin[0]), float(origin[1]), float(origin[2]))


_MODES = {"EDIT": "Edit", "SCULPT": "Sculpt", "VERTEX_PAINT": "Vertex Paint", "TEXTURE_PAINT": "Texture Paint"}
_NEUTRAL = {
    "prompt": "",
    "seed": 0,
    "job": "",
    "threshold": 0.0,
    "step": 0,
    "models": "",
    "license": "",
    "on_floor": True,
    "location": (0.0, 0.0, 0.0),
}


def _truncated(name: str) -> str:
    """The name cut at a whole character, since Blender counts bytes."""
    words = " ".join(name.split()) or COLLECTION
    return words.encode()[:NAME_LIMIT].decode(errors="ignore").strip()
