"""How a kept grid is made into a mesh; nothing here needs the backend."""

from __future__ import annotations

from dataclasses import dataclass

from .wire import config


@dataclass(frozen=True)
class RemeshConfig:
    """The shape of a result, beside what was optimized: each result has its own."""

    threshold: float = config.setting(
        0.0, "Density at the surface; 0 takes the one that was found when it was made", low=0, high=1e6, unit="1/m"
    )
    resolution: int = config.setting(
        0, "Voxels along the longest side of the lattice that is meshed; 0 takes the grid's own", low=0, high=512
    )
    smooth: int = config.setting(5, "Passes that even out voxel stairs; the volume stays", low=0, high=100)
    thicken: int = config.setting(
        0, "Voxels by which thin parts grow on each side, so that arms and handles hold together", low=0, high=3
    )
    islands: str = config.setting(
        "remove_small",
        "Which of the separate pieces stay: all, those that are no crumbs, or only the largest",
        choices=("all", "remove_small", "largest"),
    )
    min_size_percent: float = config.setting(
        0.1, "Pieces smaller than this part of the largest one are crumbs and go", low=0.0, high=100.0, unit="%"
    )
    largest: int = config.setting(1, "How many of the largest pieces stay", low=1, high=1000)
    measure: str = config.setting("volume", "What makes a piece large", choices=("volume", "faces"))
    fill_holes: bool = config.setting(True, "Fill cavities that are closed on all sides, and what floats in them")
    max_faces: int = config.setting(0, "Faces at most; 0 sets no limit", low=0, high=10_000_000)
    faces: str = config.setting(
        "quads",
        "Quads lie on an even lattice, which a budget makes coarser; triangles follow the shape, few where it is flat",
        choices=("quads", "triangles"),
    )
