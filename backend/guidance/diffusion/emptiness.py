"""Space stays empty: the emptiness loss of SJC (arXiv 2212.00774, section 5.1), with the numbers of its code.

    L = weight mean over samples of log(1 + 10 w_i)          w_i: how much a sample shows (render/compositing.py)

Steep where little shows, so that haze costs more than the same opacity in one place.
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


def emptiness_weight(config: ScoreDistillationConfig, step: int, steps: int) -> float:
    """The weight at a step: `emptiness_factor` times as much from `emptiness_after` of the run on."""
    late = config.emptiness_after * steps <= step
    return config.emptiness_weight * (config.emptiness_factor if late else 1.0)
