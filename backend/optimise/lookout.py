"""A judge that looks on while a job runs: it keeps the best field so far, and ends a run that it likes less and less.

Dream Fields' held-out score falls again after some thousands of steps (section 5): stopping at the best is a feature.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from backend.cameras.orbit import Frame
from backend.config import JobConfig
from backend.evaluate.judge import build_judge
from backend.evaluate.watch import Watch
from backend.fields.field import Field
from backend.render.renderer import Renderer

Log = Callable[[str], None]


class Lookout:
    """A judge, what it has seen, and the field that it liked best."""

    def __init__(self, config: JobConfig, device: torch.device, log: Log) -> None:
        """
        Raises:
            ModelError: the judge's model is unknown, broken or out of reach.
        """
        self._judge = build_judge(config, device, log)
        self._config, self._log = config, log
        self._watch = Watch(config.judge)
        self._best: dict[str, Tensor] = {}
        self.stopped = False

    @property
    def models(self) -> list[dict[str, str]]:
        return [self._judge.card] if self._judge else []

    def edit(self, config: JobConfig) -> None:
        """Scores of other words cannot be compared, so a new prompt is watched anew."""
        changed = (config.prompt, config.words) != (self._config.prompt, self._config.words)
        self._config = config
        if self._judge is not None and changed:
            self._judge.edit(config)
            self._watch, self._best = Watch(config.judge), {}

    def look(self, step: int, renderer: Renderer, field: Field, frame: Frame) -> dict[str, float]:
        """After a step: what the judge says where that is due. A run that should end goes back to its best field."""
        if self._judge is None or not self._watch.due(step):
            return {}
        seen = self._judge.look(renderer, frame)
        verdict = self._watch.add(step, seen["judge"])
        if verdict.sentence:
            self._log(verdict.sentence)
        if verdict.best:
            self._best = {name: value.detach().cpu().clone() for name, value in field.state_dict().items()}
        if verdict.stop:
            self.stopped = True
            field.load_state_dict(self._best)
        return seen

    def state(self) -> dict[str, Tensor]:
        """For a checkpoint."""
        kept = {f"best.{name}": value for name, value in self._best.items()}
        kept |= {f"watch.{name}": value for name, value in self._watch.state().items()}
        return kept | {"stopped": torch.tensor(self.stopped)}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        if "stopped" not in state:
            return
        self.stopped = bool(state["stopped"])
        self._best = {n.removeprefix("best."): v for n, v in state.items() if n.startswith("best.")}
        self._watch.restore({n.removeprefix("watch."): v for n, v in state.items() if n.startswith("watch.")})
