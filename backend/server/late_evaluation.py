"""What is measured of a result after it was announced: whoever waits for the result does not wait for its numbers.

The first score of a process imports open_clip, which takes seconds. So a finished job is announced first. It is
measured once its grid was handed out, or nobody has asked for that within a moment, or the next job is to begin.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from backend.errors import DiskError
from backend.jobs.runner import JobRunner
from backend.jobs.store import JobStore
from backend.wire.messages import Finished

from .error_messages import to_readable_error

PATIENCE_S = 1.0
"""A client that wants the grid of what was announced asks for it within milliseconds."""

log = logging.getLogger(__name__)


class LateEvaluation:
    """At most one result waits to be measured."""

    def __init__(
        self, store: JobStore, notify: Callable[[Any], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._notify, self._clock = store, notify, clock
        self._run: JobRunner | None = None
        self._due = 0.0

    @property
    def job(self) -> str:
        """Whose result waits; empty where none does."""
        return self._run.job if self._run is not None else ""

    @property
    def seconds_left(self) -> float | None:
        """Until it is due; None where nothing waits."""
        return max(0.0, self._due - self._clock()) if self._run is not None else None

    def add(self, run: JobRunner) -> None:
        """Keeps a run that has just been announced as finished."""
        self._run, self._due = run, self._clock() + PATIENCE_S

    def hurry(self, job: str) -> None:
        """Makes it due now: what was waited for has been handed out."""
        if job == self.job:
            self._due = self._clock()

    def forget(self, job: str) -> None:
        """Drops it: the job is no longer what was announced."""
        if job == self.job:
            self._run = None

    def skip(self) -> None:
        """Records that nothing was measured: there is no time left."""
        run, self._run = self._run, None
        if run is not None:
            self._record(run.job, {})

    def measure(self) -> None:
        """Measures what waits, and announces the numbers. What cannot be measured costs no result."""
        run, self._run = self._run, None
        if run is None:
            return
        evaluation: dict[str, Any] = {}
        try:
            evaluation = run.conclude()
        except Exception as cause:
            log.warning("Job %s was not measured: %s", run.job, to_readable_error(cause).sentence, exc_info=cause)
        self._record(run.job, evaluation)
        self._notify(Finished(run.job, run.step, evaluation))

    def _record(self, job: str, evaluation: dict[str, Any]) -> None:
        try:
            self._store.update(job, evaluation=evaluation, score=evaluation.get("score"))
        except DiskError as error:  # the numbers are announced, whether or not the disk takes them
            log.warning("%s", error.sentence)
