"""Whether the fast way can be taken. Where not, the plain one is, and the log says once why."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable

import torch

from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import DensityField
from backend.fields.regions import RegionGrid

from ..occupancy import OccupancyGrid
from .jit import has_numba, is_compiled, mark_compiled

Log = Callable[[str], None]

PRECISIONS = (torch.float32, torch.float64)

log = logging.getLogger(__name__)


def can_fuse(field: DensityField, rays: Rays, occupancy: OccupancyGrid | None = None) -> bool:
    """Tells whether these rays can go through this field the fast way."""
    why_not = why_not_fused(field, rays, occupancy)
    if why_not:
        _log_once(why_not)
    return not why_not


def why_not_fused(field: DensityField, rays: Rays, occupancy: OccupancyGrid | None = None) -> str:
    """Returns what the fast way lacks here, in words; nothing when it can be taken."""
    if type(field) is RegionGrid:  # what is kept out goes into the samples' lengths
        field = field.field
    if type(field) is not DenseGrid:  # whatever else wraps or extends one may say something else at a point
        return f"{type(field).__name__} is not a dense grid"
    if {part.device.type for part in (field.raw_density, rays.origins)} != {"cpu"}:
        return "it is for the processor"
    kinds = {part.dtype for part in (field.raw_density, field.raw_color, rays.origins, rays.directions)}
    if len(kinds) > 1 or not kinds <= set(PRECISIONS):
        return f"it needs numbers of one precision, not {', '.join(sorted(str(kind) for kind in kinds))}"
    if occupancy is not None and (occupancy.bounds != field.bounds or occupancy.occupied.device.type != "cpu"):
        return "the empty space is known of another box"
    return "" if has_numba() else "numba is not installed in the backend's environment"


def compile_ahead(field: DensityField, log: Log) -> None:
    """Compiles what this field will need now, with a word to whoever waits, when this machine has not done so yet."""
    if isinstance(field, DenseGrid) and field.raw_density.device.type == "cpu":
        compile_kernels(log)


def compile_kernels(log: Log) -> None:
    """Compiles every kernel that this machine does not have yet, with a word to whoever waits."""
    if not has_numba() or is_compiled():
        return
    log("The renderer is made ready for this processor, once: about 20 seconds.")
    from .warmup import run_all_kernels  # brings numba, which takes a moment, into a process that will need it

    run_all_kernels()
    mark_compiled()


@functools.lru_cache(maxsize=64)
def _log_once(why_not: str) -> None:
    log.info("The fast renderer is not used: %s. The plain one sees the same.", why_not)
