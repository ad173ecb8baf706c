"""Adam over a field's parameters, and its learning rates over a run."""

from __future__ import annotations

import math

import torch

from backend.config import OptimizeConfig
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import Field
from backend.render.fused.masked_adam import MaskedAdam

from .schedule import learning_rate_factor

BETA1 = 0.9
HARMONICS_RATE = 0.3
"""Of the learning rate of colors, for what changes with the side: at 1 held-out pictures of the chair of NeRF-synthetic
are 0.5 dB better, and the one color of a mesh (backend/fields/facing_color.py) 1 dB worse."""


def make_optimizer(field: Field, config: OptimizeConfig) -> torch.optim.Optimizer:
    """One group for each learning rate, the loop's own or the field's; `full_rate` is the rate before its schedule.

    With `masked_adam` the voxels of a dense grid wait while no ray touches them; where nothing else reads its
    gradients, they may then be sparse.
    """
    rates = {"density": config.learning_rate_density, "color": config.learning_rate_color}
    rates["harmonics"] = HARMONICS_RATE * config.learning_rate_color
    rates |= getattr(field, "learning_rates", {})
    groups = [
        {"params": parameters, "lr": rates[name], "full_rate": rates[name]}
        for name, parameters in field.parameter_groups().items()
    ]
    betas = (BETA1, config.adam_beta2)
    if config.masked_adam and isinstance(field, DenseGrid):
        field.sparse_gradients = config.gradient_smoothing == 0
        return MaskedAdam(groups, betas=betas, eps=config.adam_epsilon)
    return torch.optim.Adam(groups, betas=betas, eps=config.adam_epsilon, fused=True)


def set_learning_rates(optimizer: torch.optim.Optimizer, step: int, config: OptimizeConfig) -> None:
    """Every group's rate at a step."""
    factor = learning_rate_factor(step, config)
    for group in optimizer.param_groups:
        group["lr"] = group["full_rate"] * factor


def is_finite(field: Field) -> bool:
    """One sum for each gradient: a single NaN or infinity makes it NaN or infinite."""
    gradients = [parameter.grad for _, parameter in field.named_parameters() if parameter.grad is not None]
    return all(math.isfinite(float(gradient.sum())) for gradient in gradients)
