"""What an enemy can make us say again and again is said once a second, with how often it was left unsaid."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

SECONDS = 1.0


class RateLimitedLog:
    """A logger of warnings for events that others cause."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock = log, clock
        self._next, self._unsaid = 0.0, 0

    def warning(self, text: str, *arguments: object) -> None:
        self.log(logging.WARNING, text, *arguments)

    def log(self, level: int, text: str, *arguments: object) -> None:
        now = self._clock()
        if now < self._next:
            self._unsaid += 1
            return
        more = f" (and {self._unsaid} more that were not written down)" if self._unsaid else ""
        self._next, self._unsaid = now + SECONDS, 0
        self._log.log(level, text + "%s", *arguments, more)


class RateLimitFilter(logging.Filter):
    """As `RateLimitedLog`, for a library's own logger."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._next, self._unsaid = 0.0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        now = self._clock()
        if now < self._next:
            self._unsaid += 1
            return False
        if self._unsaid:
            record.msg = f"{record.msg} (and {self._unsaid} more that were not written down)"
        self._next, self._unsaid = now + SECONDS, 0
        return True
