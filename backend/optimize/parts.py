"""The parts of what a job has made, where it began from the shape prior and is still that shape."""

from __future__ import annotations

from dataclasses import replace

from backend.config import EMBEDDED_PRIOR, REDO, JobConfig, prior_of
from backend.errors import ConfigError, ModelError
from backend.export.grid import Grid
from backend.fields.field import Bounds
from backend.priors.parts import part_grid
from backend.priors.prior_field import prior_field
from backend.priors.start import starts_from_prior


def with_parts(grid: Grid, config: JobConfig) -> Grid:
    """Returns the grid with its parts; as it is where none are known, since its words or its shape have changed, or the
    words are those of a part that was made anew."""
    if not starts_from_prior(config) or prior_of(config) != EMBEDDED_PRIOR or config.regions.of_kind(REDO):
        return grid
    try:
        bounds = Bounds(grid.bounds_low, grid.bounds_high)
        answer, _ = prior_field(config.prompt, config.seed, bounds, code=config.field.prior_code)
    except (ConfigError, ModelError):
        return grid
    found = part_grid(answer, grid.density > grid.threshold)
    return replace(grid, parts=found.index, part_names=found.names) if found else grid
