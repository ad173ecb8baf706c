"""One small picture there and back, and a step, for which everything must be compiled."""

from __future__ import annotations

import torch

from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE

from ..stratified import stratified_samples
from .march import march
from .masked_adam import MaskedAdam


def run_all_kernels() -> None:
    """Colors of three channels, the same from all sides or not; single precision; gradients of both kinds."""
    with torch.enable_grad():
        for degree in (0, 1):
            field = DenseGrid(UNIT_CUBE, 4, harmonics_degree=degree)
            _run(field)
            field.sparse_gradients = True
            field.zero_grad()
            _run(field)
            MaskedAdam(field.parameters()).step()


def _run(field: DenseGrid) -> None:
    rays = Rays(torch.tensor([[0.0, 0.0, -3.0]] * 2), torch.tensor([[0.0, 0.0, 1.0]] * 2))
    seen = march(field, rays, stratified_samples(*UNIT_CUBE.near_far(rays), 4))
    (seen.color.sum() + seen.opacity.sum()).backward()
