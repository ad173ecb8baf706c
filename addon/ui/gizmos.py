"""Handles of the box in the 3D view: faces, edges and corners scale it, the dot in it moves it, three rings turn it.

They show while the box is the active object and Blender's own "Gizmos" are on; Blender's tools work on it as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import bpy
from mathutils import Matrix, Vector

from .. import flows
from ..core.region_kinds import MARK

AXES = ((1.0, 0.2, 0.32), (0.55, 0.86, 0.0), (0.16, 0.56, 1.0))
"""Blender's own colors of X, Y and Z."""
ORANGE, YELLOW = (1.0, 0.55, 0.1), (1.0, 0.9, 0.3)


def rig_lines(context: bpy.types.Context) -> Iterable[tuple[Any, Any]]:
    """Returns what is drawn of the rigs of a scene; nothing is loaded where none is shown."""
    scene_setup = context.scene.dreamwright.scene_setup
    return flows.rig_lines(context) if scene_setup.show_orbit or scene_setup.show_sphere else ()


def drawn_lines(context: bpy.types.Context) -> Iterable[tuple[Any, Any]]:
    """Returns what is drawn of rigs, of regions and of photographs; nothing is loaded where nothing is shown."""
    marked = any(MARK in obj for obj in context.scene.objects)
    regions = flows.regions.region_lines(context) if marked else ()
    photos = flows.photo_cameras.visible_cameras(context.scene) if flows.loaded("photo_cameras") else None
    return [*rig_lines(context), *regions, *(photos.lines if photos else ())]


class BoxHandles:
    """The box as the handles see it: the matrix of the cube [-1, 1]^3, and how far it was turned and moved so far."""

    def __init__(self) -> None:
        self.angles = [0.0, 0.0, 0.0]
        self.offset = Vector()
        self.moved = False

    @property
    def empty(self) -> bpy.types.Object | None:
        return flows.box_empty(bpy.context.scene)

    def matrix(self) -> Matrix:
        empty = self.empty
        return empty.matrix_world @ Matrix.Scale(empty.empty_display_size, 4).to_3x3().to_4x4() if empty else Matrix()

    def columns(self) -> list[float]:
        """The matrix as gizmos take it: column after column."""
        return [number for column in self.matrix().col for number in column]

    def set_columns(self, columns: Sequence[float]) -> None:
        """Let the box be where a gizmo wants it."""
        if self.empty:
            wanted = Matrix([columns[i : i + 4] for i in range(0, 16, 4)]).transposed()
            self.empty.matrix_world = wanted @ Matrix.Scale(1 / self.empty.empty_display_size, 4).to_3x3().to_4x4()
            self.moved = True

    def turn(self, axis: int, angle: float) -> None:
        """Turn the box about one of its own axes until `angle` from where it was when the handles came."""
        if self.empty:
            center, way = self.empty.matrix_world.translation.copy(), self.direction(axis)
            about = Matrix.Translation(center) @ Matrix.Rotation(angle - self.angles[axis], 4, way)
            self.empty.matrix_world = about @ Matrix.Translation(-center) @ self.empty.matrix_world
            self.angles[axis], self.moved = angle, True

    def move(self, offset: Sequence[float]) -> None:
        """Move the box until it is `offset` from where it was when the handles came."""
        if self.empty:
            self.empty.matrix_world = Matrix.Translation(Vector(offset) - self.offset) @ self.empty.matrix_world
            self.offset, self.moved = Vector(offset), True

    def direction(self, axis: int) -> Vector:
        """Along one of the box's own axes; never mirrored, though the box may be."""
        return self.matrix().to_3x3().col[axis].normalized()

    def ring(self, axis: int) -> Matrix:
        """Returns where a ring about an axis lies: its Z is the axis."""
        return (
            Matrix.Translation(self.matrix().translation)
            @ self.direction(axis).to_track_quat("Z", "Y").to_matrix().to_4x4()
        )


class DREAMWRIGHT_GGT_box(bpy.types.GizmoGroup):
    bl_idname = "DREAMWRIGHT_GGT_box"
    bl_label = "Dreamwright Box"
    bl_space_type = "VIEW_3D"
    bl_region_type = "WINDOW"
    bl_options = {"3D", "PERSISTENT", "DEPTH_3D"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene.dreamwright.scene_setup.box is None:  # asked at each redraw: nothing is loaded for it
            return False
        empty = flows.box_empty(context.scene)
        return empty is not None and context.mode == "OBJECT" and context.object == empty and empty.select_get()

    def setup(self, context: bpy.types.Context) -> None:
        self.handles = BoxHandles()
        self._cage(self.handles)
        self.dot = self._dot(self.handles)
        self.rings = [self._ring(self.handles, axis) for axis in range(3)]

    def draw_prepare(self, context: bpy.types.Context) -> None:
        for axis, ring in enumerate(self.rings):
            ring.matrix_basis = self.handles.ring(axis)
        # Blender draws it at its offset from there.
        self.dot.matrix_basis = Matrix.Translation(self.handles.matrix().translation - self.handles.offset)
        if self.handles.moved and not any(gizmo.is_modal for gizmo in self.gizmos):
            self.handles.moved = False
            push_undo_soon()

    def _cage(self, handles: BoxHandles) -> None:
        cage = self.gizmos.new("GIZMO_GT_cage_3d")
        cage.transform, cage.draw_style, cage.dimensions = {"TRANSLATE", "SCALE"}, "BOX", (2.0, 2.0, 2.0)
        cage.color, cage.color_highlight, cage.alpha, cage.alpha_highlight = ORANGE, YELLOW, 0.6, 1.0
        cage.target_set_handler("matrix", get=handles.columns, set=handles.set_columns)

    def _dot(self, handles: BoxHandles) -> bpy.types.Gizmo:
        dot = self.gizmos.new("GIZMO_GT_move_3d")
        dot.draw_style, dot.draw_options, dot.scale_basis = "RING_2D", {"FILL", "ALIGN_VIEW"}, 0.12
        dot.color, dot.color_highlight, dot.alpha, dot.alpha_highlight = ORANGE, YELLOW, 0.6, 1.0
        dot.target_set_handler("offset", get=lambda: tuple(handles.offset), set=handles.move)
        return dot

    def _ring(self, handles: BoxHandles, axis: int) -> bpy.types.Gizmo:
        ring = self.gizmos.new("GIZMO_GT_dial_3d")
        ring.draw_options, ring.line_width, ring.use_draw_modal = {"CLIP"}, 2.0, True
        ring.color, ring.color_highlight, ring.alpha, ring.alpha_highlight = AXES[axis], YELLOW, 0.7, 1.0
        ring.target_set_handler("offset", get=lambda: handles.angles[axis], set=lambda angle: handles.turn(axis, angle))
        return ring


def push_undo_soon() -> None:
    """One undo step for what a handle did; not while Blender draws, where nothing may be changed."""
    if not bpy.app.timers.is_registered(push_undo):
        bpy.app.timers.register(push_undo, first_interval=0.0)


def push_undo() -> None:
    bpy.ops.ed.undo_push(message="Dreamwright Box")


def cancel_undo_push() -> None:
    """Nothing of ours is left to happen."""
    if bpy.app.timers.is_registered(push_undo):
        bpy.app.timers.unregister(push_undo)


CLASSES = (DREAMWRIGHT_GGT_box,)
