"""A mesh as a region of a job: the cells of a box.

What they are says `backend/solids`, as for a mesh that a job starts from, so that the two are one idea. They are made
here and not where the job is: they stand in the job's config, so that a take's record, and a branch on another
machine, hold the region whole, while a mesh that is sent lies in one backend's cache.
"""

from __future__ import annotations

import numpy as np

from .box import Box, corners
from .wire import config, solid_cells


def region_of_mesh(
    kind: str, points: np.ndarray, triangles: np.ndarray, within: Box, margin: float = 0.0
) -> config.RegionConfig | None:
    """The region of a mesh, with everything that is `margin` away from it; None where it is not in the box.

    Args:
        points, triangles: (n, 3) in the scene and (m, 3).
        within: what lies outside of the axes' box around this one is left out.
        margin: meters.
    """
    around = corners(within)
    found = solid_cells.cells_of_mesh(points, triangles, around.min(axis=0), around.max(axis=0), margin)
    return (
        config.RegionConfig(kind, found.center, found.size, cells=config.cells_text(*found.packed)) if found else None
    )
