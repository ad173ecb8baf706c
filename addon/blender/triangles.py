"""Quads cut into triangles, and a surface of triangles brought down to a number of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import bpy
import numpy as np

from .grid_mesh import COLOR_ATTRIBUTE, Surface, mesh_from


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
    with _evaluated(surface, count / len(surface.faces)) as mesh:
        mesh.calc_loop_triangles()
        return replace(surface, points=_points(mesh), faces=_triangles(mesh), colors=_colors(mesh))


@contextmanager
def _evaluated(surface: Surface, ratio: float) -> Iterator[bpy.types.Mesh]:
    """The mesh behind a Decimate modifier, in a scene of its own that is thrown away: the user's is not touched."""
    mesh = mesh_from(surface, "decimated")
    scratch, obj = bpy.data.scenes.new("decimated"), bpy.data.objects.new("decimated", mesh)
    try:
        scratch.collection.objects.link(obj)
        obj.modifiers.new("decimated", "DECIMATE").ratio = ratio
        with bpy.context.temp_override(scene=scratch, view_layer=scratch.view_layers[0]):
            evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
            yield evaluated.to_mesh()
            evaluated.to_mesh_clear()
    finally:
        bpy.data.scenes.remove(scratch)
        bpy.data.objects.remove(obj)
        bpy.data.meshes.remove(mesh)


def _points(mesh: bpy.types.Mesh) -> np.ndarray:
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def _triangles(mesh: bpy.types.Mesh) -> np.ndarray:
    triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    return triangles.reshape(-1, 3)


def _colors(mesh: bpy.types.Mesh) -> np.ndarray:
    colors = np.empty(len(mesh.vertices) * 4, np.float32)
    mesh.color_attributes[COLOR_ATTRIBUTE].data.foreach_get("color_srgb", colors)
    return colors.reshape(-1, 4)[:, :3].copy()
