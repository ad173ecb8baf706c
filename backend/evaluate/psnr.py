"""Peak signal-to-noise ratio: -10 log10 of the mean squared error, for pictures in [0, 1]."""

from __future__ import annotations

from math import inf, log10

from jaxtyping import Float
from torch import Tensor


def psnr(picture: Float[Tensor, "*shape"], truth: Float[Tensor, "*shape"]) -> float:
    """Decibels; infinite for equal pictures."""
    error = float((picture - truth).square().mean())
    return inf if error == 0 else -10 * log10(error)
