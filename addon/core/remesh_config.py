"""How a cached grid is made into a mesh; nothing here needs the backend."""

from __future__ import annotations

from .wire import config, dataclass


@dataclass(frozen=True)
class RemeshConfig:
    """The shape of a result, beside what was optimized: each result has its own."""

    threshold: float = config.setting(
        0.0, "Density at the surface; 0 uses the value found when it was generated", low=0, high=1e6, unit="1/m"
    )
    resolution: int = config.setting(
        0, "Voxels along the longest side; 0 uses the resolution of the grid", low=0, high=512
    )
    smooth: int = config.setting(5, "Smoothing iterations that remove voxel steps; the volume is kept", low=0, high=100)
    thicken: int = config.setting(
        0, "Voxels by which thin parts grow on each side, so that arms and handles stay connected", low=0, high=3
    )
    islands: str = config.setting(
        "remove_small",
        "Islands to keep: all, all but small ones, or only the largest",
        choices=("all", "remove_small", "largest"),
    )
    min_size_percent: float = config.setting(
        0.1, "Islands smaller than this percentage of the largest one are removed", low=0.0, high=100.0, unit="%"
    )
    largest: int = config.setting(1, "Number of largest islands to keep", low=1, high=1000)
    measure: str = config.setting("volume", "How the size of an island is measured", choices=("volume", "faces"))
    fill_holes: bool = config.setting(
        True, "Fill holes inside that are closed on all sides, and remove what floats in them"
    )
    max_faces: int = config.setting(0, "Maximum number of faces; 0 is no limit", low=0, high=10_000_000)
    faces: str = config.setting(
        "adaptive",
        "Quads form an even grid; triangles are that grid cut in two; adaptive triangles are large where the shape is "
        "flat and keep its edges",
        choices=("quads", "triangles", "adaptive"),
    )


FACE_BUDGETS = {"LOW": 5_000, "MEDIUM": 20_000, "FULL": 0}
"""Most faces of a mesh, as a person chooses them by name; 0 is no limit."""
ADAPTIVE_BOUND = 0.3
"""Voxels by which adaptive triangles may lie beside the dense surface, which itself may lie a little beside the field:
together half a voxel."""
