"""Objects that say where something is held: marked by a custom property, so that a copy of one is marked as well.

An Empty is its cube; anything else that has faces is what it fills.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix

from ..core.box import Box, cube_matrix, from_cube, transform_points
from ..core.errors import SceneError
from ..core.region_cells import region_of_mesh
from ..core.region_kinds import KINDS, MARK
from ..core.wire import config
from .identity import why_not_changeable
from .switched_off import is_switched_off


@dataclass(frozen=True)
class Region:
    """What an object says, read: it can be worked on in a thread."""

    kind: str
    name: str
    matrix: np.ndarray
    """4x4, from its points to the scene."""
    points: np.ndarray | None = None
    """(n, 3); None where it is the cube [-1, 1]^3."""
    triangles: np.ndarray | None = None
    margin: float = 0.0
    """How much further it reaches than its points, in sizes of it."""

    def to_config(self, to_job: np.ndarray, box: Box) -> config.RegionConfig | None:
        """The region as a job has it, where the scene is brought to by `to_job`; None where it is not in the job's box.

        Raises:
            SceneError: it is flat or skewed.
        """
        matrix = to_job @ self.matrix
        if self.points is None or self.triangles is None:
            region = self._box(matrix)
            return region if config.boxes_touch(region.box, box) else None
        points = transform_points(matrix, self.points.astype(np.float64))
        margin = self.margin * float(np.ptp(points, axis=0).max(initial=0.0))
        return region_of_mesh(self.kind, points, self.triangles, box, margin)

    def _box(self, matrix: np.ndarray) -> config.RegionConfig:
        try:
            box = from_cube(matrix)
        except SceneError as error:
            raise SceneError(error.sentence.replace("The box", f"The region '{self.name}'", 1)) from error
        return config.RegionConfig(self.kind, box.center, box.size, box.rotation_degrees)


def kind_of(obj: bpy.types.Object) -> str:
    """The kind of region that an object is; empty where it is none."""
    kind = obj.get(MARK, "")
    return kind if kind in KINDS else ""


def mark(obj: bpy.types.Object, kind: str) -> None:
    """Makes an object a region of this kind, or none where that is empty.

    Raises:
        SceneError: it has no inside, or is another file's.
    """
    why = why_not_changeable(obj)
    if why:
        raise SceneError(f"'{obj.name}' {why}.")
    if obj.type not in ("EMPTY", "MESH", "CURVE", "SURFACE", "META", "FONT"):
        raise SceneError(f"'{obj.name}' has no faces: mark a mesh, or an Empty, which is a box.")
    if kind:
        obj[MARK] = kind
    elif MARK in obj:
        del obj[MARK]


def marked(scene: bpy.types.Scene, *kinds: str) -> list[bpy.types.Object]:
    """The objects of a scene that are regions of these kinds, or of any, and are not hidden: where a hidden one stands
    Blender does not say."""
    found = [obj for obj in scene.objects if kind_of(obj) in (kinds or KINDS)]
    return [obj for obj in found if not is_switched_off(obj, scene, for_renders=False)]


def read(obj: bpy.types.Object, kind: str = "") -> Region:
    """An object as a region of the kind that it is marked as, or of another.

    Raises:
        SceneError: it has no faces.
    """
    kind, matrix = kind or kind_of(obj), np.array(obj.matrix_world, np.float64)
    if obj.type == "EMPTY":
        return Region(kind, obj.name, matrix @ np.diag([obj.empty_display_size] * 3 + [1.0]))
    shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = shown.to_mesh()
    try:
        if mesh is None or not len(mesh.polygons):
            raise SceneError(f"The region '{obj.name}' has no faces: give it some, or unmark it.")
        return Region(kind, obj.name, matrix, *_faces(mesh))
    finally:
        shown.to_mesh_clear()


def read_selected_faces(obj: bpy.types.Object, margin: float) -> Region | None:
    """The selected faces of a mesh as a part to make anew, with a margin in sizes of the selection; None where none are
    selected."""
    if obj.mode == "EDIT":
        obj.update_from_editmode()
    mesh = obj.data
    selected = np.zeros(len(mesh.polygons), np.bool_)
    mesh.polygons.foreach_get("select", selected)
    if not selected.any():
        return None
    points, triangles = _faces(mesh, selected)
    used, triangles = np.unique(triangles, return_inverse=True)
    return Region(
        config.REDO, obj.name, np.array(obj.matrix_world, np.float64), points[used], triangles.reshape(-1, 3), margin
    )


def _faces(mesh: bpy.types.Mesh, chosen: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The points (n, 3) and triangles (m, 3) of a mesh; of these faces only, where some are chosen."""
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    mesh.calc_loop_triangles()
    triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    triangles = triangles.reshape(-1, 3)
    if chosen is not None:
        faces = np.empty(len(mesh.loop_triangles), np.int32)
        mesh.loop_triangles.foreach_get("polygon_index", faces)
        triangles = triangles[chosen[faces]]
    return points.reshape(-1, 3), triangles


def add_box(scene: bpy.types.Scene, kind: str, box: Box) -> bpy.types.Object:
    """A new Empty that is this box and a region of this kind."""
    made = bpy.data.objects.new(f"Dreamwright {KINDS[kind]}", None)
    made.empty_display_type, made.empty_display_size = "CUBE", 1.0
    made.matrix_world = Matrix(cube_matrix(box))
    made[MARK] = kind
    scene.collection.objects.link(made)
    return made


def cube_of(obj: bpy.types.Object) -> np.ndarray:
    """The 4x4 of the cube [-1, 1]^3 that is drawn around a region: of a mesh the one around it."""
    matrix = np.array(obj.matrix_world, np.float64)
    if obj.type == "EMPTY":
        return matrix @ np.diag([obj.empty_display_size] * 3 + [1.0])
    bounds = np.array(obj.bound_box, np.float64)
    low, high = bounds.min(axis=0), bounds.max(axis=0)
    local = np.diag([*((high - low) / 2), 1.0])
    local[:3, 3] = (low + high) / 2
    return matrix @ local
