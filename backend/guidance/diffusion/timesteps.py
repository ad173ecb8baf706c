"""At which noise levels a step asks the model."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.config import ScoreDistillationConfig


def sample_noise_levels(
    config: ScoreDistillationConfig, count: int, progress: float, generator: torch.Generator
) -> Float[Tensor, " b"]:
    """Levels in [0, 1], one for each view; `progress` is how much of the run lies behind.

    annealed: falls over the run, with a little spread: shape first, detail later.
    random:   uniform, DreamFusion's U(0.02, 0.98).
    """
    drawn, last = torch.rand(count, generator=generator), 1 - config.timestep_low
    if config.timestep_schedule == "random":
        return config.timestep_low + (last - config.timestep_low) * drawn
    level = (
        config.timestep_start
        + (config.timestep_end - config.timestep_start) * progress
        + config.timestep_spread * (2 * drawn - 1)
    )
    return level.clamp(config.timestep_low, last)


def timesteps(levels: Float[Tensor, " b"], alphas_cumprod: Float[Tensor, " t"]) -> Int[Tensor, " b"]:
    """The numbers that a model with this schedule knows the levels by."""
    return (levels * (len(alphas_cumprod) - 1)).round().long().to(alphas_cumprod.device)
