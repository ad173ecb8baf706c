"""Quads cut into triangles, and a surface of triangles brought down to a number of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import bpy
import numpy as np

from .grid_mesh import COLOR_ATTRIBUTE, Surface, bare_mesh, mesh_from


def triangulated(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """The triangles (m, 3) of quads (n, 4), each cut along its shorter diagonal."""
    a, b, c, d = (points[faces[:, i]] for i in range(4))
    across = np.linalg.norm(a - c, axis=1) <= np.linalg.norm(b - d, axis=1)
    spans = np.where(across[:, None], [[0, 1, 2, 0, 2, 3]], [[0, 1, 3, 1, 2, 3]])
    return np.take_along_axis(faces, spans, axis=1).reshape(-1, 3).astype(np.int32)


def decimated(surface: Surface, count: int) -> Surface:
    """The surface with `count` triangles at most, by Blender's own Decimate (quadric error metrics,
    Garland and Heckbert 1997, "Surface simplification using quadric error metrics").

    Runs on the main thread, as all of bpy does: some hundred milliseconds from a grid of 128^3.
    """
    with _evaluated(mesh_from(surface, "decimated"), count / len(surface.faces)) as mesh:
        return replace(surface, points=_points(mesh), faces=_triangles(mesh), colors=_colors(mesh))


def collapsed(
    points: np.ndarray, triangles: np.ndarray, count: int, fixed: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Points and triangles of the surface with about `count` of them; of its points those of the mask `fixed` stay."""
    if count >= len(triangles):
        return points, triangles
    mesh = bare_mesh(points, triangles, "collapsed")
    with _evaluated(mesh, count / len(triangles), fixed) as reduced:
        return _points(reduced), _triangles(reduced)


@contextmanager
def _evaluated(mesh: bpy.types.Mesh, ratio: float, fixed: np.ndarray | None = None) -> Iterator[bpy.types.Mesh]:
    """The mesh behind a Decimate modifier, in a scene of its own that is thrown away: the user's is not touched."""
    scratch, obj = bpy.data.scenes.new("decimated"), bpy.data.objects.new("decimated", mesh)
    try:
        scratch.collection.objects.link(obj)
        modifier = obj.modifiers.new("decimated", "DECIMATE")
        modifier.ratio = ratio
        if fixed is not None and fixed.any():
            _hold(obj, modifier, fixed)
        with bpy.context.temp_override(scene=scratch, view_layer=scratch.view_layers[0]):
            graph = bpy.context.evaluated_depsgraph_get()
            yield obj.evaluated_get(graph).data  # not to_mesh: Blender 4.5 died once of clearing its copy
    finally:
        bpy.data.scenes.remove(scratch)
        bpy.data.objects.remove(obj)
        bpy.data.meshes.remove(mesh)


def _hold(obj: bpy.types.Object, modifier: bpy.types.DecimateModifier, fixed: np.ndarray) -> None:
    """Edges at a point of weight 0 are never collapsed."""
    group = obj.vertex_groups.new(name="free")
    group.add(np.flatnonzero(~fixed).tolist(), 1.0, "REPLACE")
    modifier.vertex_group = group.name


def _points(mesh: bpy.types.Mesh) -> np.ndarray:
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def _triangles(mesh: bpy.types.Mesh) -> np.ndarray:
    mesh.calc_loop_triangles()
    triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    return triangles.reshape(-1, 3)


def _colors(mesh: bpy.types.Mesh) -> np.ndarray:
    colors = np.empty(len(mesh.vertices) * 4, np.float32)
    mesh.color_attributes[COLOR_ATTRIBUTE].data.foreach_get("color_srgb", colors)
    return colors.reshape(-1, 4)[:, :3].copy()
