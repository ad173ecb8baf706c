"""One job while it is optimized: step by step, with what is due between two steps.

The command line and the worker both drive a JobRunner; what happens is told as the wire's notifications, which the one
draws on a terminal and the other sends to its clients.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from backend import config as configuration
from backend.config import JobConfig
from backend.device import memory_mb
from backend.disk import disk_errors, write_whole
from backend.errors import DiskError
from backend.optimize.checkpoint_history import delete_checkpoints, keep_checkpoint, milestones
from backend.optimize.report import StepReport
from backend.optimize.restart import step_or_restart
from backend.optimize.trainer import Trainer
from backend.wire.messages import PreviewUpdated, Progress

from .memory_tracker import MemoryTracker
from .png import write_png
from .store import CURVES, PREVIEW

Notify = Callable[[Any], None]
"""Takes a notification of backend/wire/messages.py."""

_COST_RATIO = 10.0
"""A preview or a checkpoint comes no sooner than ten times its own cost after the last: each takes a tenth at most."""
_PACE_STEPS = 20
_PROGRESS_EVERY_S = 0.1

log = logging.getLogger(__name__)


class JobRunner:
    """An optimization with its clocks. `advance` until it returns False, then `finish`."""

    def __init__(
        self,
        job: str,
        config: JobConfig,
        trainer: Trainer,
        folder: Path,
        notify: Notify,
        seconds: float = 0.0,
        *,
        max_checkpoints: int = 0,
        tracker: MemoryTracker | None = None,
    ) -> None:
        """`max_checkpoints` says how many checkpoints may be kept along the way."""
        self.job = job
        self.config = config
        self.trainer = trainer
        self.folder = folder
        self.seconds = seconds
        """Spent optimizing, earlier runs of the same job included."""
        self._notify, self._tracker = notify, tracker
        self._pace = StepTimer()
        self._max_checkpoints, self._milestones = (
            max_checkpoints,
            milestones(config.optimize.steps, max_checkpoints) if max_checkpoints else set(),
        )
        self._score: float | None = None
        self._history_due = Throttle(0.0)
        self._progress_due = Throttle(_PROGRESS_EVERY_S)
        self._preview_due = Throttle(config.optimize.preview_every_s)
        self._checkpoint_due = Throttle(config.optimize.checkpoint_every_s)

    @property
    def step(self) -> int:
        return self.trainer.step_index

    @property
    def steps(self) -> int:
        return self.config.optimize.steps

    def advance(self) -> bool:
        """One step and what is due after it; False when there was none left.

        Where the run came to nothing, `trainer` is another one afterwards, at step 0, and is kept before anyone is
        told, so that nobody goes on from what was kept of the one before.

        Raises:
            DreamwrightError: the optimization or a checkpoint failed.
        """
        if self.trainer.ended:
            return False
        started = time.monotonic()
        self.trainer, report = step_or_restart(self.trainer)
        anew = report.step == 0
        if anew:
            delete_checkpoints(self.folder)
            self.checkpoint()
        self.seconds += time.monotonic() - started
        self._pace.add(time.monotonic() - started)
        if self._tracker is not None:
            self._tracker.note()
        self._progress_due.do(lambda: self._notify(self._progress(report)), force=anew or self.trainer.ended)
        self._preview_due.do(lambda: self._preview(self.config.render.preview_seconds))
        self._score = self._score if report.score is None else report.score
        if report.step in self._milestones and not self.trainer.ended:
            self._history_due.do(lambda: self._keep_checkpoint(self._score))
        self._checkpoint_due.do(self.checkpoint)
        return True

    def checkpoint(self) -> None:
        """Keeps the run as it stands; the last good checkpoint stays where this one cannot be written.

        Raises:
            DiskError: it could not be written.
        """
        with disk_errors(self.folder):
            self.trainer.save(self.folder)

    def save(self) -> None:
        """Keeps the run as it stands, with its picture and its curves.

        Raises:
            DiskError: it could not be written.
        """
        self._keep_result()
        self._write_curves()

    def finish(self) -> None:
        """Keeps the result with its picture: all that whoever waits for it asks for.

        Raises:
            DiskError: it could not be written.
        """
        self._keep_result()
        if self._max_checkpoints:
            self._add_to_history(self._score)

    def conclude(self) -> dict[str, Any]:
        """Draws the curves of what was finished and evaluates it: the numbers of `Trainer.evaluate`.

        Raises:
            DiskError: the curves could not be written.
        """
        evaluation: dict[str, Any] = finite_or_none(self.trainer.evaluate())
        if self._max_checkpoints and "score" in evaluation:
            self._add_to_history(evaluation["score"])
        self._write_curves()
        return evaluation

    def _keep_result(self) -> None:
        self.checkpoint()
        self._preview()

    def _write_curves(self) -> None:
        if self.trainer.history.steps:  # a result of no steps has none
            write_whole(self.folder / CURVES, self.trainer.curves())

    def _keep_checkpoint(self, score: float | None) -> None:
        self.checkpoint()
        self._add_to_history(score)

    def _add_to_history(self, score: float | None) -> None:
        """Keeps a checkpoint to go back to; where that fails the job goes on all the same."""
        config = configuration.to_json(self.trainer.config)
        try:
            keep_checkpoint(self.folder, self.step, config, finite_or_none(score), self._max_checkpoints)
        except DiskError as error:
            log.warning("%s", error.sentence)

    def _progress(self, report: StepReport) -> Progress:
        left = self._pace.seconds * (self.steps - report.step)
        return Progress(
            job=self.job,
            step=report.step,
            steps=self.steps,
            seconds=self.seconds,
            loss=finite_or_none(report.loss),
            terms=finite_or_none(report.terms),
            score=finite_or_none(report.score),
            steps_per_second=self._pace.steps_per_second,
            seconds_left=left,
            memory_mb=memory_mb(self.trainer.device),
        )

    def _preview(self, seconds: float = math.inf) -> None:
        """Small, or coarse, where that is what the time allows; whole when the run is kept."""
        image = self.trainer.preview(self.config.optimize.preview_size, seconds)
        write_png(self.folder / PREVIEW, image)
        self._notify(PreviewUpdated(self.job, self.step, image))


class Throttle:
    """Something to do every so many seconds, and never so often that it takes more than a tenth of the time."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._period = seconds
        self._clock = clock
        self._next = clock() + seconds

    def do(self, action: Callable[[], None], *, force: bool = False) -> None:
        started = self._clock()
        if started < self._next and not force:
            return
        action()
        ended = self._clock()
        self._next = ended + max(self._period, _COST_RATIO * (ended - started))


class StepTimer:
    """Seconds of one step: the median of the last ones, since the grid grows and a first step is slow."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=_PACE_STEPS)

    def add(self, seconds: float) -> None:
        self._last.append(seconds)

    @property
    def seconds(self) -> float:
        return float(np.median(self._last)) if self._last else 0.0

    @property
    def steps_per_second(self) -> float | None:
        return 1.0 / self.seconds if self.seconds > 0 else None


def finite_or_none(value: Any) -> Any:
    """`value` with None for what JSON cannot say: NaN and infinity."""
    if isinstance(value, dict):
        return {name: finite_or_none(item) for name, item in value.items()}
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value
