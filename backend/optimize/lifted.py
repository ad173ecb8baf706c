"""What was kept out of a grid is not there when it is kept out no longer: nobody has seen it.

A grid learns nothing where nothing may be, so that there it still holds what it began with. A job that goes on without
that region begins with what was seen: a cell's density is what was left of it, and where nothing was left it is empty.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.config import KEEP_OUT, JobConfig, RegionsConfig
from backend.fields.density_init import empty
from backend.fields.regions import Regions, cell_centers

from .checkpoint import Checkpoint
from .regions import regions_of
from .scene_transform import field_bounds

NAME = "field.raw_density"
NOTHING = -30.0
"""Raw density of a cell that is held: 1e-11 over the longest side of the box. Nothing would ever grow from it."""


def without_lifted(parent: Checkpoint, before: JobConfig, wanted: JobConfig) -> Checkpoint:
    """Returns the checkpoint of a job with the config `before`, for one that is `wanted` and keeps less out."""
    still = wanted.regions.of_kind(KEEP_OUT)
    lifted = tuple(region for region in before.regions.of_kind(KEEP_OUT) if region not in still)
    if not lifted or before.field.kind != "dense_grid":
        return parent
    hidden = regions_of(replace(before, regions=RegionsConfig(lifted, band=before.regions.band)))
    raw = parent.tensors[NAME]
    shown = _visible_part(raw, hidden, regions_of(wanted), before)
    return Checkpoint(parent.tensors | {NAME: shown}, parent.state)


def _visible_part(raw: Float[Tensor, "x y z 1"], hidden: Regions, held: Regions, before: JobConfig) -> Tensor:
    bounds, shape = field_bounds(before), raw.shape[:3]
    free = hidden.free(cell_centers(bounds, shape).reshape(-1, 3)).view_as(raw).to(raw)
    left = F.softplus(raw) * free
    faded = left + torch.log(-torch.expm1(-left))  # softplus, turned around
    nothing = torch.full_like(raw, float(empty(torch.zeros(()))))
    if held.holds:
        nothing[held.held_cells(bounds, shape).to(raw.device)] = NOTHING
    return torch.where(free >= 1, raw, torch.where(free > 0, faded.maximum(nothing), nothing))
