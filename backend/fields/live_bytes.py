"""How much memory asking a field takes, without asking for that memory.

On torch's meta device tensors have shapes and no values, so a field of any size can be built and asked there; what is
alive at once is counted as it would be on a device that has values.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from backend.config import FieldConfig, Method

from .build import build_field
from .field import Bounds, ConicalFrustums, DensityField, Field, query_field

META = torch.device("meta")
MANY, FEW = 1 << 20, 1 << 10
"""Points that are asked: so many that parameters do not count beside them, or few where they are real."""


class LiveBytes(TorchDispatchMode):
    """Counts the bytes of what is made inside the block for as long as it is alive."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's own
        self.now = self.peak = 0
        self._known: weakref.WeakKeyDictionary[torch.UntypedStorage, int] = weakref.WeakKeyDictionary()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self._add(tensor.untyped_storage())
        return made

    def _add(self, storage: torch.UntypedStorage) -> None:
        if storage in self._known:
            return
        size = self._known[storage] = storage.nbytes()
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._subtract, size)

    def _subtract(self, size: int) -> None:
        self.now -= size


def blank_field(config: FieldConfig, bounds: Bounds, method: Method, color_channels: int = 3) -> Field:
    """The field as `build_field` makes it, with shapes and no values: nothing is allocated."""
    with META:
        field = build_field(config, bounds, method, color_channels)
    for module in field.modules() if isinstance(field, nn.Module) else ():
        for name, buffer in list(module.named_buffers(recurse=False)):
            if buffer.dtype == torch.bool and buffer.ndim == 0:  # a switch, which is looked at
                setattr(module, name, torch.zeros((), dtype=torch.bool))
    return field


def parameter_bytes(field: DensityField) -> int:
    """Counts the bytes of its values; a gradient and each of Adam's moments take as much again."""
    return sum(parameter.nbytes for _, parameter in field.named_parameters())


def bytes_a_point(field: DensityField, *, gradients: bool = False, normals: bool = False) -> float:
    """The most that is alive at once while density and color are asked, over the points; with `gradients` also while
    they are followed back, with `normals` the slope of density as well."""
    device = next(parameter for _, parameter in field.named_parameters()).device
    points = MANY if device.type == "meta" else FEW
    positions, directions = torch.zeros(points, 3, device=device), torch.zeros(points, 3, device=device)
    frustums = ConicalFrustums(*_columns(points, device))
    with torch.set_grad_enabled(gradients), LiveBytes() as live:
        density, color = query_field(field, positions, directions, frustums)
        slope = field.density_gradient(positions) if normals else torch.zeros((), device=device)
        if gradients:
            (density.sum() + color.sum() + slope.sum()).backward()
    return float(live.peak / points)


def _columns(points: int, device: torch.device) -> Iterator[Tensor]:
    return (torch.full((points,), 0.01, device=device) for _ in range(3))
