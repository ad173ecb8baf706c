"""Our objects in the scene: made, found again, and given a new mesh; nothing of the user's is touched.

A result knows where it came from by custom properties, so that it can be meshed again in another session.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import bpy
import numpy as np
from mathutils import Matrix

from ..core.errors import SceneError
from . import identity
from .material import result_material, tint
from .parts import name_parts, part_names
from .switched_off import layer_of

COLLECTION = "Dreamwright"
MARK = "dreamwright_results"
"""Custom property of our collection."""
REPORT = "dreamwright_report"
MATRIX = "dreamwright_matrix"
"""Custom property of a result: how it stood when it was put into the scene, 4x4 row by row."""
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
        mesh.materials.append(result_material(mesh))
        name_parts(made)
        tint(made)
        collection_of(scene).objects.link(made)
    except BaseException:
        materials = list(mesh.materials)
        bpy.data.objects.remove(made)
        bpy.data.meshes.remove(mesh)
        bpy.data.batch_remove(materials)
        raise
    return made


def replace_mesh(result: bpy.types.Object, mesh: bpy.types.Mesh, *sharing: bpy.types.Object) -> None:
    """Give an object, and those `sharing` its mesh, a new one, which is taken over; where they stand, their materials,
    modifiers and names stay, as do the mesh's own properties.

    Raises:
        SceneError: the mesh is being edited, where Blender would keep the old one without a word.
    """
    try:
        check_not_edited(result, *sharing)
    except SceneError:
        bpy.data.meshes.remove(mesh)
        raise
    old = result.data
    if len(old.materials):
        mesh.materials.clear()
    for material in old.materials:
        mesh.materials.append(material)
    _keep_custom_properties(old, mesh)
    name, kept_by_user = old.name, old.use_fake_user
    before = part_names(result)
    for obj in (result, *sharing):
        obj.data = mesh
    name_parts(result, *sharing, before=before)
    if kept_by_user and not old.library:
        old.use_fake_user, mesh.use_fake_user = False, True
    if not old.users and not old.library:
        bpy.data.meshes.remove(old)
    mesh.name = name


def check_not_edited(*objects: bpy.types.Object) -> None:
    """Raises SceneError where one of them is in another mode than Object Mode, or another object edits its mesh."""
    for obj in objects:
        editing = obj if obj.mode != "OBJECT" else _editor_of(obj)
        if editing:
            mode = _MODES.get(editing.mode, "another")
            raise SceneError(f"'{editing.name}' is in {mode} mode: go to Object Mode first.")


def is_in_use(layer: bpy.types.ViewLayer) -> bool:
    """Tells whether somebody works in a mode (Edit, Sculpt, ...): what is selected and active is theirs then."""
    active = layer.objects.active
    return active is not None and active.mode != "OBJECT"


def _editor_of(obj: bpy.types.Object) -> bpy.types.Object | None:
    """Another object through which the mesh of `obj` is being edited: they share it."""
    if obj.data is None or obj.data.users < 2:
        return None
    return next((each for each in bpy.data.objects if each.data == obj.data and each.mode != "OBJECT"), None)


def _keep_custom_properties(old: bpy.types.Mesh, new: bpy.types.Mesh) -> None:
    there = set(new.keys())
    for name in old.keys():  # noqa: SIM118 - is no dictionary
        is_group_of_both = name in there and hasattr(old[name], "keys")  # Cycles' own, which cannot be assigned
        if not name.startswith("dreamwright_") and not is_group_of_both and name not in old.bl_rna.properties:
            new[name] = old[name]


def collection_of(scene: bpy.types.Scene) -> bpy.types.Collection:
    """Our collection in this scene, made when missing: one of this file, in which a new object is seen."""
    visible = (part.collection for part in _visible_parts(layer_of(scene).layer_collection))
    found = next(filter(_is_ours, visible), None)
    if found:
        return found
    made = bpy.data.collections.new(COLLECTION)
    made[MARK] = True
    scene.collection.children.link(made)
    return made


def _is_ours(collection: bpy.types.Collection) -> bool:
    """Marked by us, whatever it is called now, or of our name in a file of an older version; never another file's."""
    named = collection.name.split(".")[0] == COLLECTION
    return (MARK in collection or named) and not collection.library and not collection.override_library


def _visible_parts(part: bpy.types.LayerCollection) -> Iterator[bpy.types.LayerCollection]:
    """The collections below this one that are shown in its view layer and in renders."""
    for child in part.children:
        hidden = child.exclude or child.hide_viewport or child.collection.hide_viewport or child.collection.hide_render
        if not hidden:
            yield child
            yield from _visible_parts(child)


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
    as_made = np.array(result.get(MATRIX, ()) or Matrix.Translation(read_provenance(result).location)).reshape(-1)
    if as_made.size != 16 or result.parent is not None:
        return False
    return bool(np.allclose(np.array(result.matrix_basis).ravel(), as_made, rtol=0.0, atol=TOLERANCE))


def note_transform(result: bpy.types.Object) -> None:
    """Have a result remember how it stands now, as it was put into the scene."""
    result[MATRIX] = [value for row in result.matrix_basis for value in row]


def with_changes(provenance: Provenance, **values: object) -> Provenance:
    return replace(provenance, **values)


def select_only(context: bpy.types.Context, result: bpy.types.Object) -> None:
    """Make the new result the active one, where it can be; somebody who works in a mode is left alone."""
    layer = context.view_layer
    layer.update()  # it learns of a new object only then
    if is_in_use(layer) or not identity.is_in_layer(layer, result):  # not so where its collection is excluded
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
