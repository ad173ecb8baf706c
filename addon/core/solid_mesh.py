"""Meshes as they are sent to the backend, which makes solids of them (backend/solids/files.py reads the same .npz)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .box import transform_points


@dataclass(frozen=True)
class SolidMesh:
    """Triangles of one or several objects.

    Args:
        points: float64 (n, 3), in meters of the scene.
        triangles: int32 (m, 3), counter-clockwise seen from outside.
        colors: uint8 (m, 3, 3), sRGB: of each corner.
        objects: int32 (m,), which object each triangle is of; each is a solid by itself, and they are united.
    """

    points: np.ndarray
    triangles: np.ndarray
    colors: np.ndarray
    objects: np.ndarray

    def moved(self, matrix: np.ndarray) -> SolidMesh:
        """The mesh under a 4x4; faces keep facing outward."""
        turned = self.triangles, self.colors
        if np.linalg.det(np.asarray(matrix)[:3, :3]) < 0:
            turned = self.triangles[:, ::-1], self.colors[:, ::-1]
        return replace(self, points=transform_points(matrix, self.points), triangles=turned[0], colors=turned[1])


def united(meshes: Sequence[SolidMesh]) -> SolidMesh:
    """Several meshes as one, each an object of its own."""
    starts = np.cumsum([0, *(len(mesh.points) for mesh in meshes)])
    return SolidMesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=False)]),
        np.concatenate([mesh.colors for mesh in meshes]),
        np.concatenate([np.full(len(mesh.triangles), number, np.int32) for number, mesh in enumerate(meshes)]),
    )


def to_npz(mesh: SolidMesh) -> bytes:
    """Returns the mesh as the file that is sent."""
    file = io.BytesIO()
    np.savez_compressed(file, **vars(mesh))
    return file.getvalue()
