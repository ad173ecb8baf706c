"""Early stopping by a held-out score: the best field so far is kept, and a run whose score falls ends with that field.

Dream Fields' held-out score falls again after some thousands of steps (section 5): stopping at the best is a feature.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from backend.cameras.orbit import Frame
from backend.config import JobConfig
from backend.evaluate.clip_scorer import build_clip_scorer
from backend.fields.field import Field
from backend.optimize.best_score import BestScoreTracker
from backend.render.renderer import Renderer

Log = Callable[[str], None]


class EarlyStopping:
    """A scorer, its scores so far, and the field with the best one."""

    def __init__(self, config: JobConfig, device: torch.device, log: Log) -> None:
        """Loads the scoring model, if the config names one.

        Raises:
            ModelError: the scoring model is unknown, broken or out of reach.
        """
        self._scorer = build_clip_scorer(config, device, log)
        self._config, self._log = config, log
        self._tracker = BestScoreTracker(config.early_stopping)
        self._best: dict[str, Tensor] = {}
        self.stopped = False

    @property
    def models(self) -> list[dict[str, str]]:
        return [self._scorer.card] if self._scorer else []

    def edit(self, config: JobConfig) -> None:
        """Scores of other words cannot be compared, so a new prompt begins a new history."""
        changed = (config.prompt, config.prompt_options) != (self._config.prompt, self._config.prompt_options)
        self._config = config
        if self._scorer is not None and changed:
            self._scorer.edit(config)
            self._tracker, self._best = BestScoreTracker(config.early_stopping), {}

    def after_step(self, step: int, renderer: Renderer, field: Field, frame: Frame) -> dict[str, float]:
        """After a step: its scores, where they are due. A run that should end goes back to its best field."""
        if self._scorer is None or not self._tracker.due(step):
            return {}
        scores = self._scorer.measure(renderer, frame)
        decision = self._tracker.add(step, scores["clip_score"])
        if decision.sentence:
            self._log(decision.sentence)
        if decision.best:
            self._best = {name: value.detach().cpu().clone() for name, value in field.state_dict().items()}
        if decision.stop:
            self.stopped = True
            field.load_state_dict(self._best)
        return scores

    def state(self) -> dict[str, Tensor]:
        """Returns its numbers for a checkpoint."""
        tensors = {f"best.{name}": value for name, value in self._best.items()}
        tensors |= {f"tracker.{name}": value for name, value in self._tracker.state().items()}
        return tensors | {"stopped": torch.tensor(self.stopped)}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        if "stopped" not in state:
            return
        self.stopped = bool(state["stopped"])
        self._best = {n.removeprefix("best."): v for n, v in state.items() if n.startswith("best.")}
        self._tracker.restore({n.removeprefix("tracker."): v for n, v in state.items() if n.startswith("tracker.")})
