"""Adam over a field's parameters, and its learning rates over a run."""

from __future__ import annotations

import math

import torch

from backend.config import OptimiseConfig
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import Field
from backend.render.fused.touched_adam import TouchedAdam

from .schedule import rate_factor

BETAS = (0.9, 0.99)


def make_adam(field: Field, config: OptimiseConfig) -> torch.optim.Optimizer:
    """One group for each learning rate, the loop's own or the field's; `full_rate` is the rate before its schedule.

    With `touched_only` the voxels of a dense grid wait while no ray touches them; where nothing else reads its
    gradients, they may then be sparse.
    """
    rates = {"density": config.learning_rate_density, "colour": config.learning_rate_colour}
    rates |= getattr(field, "learning_rates", {})
    groups = [
        {"params": parameters, "lr": rates[name], "full_rate": rates[name]}
        for name, parameters in field.parameter_groups().items()
    ]
    if config.touched_only and isinstance(field, DenseGrid):
        field.sparse_gradients = config.gradient_smoothing == 0
        return TouchedAdam(groups, betas=BETAS, eps=config.adam_epsilon)
    return torch.optim.Adam(groups, betas=BETAS, eps=config.adam_epsilon, fused=True)


def set_rates(optimiser: torch.optim.Optimizer, step: int, config: OptimiseConfig) -> None:
    """Every group's rate at a step."""
    factor = rate_factor(step, config)
    for group in optimiser.param_groups:
        group["lr"] = group["full_rate"] * factor


def is_finite(field: Field) -> bool:
    """One sum for each gradient: a single NaN or infinity makes it NaN or infinite."""
    gradients = [parameter.grad for _, parameter in field.named_parameters() if parameter.grad is not None]
    return all(math.isfinite(float(gradient.sum())) for gradient in gradients)
