"""Adam over a field's parameters, and its learning rates over a run."""

from __future__ import annotations

import math

import torch

from backend.config import OptimiseConfig
from backend.fields.field import Field

from .schedule import rate_factor


def make_adam(field: Field, config: OptimiseConfig) -> torch.optim.Adam:
    """One group for each learning rate, the loop's own or the field's; `full_rate` is the rate before its schedule."""
    rates = {"density": config.learning_rate_density, "colour": config.learning_rate_colour}
    rates |= getattr(field, "learning_rates", {})
    groups = [
        {"params": parameters, "lr": rates[name], "full_rate": rates[name]}
        for name, parameters in field.parameter_groups().items()
    ]
    return torch.optim.Adam(groups, betas=(0.9, 0.99), eps=config.adam_epsilon, fused=True)


def set_rates(optimiser: torch.optim.Adam, step: int, config: OptimiseConfig) -> None:
    """Every group's rate at a step."""
    factor = rate_factor(step, config)
    for group in optimiser.param_groups:
        group["lr"] = group["full_rate"] * factor


def is_finite(field: Field) -> bool:
    """One sum for each gradient: a single NaN or infinity makes it NaN or infinite."""
    gradients = [parameter.grad for _, parameter in field.named_parameters() if parameter.grad is not None]
    return all(math.isfinite(float(gradient.sum())) for gradient in gradients)
