"""Where the result of a job that is on its way will stand: what is shown of it stands there already.

Words make a field that floats anywhere in its box, and the mesh of it is set down on the floor. So the picture of the
field is shifted by as much, which a coarse grid tells; it is asked for anew as the field changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..blender import grid_mesh, remeshing
from ..core.box import Box, to_scene, transform_points
from ..core.calls import GridData
from ..core.errors import DreamwrightError
from ..core.remesh_config import RemeshConfig
from .result_object import box_bottom

STEPS = 20
"""The field is asked anew how high it floats after so many steps."""


class Seat:
    """Of one job: its box, and whether its result stands on the floor of it."""

    def __init__(self, box: Box, on_floor: bool) -> None:
        self._box, self._on_floor = box, on_floor
        self._height, self._asked = 0.0, -STEPS

    def to_field(self, grid: Callable[[], GridData], step: int) -> np.ndarray:
        """The 4x4 that takes a point of the scene to the point of the field that is shown there; in a thread."""
        if self._on_floor and abs(step - self._asked) >= STEPS:
            self._asked = step
            self._height = self._height_in(grid)
        lifted = np.eye(4)
        lifted[2, 3] = self._height
        return lifted @ np.linalg.inv(to_scene(self._box))

    def seat_surface(self, surface: grid_mesh.Surface) -> grid_mesh.Surface:
        """A surface of the field, where it stands in the scene."""
        points = surface.points.astype(np.float64)
        if self._on_floor:
            points[:, 2] += box_bottom(self._box)[2] - points[:, 2].min()
        return replace(surface, points=transform_points(to_scene(self._box), points))

    def _height_in(self, grid: Callable[[], GridData]) -> float:
        """Meters by which what will be the mesh floats above the floor; as before where there is no surface yet."""
        try:
            surface = remeshing.extract_surface(grid(), RemeshConfig())
        except DreamwrightError:
            return self._height
        return float(surface.points[:, 2].min() - box_bottom(self._box)[2])
