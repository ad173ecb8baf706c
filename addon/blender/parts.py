"""A result's mesh knows its parts: a face set, a vertex group and a material slot for each, by the part's name."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np

from ..core.errors import SceneError
from .grid_mesh import COLOR_ATTRIBUTE
from .material import PART, is_made_by_us, part_material
from .mesh_edits import FACE_SETS, PARTS


def name_parts(*sharing: bpy.types.Object, before: Sequence[str] = ()) -> None:
    """Gives objects that share a mesh a vertex group for each of its parts, and the mesh a material slot for each;
    `before` are the parts of the mesh that it had until now."""
    mesh = sharing[0].data
    names = part_names(sharing[0])
    if not names:
        return
    numbers = face_sets(mesh) - 1
    for result in sharing:
        _set_vertex_groups(result, numbers, names)
    _set_materials(mesh, numbers, names, list(before))


def part_names(result: bpy.types.Object | None) -> list[str]:
    """Names of the parts of a result, in the order of its face sets; none where it has none."""
    stored = result.data.get(PARTS, ()) if result is not None and result.type == "MESH" else ()
    return [str(name) for name in stored]


def select_part(result: bpy.types.Object, name: str, extend: bool = False) -> int:
    """Selects the faces of a part in Edit Mode, which it goes into; returns how many.

    Raises:
        SceneError: the object has no such part.
    """
    names = part_names(result)
    if name not in names:
        has = f"it has {', '.join(names)}" if names else "it has no parts: generate it with Instant"
        raise SceneError(f"'{result.name}' has no part '{name}': {has}.")
    bpy.ops.object.mode_set(mode="OBJECT")  # else the edited mesh would write over what is set here
    mesh = result.data
    chosen = face_sets(mesh) == names.index(name) + 1
    if extend:
        chosen |= _selected(mesh)
    _select_faces(mesh, chosen)
    bpy.ops.object.mode_set(mode="EDIT")
    return int(chosen.sum())


def face_sets(mesh: bpy.types.Mesh) -> np.ndarray:
    """Returns the number of the face set of each face, from 1; 0 where it has none."""
    numbers = np.zeros(len(mesh.polygons), np.int32)
    found = mesh.attributes.get(FACE_SETS)
    if found:
        found.data.foreach_get("value", numbers)
    return numbers


def _set_vertex_groups(result: bpy.types.Object, numbers: np.ndarray, names: list[str]) -> None:
    """A point between two parts is in both."""
    mesh = result.data
    corners, totals = np.zeros(len(mesh.loops), np.int32), np.zeros(len(mesh.polygons), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    mesh.polygons.foreach_get("loop_total", totals)
    of_corner = np.repeat(numbers, totals)
    for number, name in enumerate(names):
        group = result.vertex_groups.get(name) or result.vertex_groups.new(name=name)
        group.add(np.unique(corners[of_corner == number]).tolist(), 1.0, "REPLACE")


def _set_materials(mesh: bpy.types.Mesh, numbers: np.ndarray, names: list[str], before: list[str]) -> None:
    """Slots of parts stay those of the parts, whatever material the user has put into them; where the user has only
    materials of other kinds, they stay, and parts have none."""
    if before != names or len(mesh.materials) != len(names):
        if not all(map(is_made_by_us, mesh.materials)):
            return
        former = [material for material in mesh.materials if material]
        kept = {material[PART]: material for material in former if PART in material}
        mesh.materials.clear()
        for number, name in enumerate(names):
            mesh.materials.append(kept.get(name) or part_material(name, _mean_color(mesh, numbers == number)))
        bpy.data.batch_remove([material for material in former if not material.users])
    mesh.polygons.foreach_set("material_index", numbers)


def _mean_color(mesh: bpy.types.Mesh, faces: np.ndarray) -> tuple[float, float, float, float]:
    """Linear, for the viewport's Solid shading."""
    colors = np.zeros(4 * len(mesh.vertices), np.float32)
    mesh.color_attributes[COLOR_ATTRIBUTE].data.foreach_get("color", colors)
    totals, corners = np.zeros(len(mesh.polygons), np.int32), np.zeros(len(mesh.loops), np.int32)
    mesh.polygons.foreach_get("loop_total", totals)
    mesh.loops.foreach_get("vertex_index", corners)
    red, green, blue, _ = colors.reshape(-1, 4)[corners[np.repeat(faces, totals)]].mean(0)
    return (float(red), float(green), float(blue), 1.0)


def _selected(mesh: bpy.types.Mesh) -> np.ndarray:
    chosen = np.zeros(len(mesh.polygons), bool)
    mesh.polygons.foreach_get("select", chosen)
    return chosen


def _select_faces(mesh: bpy.types.Mesh, chosen: np.ndarray) -> None:
    """Points and edges as well: Blender reads the selection from whichever its mode says."""
    corners, totals = np.zeros(len(mesh.loops), np.int32), np.zeros(len(mesh.polygons), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    mesh.polygons.foreach_get("loop_total", totals)
    points = np.zeros(len(mesh.vertices), bool)
    points[corners[np.repeat(chosen, totals)]] = True
    of_faces = np.zeros(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("edge_index", of_faces)
    edge_chosen = np.zeros(len(mesh.edges), bool)
    edge_chosen[of_faces[np.repeat(chosen, totals)]] = True
    mesh.vertices.foreach_set("select", points)
    mesh.edges.foreach_set("select", edge_chosen)
    mesh.polygons.foreach_set("select", chosen)
