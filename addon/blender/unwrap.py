"""A mesh light enough to work with, unfolded into the square of a texture."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ..core.bake_export_config import GOOD_UV_COVERAGE, UV_MARGINS_PX
from ..core.errors import EmptyMeshError
from .scratch_scene import ScratchScene, scratch_scene

ANGLE = math.radians(66)
"""Faces that turn away from an island's direction by more than this belong to another one (Blender's own number)."""


def evaluated_mesh(source: bpy.types.Object) -> bpy.types.Mesh:
    """A new mesh: what the modifiers of `source` make of it, in its own coordinates.

    Raises:
        EmptyMeshError: that has no faces.
    """
    graph = bpy.context.evaluated_depsgraph_get()
    mesh = bpy.data.meshes.new_from_object(source.evaluated_get(graph), preserve_all_data_layers=True, depsgraph=graph)
    if not len(mesh.polygons):
        bpy.data.meshes.remove(mesh)
        raise EmptyMeshError(f"'{source.name}' has no faces: lower its threshold, or switch its modifiers off.")
    return mesh


def decimate(scratch: ScratchScene, high_poly: bpy.types.Object, faces: int) -> bpy.types.Mesh:
    """A new mesh with at most about `faces` triangles: edges collapsed where that changes the shape least.

    Garland and Heckbert 1997, "Surface simplification using quadric error metrics", which Blender's Decimate is.
    """
    triangles = triangle_count(high_poly.data)
    if triangles <= faces:
        return high_poly.data.copy()
    modifier = high_poly.modifiers.new("lighter", "DECIMATE")
    modifier.ratio = faces / triangles
    try:
        with scratch.selected(high_poly):
            graph = bpy.context.evaluated_depsgraph_get()
            return bpy.data.meshes.new_from_object(high_poly.evaluated_get(graph), depsgraph=graph)
    finally:
        high_poly.modifiers.remove(modifier)


def triangle_count(mesh: bpy.types.Mesh) -> int:
    """A polygon of n corners is n - 2 triangles."""
    return len(mesh.loops) - 2 * len(mesh.polygons)


def unwrap(scratch: ScratchScene, mesh: bpy.types.Mesh, size: int) -> tuple[bpy.types.Object, float]:
    """Unfold all of `mesh` into [0, 1]^2 for pictures of `size` texels; gives the scratch object and the part it uses.

    Smart UV Project: half a second for 200 000 faces, and for the worst surface that a grid can give (noise) a second,
    for each width of the gap that has to be tried.
    """
    obj = scratch.add_mesh(mesh)
    mesh.polygons.foreach_set("select", np.ones(len(mesh.polygons), bool))
    used = 0.0
    for gap in UV_MARGINS_PX:
        if used < GOOD_UV_COVERAGE:
            _project(scratch, obj, gap / size)
            used = uv_coverage(mesh)
    return obj, used


def unwrapped_corners(mesh: bpy.types.Mesh, size: int) -> np.ndarray:
    """Returns the UVs of `mesh` unfolded, u and v of each corner in turn; the mesh itself is left as it is."""
    copy = mesh.copy()
    try:
        with scratch_scene() as scratch:
            unwrap(scratch, copy, size)
        corners = np.empty(len(copy.loops) * 2, np.float32)
        copy.uv_layers.active.data.foreach_get("uv", corners)
        return corners
    finally:
        bpy.data.meshes.remove(copy)


def _project(scratch: ScratchScene, obj: bpy.types.Object, gap: float) -> None:
    with scratch.selected(obj):
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.uv.smart_project(angle_limit=ANGLE, margin_method="FRACTION", island_margin=gap)
        bpy.ops.object.mode_set(mode="OBJECT")


def uv_coverage(mesh: bpy.types.Mesh) -> float:
    """Measures how much of the texture's square the islands cover: the sum of |det(b - a, c - a)| / 2 over all
    triangles."""
    corners = np.empty(len(mesh.loops) * 2, np.float32)
    mesh.uv_layers.active.data.foreach_get("uv", corners)
    a, b, c = np.moveaxis(corners.reshape(-1, 2)[triangle_loops(mesh)].astype(np.float64), 1, 0)
    return float(np.abs(_determinant(b - a, c - a)).sum() / 2)


def triangle_loops(mesh: bpy.types.Mesh) -> np.ndarray:
    """(triangles, 3) indices into the mesh's corners."""
    mesh.calc_loop_triangles()
    loops = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", loops)
    return loops.reshape(-1, 3)


def _determinant(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
