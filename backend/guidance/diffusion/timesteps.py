"""At which noise levels a step asks the model."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.config import ScoreDistillationConfig


def draw_levels(
    config: ScoreDistillationConfig, count: int, done: float, generator: torch.Generator
) -> Float[Tensor, " b"]:
    """Levels in [0, 1], one for each view; `done` is how much of the run lies behind.

    annealed: falls over the run, with a little spread: shape first, detail later.
    random:   uniform, DreamFusion's U(0.02, 0.98).
    """
    drawn, last = torch.rand(count, generator=generator), 1 - config.time_low
    if config.times == "random":
        return config.time_low + (last - config.time_low) * drawn
    level = config.time_start + (config.time_end - config.time_start) * done + config.time_spread * (2 * drawn - 1)
    return level.clamp(config.time_low, last)


def timesteps(levels: Float[Tensor, " b"], signal: Float[Tensor, " t"]) -> Int[Tensor, " b"]:
    """The numbers that a model with this schedule knows the levels by."""
    return (levels * (len(signal) - 1)).round().long().to(signal.device)
