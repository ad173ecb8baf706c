"""Which fields a scene shows, and where each stands: our results as they are evaluated, with their transforms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np

from .grid_mesh import ORIGIN
from .mesh_edits import applied_transform
from .results import is_result, read_provenance

MIN_DETERMINANT = 1e-12
"""A matrix with a smaller determinant has no inverse worth the name: an object scaled to nothing."""


@dataclass(frozen=True)
class FieldInstance:
    """A job's field where an object of it stands."""

    job: str
    name: str
    step: int
    to_field: np.ndarray
    """4x4: takes the scene's points into those that the field was made in."""
    legacy_floor: tuple[float, float] | None = None
    """Where the mesh does not know how high it was set down: its surface's threshold, and the height of its box."""

    @property
    def key(self) -> tuple[str, bytes]:
        """Equal where the field and its place are."""
        return self.job, self.to_field.tobytes()

    def normals_to_scene(self, normals: np.ndarray) -> np.ndarray:
        """Normals go by the transpose of the way that points come."""
        turned = normals @ self.to_field[:3, :3].astype(normals.dtype)
        return turned / np.maximum(np.linalg.norm(turned, axis=-1, keepdims=True), 1e-20)


def field_instances(depsgraph: bpy.types.Depsgraph) -> list[FieldInstance]:
    """All that is visible in what Blender evaluated, instances of collections as well."""
    return list(_iterate_instances(depsgraph))


def field_instance(result: bpy.types.Object, matrix: np.ndarray) -> FieldInstance:
    """The field of a result that stands by `matrix`."""
    provenance, known = read_provenance(result), result.data.get(ORIGIN)
    offset = np.eye(4)
    offset[:3, 3] = provenance.location if known is None else tuple(known)
    legacy_floor = (provenance.threshold, provenance.location[2]) if known is None and provenance.on_floor else None
    to_field = offset @ np.linalg.inv(np.asarray(matrix) @ applied_transform(result.data))
    return FieldInstance(provenance.job, result.name, provenance.step, to_field, legacy_floor)


def _iterate_instances(depsgraph: bpy.types.Depsgraph) -> Iterator[FieldInstance]:
    for instance in depsgraph.object_instances:
        obj, matrix = instance.object.original, np.array(instance.matrix_world)
        if instance.show_self and is_result(obj) and abs(np.linalg.det(matrix)) > MIN_DETERMINANT:
            yield field_instance(obj, matrix)
