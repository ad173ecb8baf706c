"""What chances mean: a temperature that makes them honest, and the limits from which on they are believed.

The temperature has the least cross-entropy (Guo et al. 2017) on pictures that training never saw. A picture is refused
where "none of these" is likelier than any thing, or the likeliest thing has less than `known`: the limit where refused
things and accepted strangers weigh least together. From `sure` on nine of ten are right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from backend.priors.picture import Limits

from .shards import UNKNOWN

TEMPERATURES = np.geomspace(0.3, 3.0, 41)
KNOWN = np.linspace(0.02, 0.6, 59)
SURE = np.linspace(0.2, 0.95, 76)
RIGHT_WHERE_SURE = 0.9
BINS = 10


@dataclass(frozen=True)
class Predictions:
    """Logits of n pictures, each read v times, and what they truly show (UNKNOWN: none of these)."""

    logits: Float[Tensor, "n v o"]
    truth: Int[ndarray, " n"]

    def chances(self, temperature: float) -> Float[ndarray, "n o"]:
        """As backend/priors/picture.py has them."""
        found: ndarray = (self.logits / temperature).softmax(-1).mean(1).numpy()
        return found

    def part(self, which: ndarray) -> Predictions:
        return Predictions(self.logits[torch.from_numpy(which)], self.truth[which])


def calibrated(judged: Predictions) -> Limits:
    """The limits that suit these pictures."""
    temperature = min(TEMPERATURES, key=lambda each: cross_entropy(judged.chances(each), judged.truth))
    chances = judged.chances(temperature)
    best, chance = chances[:, :UNKNOWN].argmax(1), chances[:, :UNKNOWN].max(1)
    stranger, none = judged.truth == UNKNOWN, chances[:, UNKNOWN] > chance
    known = min(KNOWN, key=lambda limit: _wrongs(none | (chance < limit), stranger))
    accepted = ~none & (chance >= known)
    right = best == judged.truth
    sure = next((limit for limit in SURE if _precise(right[accepted & (chance >= limit)])), SURE[-1])
    return Limits(round(float(temperature), 3), round(float(known), 3), round(float(max(known, sure)), 3))


def cross_entropy(chances: Float[ndarray, "n o"], truth: Int[ndarray, " n"]) -> float:
    return float(-np.log(chances[np.arange(len(truth)), truth] + 1e-9).mean())


def expected_calibration_error(chance: Float[ndarray, " n"], right: ndarray) -> float:
    """sum over ten bins of chance: share of pictures in the bin times |mean chance - share that is right|."""
    place = np.minimum((chance * BINS).astype(int), BINS - 1)
    parts = (place == number for number in range(BINS))
    return float(sum(part.mean() * abs(chance[part].mean() - right[part].mean()) for part in parts if part.any()))


def _wrongs(refused: ndarray, stranger: ndarray) -> float:
    """Both kinds as shares, so that it does not matter how many pictures there are of each."""
    return float(refused[~stranger].mean() + (~refused)[stranger].mean())


def _precise(right: ndarray) -> bool:
    return len(right) > 0 and bool(right.mean() >= RIGHT_WHERE_SURE)
