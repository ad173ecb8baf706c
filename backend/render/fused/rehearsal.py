"""One small picture there and back, and a step, for which everything must be compiled."""

from __future__ import annotations

import torch

from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE

from ..stratified import stratified
from .march import march
from .touched_adam import TouchedAdam


def rehearse() -> None:
    """Colours of three channels, single precision."""
    with torch.enable_grad():
        field = DenseGrid(UNIT_CUBE, 4)
        field.sparse_gradients = True
        rays = Rays(torch.tensor([[0.0, 0.0, -3.0]] * 2), torch.tensor([[0.0, 0.0, 1.0]] * 2))
        seen = march(field, rays, stratified(*UNIT_CUBE.near_far(rays), 4))
        (seen.colour.sum() + seen.opacity.sum()).backward()
        TouchedAdam(field.parameters()).step()
