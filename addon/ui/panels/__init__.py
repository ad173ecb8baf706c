"""The tab "Dreamwright" in the sidebar of the 3D view: draws the snapshot, computes nothing. One file a panel."""

from . import (
    advanced,
    bake_export,
    bounds,
    cameras,
    main,
    prompt_options,
    reconstruct,
    regions,
    remesh,
    result,
    running,
    takes,
)
from .advanced import DREAMWRIGHT_PT_advanced
from .bake_export import DREAMWRIGHT_PT_asset, DREAMWRIGHT_PT_bake_export, DREAMWRIGHT_PT_turntable
from .bounds import DREAMWRIGHT_PT_bounds
from .cameras import DREAMWRIGHT_PT_cameras, DREAMWRIGHT_PT_orbit, DREAMWRIGHT_UL_cameras
from .main import DREAMWRIGHT_PT_main
from .prompt_options import DREAMWRIGHT_PT_prompt_options
from .reconstruct import DREAMWRIGHT_PT_reconstruct
from .regions import DREAMWRIGHT_PT_regions
from .remesh import DREAMWRIGHT_PT_remesh
from .result import DREAMWRIGHT_PT_result
from .running import DREAMWRIGHT_PT_curves, DREAMWRIGHT_PT_weights
from .takes import DREAMWRIGHT_PT_takes

CLASSES = (
    *main.CLASSES, *running.CLASSES, *result.CLASSES, *remesh.CLASSES, *bake_export.CLASSES, *takes.CLASSES,
    *prompt_options.CLASSES, *bounds.CLASSES, *regions.CLASSES, *cameras.CLASSES, *reconstruct.CLASSES,
    *advanced.CLASSES,
)  # fmt: skip
"""In the order of work: what is asked for, what came of it, its takes, and how the scene is set up; the main panel
first, since the others are its children."""

__all__ = [
    "CLASSES", "DREAMWRIGHT_PT_advanced", "DREAMWRIGHT_PT_bounds", "DREAMWRIGHT_PT_cameras", "DREAMWRIGHT_PT_curves",
    "DREAMWRIGHT_PT_bake_export", "DREAMWRIGHT_PT_main", "DREAMWRIGHT_PT_orbit", "DREAMWRIGHT_PT_asset",
    "DREAMWRIGHT_PT_reconstruct", "DREAMWRIGHT_PT_regions", "DREAMWRIGHT_PT_remesh", "DREAMWRIGHT_PT_result",
    "DREAMWRIGHT_PT_takes", "DREAMWRIGHT_PT_turntable", "DREAMWRIGHT_PT_weights", "DREAMWRIGHT_PT_prompt_options",
    "DREAMWRIGHT_UL_cameras",
]  # fmt: skip
