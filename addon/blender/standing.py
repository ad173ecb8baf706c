"""Where an object stands, also one that Blender has not evaluated: what is hidden, or what a script just moved.

`matrix_world` is what was evaluated last; of a hidden object that an undo or a redo brought back it is nothing at all.
"""

from __future__ import annotations

import bpy
from mathutils import Matrix


def world_matrix(obj: bpy.types.Object) -> Matrix:
    """The 4x4 that brings an object's points to the scene; the evaluated one where more than parents says it."""
    if obj.constraints or obj.rigid_body:
        return obj.matrix_world.copy()
    if obj.parent is None:
        return obj.matrix_basis.copy()
    if obj.parent_type != "OBJECT":
        return obj.matrix_world.copy()
    return world_matrix(obj.parent) @ obj.matrix_parent_inverse @ obj.matrix_basis
