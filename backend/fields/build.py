"""Fields by name. A new representation is one file, one line here and one config class."""

from __future__ import annotations

from backend.config import FieldConfig, Method

from .dense_grid import DenseGrid
from .field import Bounds, Field


def build_field(config: FieldConfig, bounds: Bounds, method: Method) -> Field:
    """A field at its starting resolution: empty for a reconstruction, a soft ball for a prompt."""
    return FIELDS[config.kind](config, bounds, method)


def _dense_grid(config: FieldConfig, bounds: Bounds, method: Method) -> Field:
    grid = DenseGrid(bounds, config.start_resolution)
    grid.start_blob() if method is Method.TEXT else grid.start_empty()
    return grid


FIELDS = {"dense_grid": _dense_grid}
