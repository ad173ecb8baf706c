"""When a run has had its best: a moving mean of held-out scores, its highest point, and how long that is past.

    mean_k = mean of the last `smoothing` finite scores            best = max mean
    stop where the last `patience` judgments all lie below the best

Dream Fields' held-out score falls again after 5 to 10 thousand steps, while its own loss still improves (arXiv
2112.01455, appendix F).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import fmean

import torch
from torch import Tensor

from backend.config import EarlyStoppingConfig


@dataclass(frozen=True)
class StopDecision:
    """What one judgment means for the run."""

    mean: float
    best: bool
    """The state at hand is the best so far."""
    stop: bool
    sentence: str = ""
    """What a person should read in the log."""


class BestScoreTracker:
    """Scores in, decisions out."""

    def __init__(self, config: EarlyStoppingConfig) -> None:
        self._config = config
        self._recent: deque[float] = deque(maxlen=config.smoothing)
        self._below = 0
        self.best, self.best_step = -math.inf, 0

    def due(self, step: int) -> bool:
        """Tells whether a score is due after this many steps."""
        return step > 0 and step % self._config.every == 0

    def add(self, step: int, score: float) -> StopDecision:
        """A score that is not finite tells nothing: it is left out of the mean, and counts as one below the best."""
        if not math.isfinite(score):
            return self._below_best(step, math.nan, f"The score at step {step} is not finite: it is left out.")
        self._recent.append(score)
        mean = fmean(self._recent)
        if mean <= self.best:
            return self._below_best(step, mean)
        self.best, self.best_step, self._below = mean, step, 0
        return StopDecision(mean, best=True, stop=False)

    def _below_best(self, step: int, mean: float, sentence: str = "") -> StopDecision:
        """Without any best there is nothing to go back to, so the run goes on."""
        self._below += 1
        stop = self.best_step > 0 and 0 < self._config.patience <= self._below
        if stop:
            sentence = (
                f"The score was below its best {self._below} times in a row: the run ends at step {step} and goes back "
                f"to step {self.best_step}, its best ({self.best:.3f})."
            )
        return StopDecision(mean, best=False, stop=stop, sentence=sentence)

    def state(self) -> dict[str, Tensor]:
        """Returns its numbers for a checkpoint."""
        return {
            "recent": torch.tensor(list(self._recent), dtype=torch.float64),
            "best": torch.tensor([self.best, self.best_step, self._below], dtype=torch.float64),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes back what `state` gave; nothing is taken back from before there were scores."""
        if not state:
            return
        self._recent.extend(state["recent"].tolist())
        best, step, below = state["best"].tolist()
        self.best, self.best_step, self._below = best, int(step), int(below)
