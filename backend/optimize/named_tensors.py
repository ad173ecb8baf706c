"""Tensors by dotted names: each part of a job under its own prefix."""

from __future__ import annotations

from torch import Tensor

from backend.fields.field import Field
from backend.render.occupancy import OccupancyGrid

Tensors = dict[str, Tensor]


def prefixed(prefix: str, tensors: Tensors) -> Tensors:
    return {f"{prefix}.{name}": value for name, value in tensors.items()}


def under(prefix: str, tensors: Tensors) -> Tensors:
    """The tensors below a prefix, by the rest of their names."""
    return {n.removeprefix(f"{prefix}."): value for n, value in tensors.items() if n.startswith(f"{prefix}.")}


def load_field(field: Field, occupancy: OccupancyGrid, tensors: Tensors) -> None:
    """The field, and what is known of its empty space."""
    field.load_state_dict(under("field", tensors))
    occupancy.load_state_dict(under("occupancy", tensors))
