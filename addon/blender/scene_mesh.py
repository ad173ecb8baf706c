"""Objects of the scene as triangles with colors: as they are evaluated, modifiers and all, where they stand.

Colors are those of the image that the material's base color is linked to, else of the mesh's own color attribute, else
the base color itself; gray where there is none of these.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import bpy
import numpy as np

from ..core.errors import SceneError
from ..core.solid_mesh import SolidMesh, united
from .material import PRINCIPLED

SOLID_TYPES = {"MESH", "CURVE", "SURFACE", "META", "FONT"}
"""Objects that have faces once they are evaluated."""
GRAY = 188 / 255
"""Linear 0.5 in sRGB."""


def read_meshes(context: bpy.types.Context, objects: Iterable[bpy.types.Object]) -> SolidMesh:
    """The triangles of these objects in the scene's meters, each object a solid of its own.

    Raises:
        SceneError: none of them has a face, or one is sculpted with Dyntopo just now.
    """
    graph = context.evaluated_depsgraph_get()
    found = [_read(obj, graph, images_first=True) for obj in objects if obj.type in SOLID_TYPES]
    meshes = [mesh.moved(np.array(obj.matrix_world, np.float64)) for obj, mesh in found if len(mesh.triangles)]
    if not meshes:
        raise SceneError("Nothing is selected that has faces: select the meshes to start from.")
    return united(meshes)


def read_mesh(context: bpy.types.Context, obj: bpy.types.Object) -> SolidMesh:
    """The triangles of one object in its own coordinates; its color attribute, which is painted by hand, comes first.

    Raises:
        SceneError: it has no face, or is sculpted with Dyntopo just now.
    """
    _, mesh = _read(obj, context.evaluated_depsgraph_get(), images_first=False)
    if not len(mesh.triangles):
        raise SceneError(f"'{obj.name}' has no faces any more: undo, or choose another take.")
    return mesh


def _read(
    obj: bpy.types.Object, graph: bpy.types.Depsgraph, *, images_first: bool
) -> tuple[bpy.types.Object, SolidMesh]:
    if obj.mode == "SCULPT" and obj.use_dynamic_topology_sculpting:
        raise SceneError(f"'{obj.name}' is sculpted with Dyntopo just now: leave Sculpt Mode first.")
    if obj.mode == "EDIT":
        obj.update_from_editmode()
        graph.update()
    evaluated = obj.evaluated_get(graph)
    with _mesh_of(evaluated) as mesh:
        mesh.calc_loop_triangles()
        triangles = _get(mesh.loop_triangles, "vertices", np.int32, 3)
        points = _get(mesh.vertices, "co", np.float32, 3).astype(np.float64)
        colors = np.rint(_corner_colors(evaluated, mesh, images_first) * 255).clip(0, 255).astype(np.uint8)
    return evaluated.original, SolidMesh(points, triangles, colors, np.zeros(len(triangles), np.int32))


@contextlib.contextmanager
def _mesh_of(evaluated: bpy.types.Object) -> Iterator[bpy.types.Mesh]:
    yield evaluated.to_mesh()
    evaluated.to_mesh_clear()


def _get(of: Any, name: str, dtype: type, width: int = 1) -> np.ndarray:
    """Values of a collection as an array (n, width), or (n,)."""
    values: np.ndarray = np.empty(len(of) * width, dtype)
    of.foreach_get(name, values)
    return values.reshape(-1, width) if width > 1 else values


def _corner_colors(obj: bpy.types.Object, mesh: bpy.types.Mesh, images_first: bool) -> np.ndarray:
    """float (m, 3, 3), sRGB: of each corner of each triangle."""
    loops, slots = (
        _get(mesh.loop_triangles, "loops", np.int32, 3),
        _get(mesh.loop_triangles, "material_index", np.int32),
    )
    painted = _painted(mesh, loops)
    colors = np.full((len(loops), 3, 3), GRAY) if painted is None else painted
    for slot in np.unique(slots):
        material = obj.material_slots[slot].material if slot < len(obj.material_slots) else None
        of_slot = slots == slot
        pictured = _pictured(mesh, material, loops[of_slot]) if images_first or painted is None else None
        if pictured is not None:
            colors[of_slot] = pictured
        elif painted is None and material is not None:
            colors[of_slot] = _srgb(np.array(_base_color(material)[:3]))
    return colors


def _painted(mesh: bpy.types.Mesh, loops: np.ndarray) -> np.ndarray | None:
    """Returns the colors of the active color attribute at the corners; None where there is none."""
    attribute = mesh.color_attributes.active_color
    if attribute is None or attribute.domain not in ("POINT", "CORNER") or not len(attribute.data):
        return None
    values = _get(attribute.data, "color_srgb", np.float32, 4)[:, :3].astype(np.float64)
    corners = _get(mesh.loops, "vertex_index", np.int32)[loops] if attribute.domain == "POINT" else loops
    found: np.ndarray = values[corners]
    return found


def _pictured(mesh: bpy.types.Mesh, material: bpy.types.Material | None, loops: np.ndarray) -> np.ndarray | None:
    """Returns the colors of the image behind a material's base color at the corners; None where there is none."""
    image, layer = _base_image(material), mesh.uv_layers.active
    if image is None or layer is None or not image.has_data or not all(image.size):
        return None
    uv = _get(layer.uv, "vector", np.float32, 2)[loops]
    width, height = image.size
    pixels = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    at = np.floor((uv % 1.0) * (width, height)).astype(np.int64).clip(0, (width - 1, height - 1))
    colors = pixels.reshape(height, width, image.channels)[at[..., 1], at[..., 0]][..., :3].astype(np.float64)
    if colors.shape[-1] < 3:
        colors = np.repeat(colors[..., :1], 3, axis=-1)
    return _srgb(colors) if image.is_float else colors


def _base_image(material: bpy.types.Material | None) -> bpy.types.Image | None:
    socket = _base_socket(material)
    if socket is None or not socket.is_linked:
        return None
    node = socket.links[0].from_node
    return node.image if node.bl_idname == "ShaderNodeTexImage" else None


def _base_socket(material: bpy.types.Material | None) -> Any:
    tree = material.node_tree if material else None
    shader = next((node for node in tree.nodes if node.bl_idname == PRINCIPLED), None) if tree else None
    return shader.inputs["Base Color"] if shader else None


def _base_color(material: bpy.types.Material) -> Any:
    """Returns the linear base color; that of the viewport where something is linked to it, or no shader has it."""
    socket = _base_socket(material)
    return material.diffuse_color if socket is None or socket.is_linked else socket.default_value


def _srgb(linear: np.ndarray) -> np.ndarray:
    """1.055 v^(1/2.4) - 0.055, and 12.92 v near black (IEC 61966-2-1)."""
    linear = np.clip(linear, 0.0, 1.0)
    encoded: np.ndarray = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return encoded
