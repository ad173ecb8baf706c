"""Fields by name. A new representation is one file, one line here and one config class."""

from __future__ import annotations

from backend.config import FieldConfig, Method

from .dense_grid import DenseGrid
from .field import Bounds, Field


def build_field(config: FieldConfig, bounds: Bounds, method: Method, colour_channels: int = 3) -> Field:
    """A field at its starting resolution, as `config.start` says; by itself a fog for a prompt, else empty.

    With more than three channels its colours are latents at first.
    """
    return FIELDS[config.kind](config, bounds, method, colour_channels)


def _dense_grid(config: FieldConfig, bounds: Bounds, method: Method, colour_channels: int) -> Field:
    grid = DenseGrid(bounds, config.start_resolution, colour_channels)
    grid.start(config.start or ("fog" if method is Method.TEXT else "empty"))
    return grid


FIELDS = {"dense_grid": _dense_grid}
