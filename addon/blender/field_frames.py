"""Which fields a scene shows, and where each stands: our results as they are evaluated, with their transforms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np

from .grid_mesh import ORIGIN
from .results import is_result, recalled

FLAT = 1e-12
"""A matrix with a smaller determinant has no inverse worth the name: an object scaled to nothing."""


@dataclass(frozen=True)
class Placed:
    """A job's field where an object of it stands."""

    job: str
    name: str
    step: int
    to_field: np.ndarray
    """4x4: takes the scene's points into those that the field was made in."""
    seated: tuple[float, float] | None = None
    """Where the mesh does not know how high it was set down: its surface's threshold, and the height of its box."""

    @property
    def key(self) -> tuple[str, bytes]:
        """Equal where the field and its place are."""
        return self.job, self.to_field.tobytes()

    def normals_to_scene(self, normals: np.ndarray) -> np.ndarray:
        """Normals go by the transpose of the way that points come."""
        turned = normals @ self.to_field[:3, :3].astype(normals.dtype)
        return turned / np.maximum(np.linalg.norm(turned, axis=-1, keepdims=True), 1e-20)


def placed_fields(depsgraph: bpy.types.Depsgraph) -> list[Placed]:
    """All that is visible in what Blender evaluated, instances of collections as well."""
    return list(_placed(depsgraph))


def placed(result: bpy.types.Object, matrix: np.ndarray) -> Placed:
    """The field of a result that stands by `matrix`."""
    origin, known = recalled(result), result.data.get(ORIGIN)
    offset = np.eye(4)
    offset[:3, 3] = origin.place if known is None else tuple(known)
    seated = (origin.threshold, origin.place[2]) if known is None and origin.seated else None
    return Placed(origin.job, result.name, origin.step, offset @ np.linalg.inv(matrix), seated)


def _placed(depsgraph: bpy.types.Depsgraph) -> Iterator[Placed]:
    for instance in depsgraph.object_instances:
        thing, matrix = instance.object.original, np.array(instance.matrix_world)
        if instance.show_self and is_result(thing) and abs(np.linalg.det(matrix)) > FLAT:
            yield placed(thing, matrix)
