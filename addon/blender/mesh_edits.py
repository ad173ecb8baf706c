"""What was done to a mesh of ours since it was made: moved as a whole, or worked on by hand.

A mesh notes how it was made: its points as a sketch (core/mesh_sketch.py), its faces and its colors as hashes. What
moved all of its points alike (Apply, Set Origin) another mesh is given as well; other work it would lose, so somebody
has to be asked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

import bpy
import numpy as np

from ..core import mesh_sketch

AS_MADE = "dreamwright_as_made"
"""Custom property of a mesh: the note, as JSON."""
APPLIED = "dreamwright_applied"
"""Custom property of a mesh: the 4x4, row by row, that its points had gone through when it was made."""
FACE_SETS = ".sculpt_face_set"
"""Blender's own name for what Sculpt Mode colors and hides."""
PARTS = "dreamwright_parts"
"""Custom property of a mesh: the names of its parts, in the order of their face sets, groups and material slots."""
UNREMARKABLE = (".select", ".hide", ".uv_select", ".corner", ".edge", "sharp_face", "material_index")
"""Attributes that are no work of a person, by how their names begin, or that are told otherwise."""
NAMED = {
    ".sculpt_mask": "a sculpt mask",
    ".sculpt_face_set": "face sets",
    "sharp_edge": "sharp edges",
    "crease_edge": "creases",
    "crease_vert": "creases",
    "bevel_weight_edge": "bevel weights",
    "uv_seam": "seams",
    ".uv_seam": "seams",
    "custom_normal": "custom normals",
}


@dataclass(frozen=True)
class AsMade:
    """What a mesh was when it was made."""

    points: str
    faces: str
    colors: str
    count: int
    sketch: tuple[tuple[float, ...], ...]
    attributes: tuple[str, ...]


def note_as_made(mesh: bpy.types.Mesh) -> None:
    """Have a mesh remember what it is now."""
    points = _points(mesh)
    sketch = tuple(tuple(row) for row in mesh_sketch.sketch_of(points).tolist())
    mesh[AS_MADE] = json.dumps(
        asdict(AsMade(_hash(points), _faces(mesh), _colors(mesh), len(points), sketch, tuple(_attributes(mesh))))
    )


def write_applied(mesh: bpy.types.Mesh, matrix: np.ndarray) -> None:
    """Have a mesh remember what its points have gone through."""
    mesh[APPLIED] = [float(value) for value in np.asarray(matrix).ravel()]


def applied_transform(mesh: bpy.types.Mesh) -> np.ndarray:
    """The 4x4 that takes the points of a mesh, as the field has them, to where a person moved all of them."""
    moved = _moved(mesh, _read(mesh))
    return (np.eye(4) if moved is None else moved) @ _stored(mesh)


def edits_of(obj: bpy.types.Object) -> list[str]:
    """Returns what a person made of a mesh that another mesh would not have, in words; empty where nothing."""
    mesh, made = obj.data, _read(obj.data)
    found = _changes(mesh, made) if made else []
    if mesh.shape_keys:
        found.append("shape keys")
    if {group.name for group in obj.vertex_groups} - set(mesh.get(PARTS, ())):
        found.append("vertex groups")
    if any(modifier.type == "MULTIRES" and modifier.total_levels for modifier in obj.modifiers):
        found.append("a sculpted Multires modifier")
    if _has_several_materials(mesh):
        found.append("materials on single faces")
    more = [name for name in _attributes(mesh) if name not in made.attributes] if made else _uv_names(mesh)
    return list(dict.fromkeys([*found, *(_attribute_in_words(mesh, name) for name in more)]))


def _changes(mesh: bpy.types.Mesh, made: AsMade) -> list[str]:
    """Returns what was changed of what we made."""
    if len(mesh.vertices) != made.count or _faces(mesh) != made.faces:
        return ["other points or faces"]
    found = ["moved points"] if _moved(mesh, made) is None else []
    return found + (["painted colors"] if made.colors and _colors(mesh) not in ("", made.colors) else [])


def _moved(mesh: bpy.types.Mesh, made: AsMade | None) -> np.ndarray | None:
    """The 4x4 that took all points to where they are now; None where some went their own way."""
    if made is None:
        return np.eye(4)
    points = _points(mesh)
    if _hash(points) == made.points:
        return np.eye(4)
    if len(points) != made.count:
        return None
    reach = float(np.abs(points).max(initial=0.0))
    matrix = mesh_sketch.affine_between(np.array(made.sketch), mesh_sketch.sketch_of(points), len(points), reach)
    return None if matrix is None or mesh_sketch.is_identity(matrix) else matrix


def _stored(mesh: bpy.types.Mesh) -> np.ndarray:
    try:
        matrix = np.array([float(value) for value in mesh.get(APPLIED, ())]).reshape(4, 4)
    except (TypeError, ValueError):
        return np.eye(4)
    return matrix if np.isfinite(matrix).all() else np.eye(4)


def _read(mesh: bpy.types.Mesh) -> AsMade | None:
    """The note; None for a mesh of an older version, or of the user."""
    try:
        kept: dict[str, Any] = json.loads(mesh.get(AS_MADE, ""))
        sketch = np.array(kept["sketch"], np.float64)
        if sketch.shape != (mesh_sketch.ROWS, 4) or not np.isfinite(sketch).all():
            return None
        points, faces, colors = (str(kept[name]) for name in ("points", "faces", "colors"))
        return AsMade(points, faces, colors, int(kept["count"]), sketch.tolist(), tuple(map(str, kept["attributes"])))
    except (AttributeError, ValueError, TypeError, KeyError):
        return None


def _points(mesh: bpy.types.Mesh) -> np.ndarray:
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def _faces(mesh: bpy.types.Mesh) -> str:
    """A hash of which points each face has, whichever way around: applying a mirrored scale turns all faces over."""
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    sides, rest = divmod(len(corners), max(len(mesh.polygons), 1))
    return _hash(corners if rest or not sides else np.sort(corners.reshape(-1, sides), axis=1))


def _colors(mesh: bpy.types.Mesh) -> str:
    colors = mesh.color_attributes.get("Color")
    if colors is None or not len(colors.data):
        return ""
    values = np.empty(len(colors.data) * 4, np.float32)
    colors.data.foreach_get("color", values)
    return _hash(values)


def _attributes(mesh: bpy.types.Mesh) -> list[str]:
    return sorted(each.name for each in mesh.attributes if not each.name.startswith(UNREMARKABLE))


def _uv_names(mesh: bpy.types.Mesh) -> list[str]:
    return [layer.name for layer in mesh.uv_layers]


def _attribute_in_words(mesh: bpy.types.Mesh, name: str) -> str:
    return "UV maps" if name in _uv_names(mesh) else NAMED.get(name, f"the attribute '{name}'")


def _has_several_materials(mesh: bpy.types.Mesh) -> bool:
    if len(mesh.materials) == len(mesh.get(PARTS, ())) and _has_materials_of_parts(mesh):
        return False
    attribute = mesh.attributes.get("material_index")
    if attribute is None or not len(attribute.data):
        return False
    indices = np.empty(len(attribute.data), np.int32)
    attribute.data.foreach_get("value", indices)
    return bool(indices.any())


def _has_materials_of_parts(mesh: bpy.types.Mesh) -> bool:
    """Tells whether each face still has the slot of its part."""
    slots, sets = mesh.attributes.get("material_index"), mesh.attributes.get(FACE_SETS)
    if slots is None or sets is None:
        return False
    slot, part = np.empty(len(slots.data), np.int32), np.empty(len(sets.data), np.int32)
    slots.data.foreach_get("value", slot)
    sets.data.foreach_get("value", part)
    return bool(np.array_equal(slot + 1, part))


def _hash(values: np.ndarray) -> str:
    return hashlib.sha1(np.ascontiguousarray(values).tobytes(), usedforsecurity=False).hexdigest()
