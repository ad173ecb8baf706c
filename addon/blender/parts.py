"""A result's mesh knows its parts: a face set, a vertex group and a material slot for each, by the part's name."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.errors import SceneError
from .grid_mesh import COLOR_ATTRIBUTE, ORIGIN
from .material import NAME as COLOR_MATERIAL
from .material import color_material
from .part_volume import PartVolume

FACE_SETS = ".sculpt_face_set"
"""Blender's own name for what Sculpt Mode colors and hides."""
PART = "dreamwright_part"
"""Custom property of a material that stands for a part."""
PARTS = "dreamwright_parts"
"""Custom property of a mesh: the names of its parts, in the order of its face sets."""


def label_parts(result: bpy.types.Object, volume: PartVolume | None) -> None:
    """Marks the faces of a result's mesh with the parts that they belong to; nothing where none are known."""
    if volume is None:
        return
    mesh = result.data
    numbers = volume.at(_face_centers(mesh) + np.array(mesh[ORIGIN], np.float64))
    present = np.unique(numbers)
    names = [volume.names[number] for number in present]
    local = np.searchsorted(present, numbers).astype(np.int32)
    mesh[PARTS] = names
    _set_face_sets(mesh, local)
    _set_vertex_groups(result, local, names)
    _set_materials(result, local, names)


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
    chosen = _face_sets(mesh) == names.index(name) + 1
    if extend:
        chosen |= _selected(mesh)
    _select_faces(mesh, chosen)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.context.tool_settings.mesh_select_mode = (False, False, True)
    return int(chosen.sum())


def _face_centers(mesh: bpy.types.Mesh) -> np.ndarray:
    centers = np.zeros(3 * len(mesh.polygons), np.float32)
    mesh.polygons.foreach_get("center", centers)
    return centers.reshape(-1, 3)


def _set_face_sets(mesh: bpy.types.Mesh, numbers: np.ndarray) -> None:
    found = mesh.attributes.get(FACE_SETS) or mesh.attributes.new(FACE_SETS, "INT", "FACE")
    found.data.foreach_set("value", numbers + 1)


def _face_sets(mesh: bpy.types.Mesh) -> np.ndarray:
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


def _set_materials(result: bpy.types.Object, numbers: np.ndarray, names: list[str]) -> None:
    """Materials that the user gave stay, and then parts have none of their own."""
    mesh = result.data
    slots = [material.get(PART, "") if material else "" for material in mesh.materials]
    if slots[: len(names)] != names:
        if not _are_ours(mesh):
            return
        kept = {name: material for name, material in zip(slots, mesh.materials, strict=True) if name}
        mesh.materials.clear()
        for number, name in enumerate(names):
            mesh.materials.append(kept.get(name) or _part_material(name, _mean_color(mesh, numbers == number)))
    mesh.polygons.foreach_set("material_index", numbers)


def _are_ours(mesh: bpy.types.Mesh) -> bool:
    return all(each is None or PART in each or each.name == COLOR_MATERIAL for each in mesh.materials)


def _part_material(name: str, color: tuple[float, float, float, float]) -> bpy.types.Material:
    """Shows the colors of the mesh, as the material of all results does, until somebody gives it another."""
    material = color_material().copy()
    material.name, material[PART], material.diffuse_color = name, name, color
    return material


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
