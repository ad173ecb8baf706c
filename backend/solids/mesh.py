"""A mesh as a solid is made of it: triangles of one or several objects, with a color at each corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import DatasetError

TRIANGLES_LIMIT = 4_000_000
GRAY = 188
"""Linear 0.5 in sRGB: the color of a mesh that has none."""


@dataclass(frozen=True)
class SolidMesh:
    """Triangles in the coordinates of the scene.

    Args:
        points: float64 (n, 3): far from the origin, single precision would make stairs of them.
        triangles: int32 (m, 3), counter-clockwise seen from outside.
        colors: uint8 (m, 3, 3), sRGB-encoded: of each corner.
        objects: int32 (m,), which object each triangle is of; each is a solid by itself, and they are united.
    """

    points: np.ndarray
    triangles: np.ndarray
    colors: np.ndarray
    objects: np.ndarray

    @property
    def corners(self) -> np.ndarray:
        """float64 (m, 3, 3): the points of each triangle."""
        found: np.ndarray = self.points[self.triangles]
        return found


def solid_mesh(
    points: np.ndarray, triangles: np.ndarray, colors: np.ndarray | None = None, objects: np.ndarray | None = None
) -> SolidMesh:
    """The mesh, checked; without colors it is gray, without objects it is one.

    Raises:
        DatasetError: it is no mesh.
    """
    count = len(triangles)
    colors = np.full((count, 3, 3), GRAY, np.uint8) if colors is None else colors
    objects = np.zeros(count, np.int32) if objects is None else objects
    shapes = (points.shape[1:] == (3,), triangles.shape[1:] == (3,), colors.shape == (count, 3, 3))
    if not all(shapes) or objects.shape != (count,):
        raise DatasetError("The mesh to start from is no mesh of triangles: export it again.")
    if not 0 < count <= TRIANGLES_LIMIT:
        raise DatasetError(
            f"The mesh to start from has {count:,} triangles: give it from 1 to {TRIANGLES_LIMIT:,}, with Decimate "
            "where it has too many."
        )
    if triangles.min() < 0 or triangles.max() >= len(points):
        raise DatasetError("The mesh to start from names points that it does not have: export it again.")
    if not np.isfinite(points[triangles]).all():
        raise DatasetError("The mesh to start from has points that are nowhere (NaN or infinite): repair it.")
    return SolidMesh(
        points.astype(np.float64), triangles.astype(np.int32), colors.astype(np.uint8), objects.astype(np.int32)
    )
