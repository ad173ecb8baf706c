"""What came of a job, and how long each part of it took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """What came of a job, for the person and for scripts; kept on the scene as JSON."""

    prompt: str
    seed: int
    job: str
    device: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    step: int = 0
    steps: int = 0
    stopped: bool = False
    score: float | None = None
    evaluation: dict[str, Any] | None = None
    backend_peak_rss_mb: float = 0.0
    vertices: int = 0
    faces: int = 0
    models: list[Any] = field(default_factory=list)
    object: str = ""
    warnings: list[str] = field(default_factory=list)
    taken_for: str = ""
    """What a picture was taken for, and how sure that was; empty where there was none."""

    @property
    def sentence(self) -> str:
        how = f"stopped at step {self.step}" if self.stopped else f"{self.step} steps" if self.steps else "at once"
        return f"Made '{self.object}': {self.faces:,} faces, {how}."

    @property
    def summary(self) -> str:
        """Says the same as short as a line of the panel."""
        took = _as_words(sum(self.seconds.values()))
        return f"Stopped at step {self.step} of {self.steps}" if self.stopped else f"Made in {took}"


def _as_words(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, stage: str) -> None:
        now = time.monotonic()
        self.seconds[stage], self._last = round(now - self._last, 3), now
