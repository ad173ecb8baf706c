"""Encodings by name, for a field that reads any of them."""

from __future__ import annotations

from collections.abc import Callable

from backend.config import FieldConfig

from .hash_encoding import HashEncoding
from .positional_encoding import PositionalEncoding
from .tri_plane_encoding import TriPlaneEncoding

Encoding = PositionalEncoding | HashEncoding | TriPlaneEncoding


def build_encoding(name: str, config: FieldConfig) -> Encoding:
    """A module from (n, 3) in [-1, 1] to (n, its `width`)."""
    return ENCODINGS[name](config)


def _positional(config: FieldConfig) -> Encoding:
    return PositionalEncoding(config.sdf.frequencies)


def _hash(config: FieldConfig) -> Encoding:
    grid = config.hash_grid
    return HashEncoding(grid.levels, grid.level_features, grid.log2_table, grid.coarsest, grid.finest)


def _tri_plane(config: FieldConfig) -> Encoding:
    return TriPlaneEncoding(config.tri_plane.plane_resolution, config.tri_plane.plane_features)


ENCODINGS: dict[str, Callable[[FieldConfig], Encoding]] = {
    "positional": _positional,
    "hash": _hash,
    "tri_plane": _tri_plane,
}
