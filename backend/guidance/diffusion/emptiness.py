"""Space stays empty: the terms that belong to SJC and to DreamFusion.

    emptiness   mean over samples of log(1 + 10 w_i)       SJC (arXiv 2212.00774, section 5.1), numbers of its code
    opacity_loss  mean over rays of sqrt(opacity^2 + 0.01)   DreamFusion (arXiv 2209.14988, appendix A.2)

w_i is how much a sample shows (render/compositing.py). The first is steep where little shows, so that haze costs more
than the same opacity in one place; the second has no slope at a clear ray.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from backend.config import ScoreDistillationConfig

SCALE = 10.0


def emptiness(weights: Float[Tensor, "r s"]) -> Float[Tensor, ""]:
    """mean log(1 + 10 w)."""
    return torch.log1p(SCALE * weights).mean()


def opacity_loss(opacity: Float[Tensor, " r"]) -> Float[Tensor, ""]:
    """mean sqrt(opacity^2 + 0.01)."""
    return (opacity.square() + 0.01).sqrt().mean()


def emptiness_weight(config: ScoreDistillationConfig, step: int, steps: int) -> float:
    """The weight at a step: `emptiness_multiplier` times as much from `emptiness_after` of the run on."""
    late = config.emptiness_after * steps <= step
    return config.emptiness_weight * (config.emptiness_multiplier if late else 1.0)
