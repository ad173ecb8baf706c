"""Questions answered one at a time in a thread, the newest first: what was asked before it is asked no more.

So whoever moves a viewport waits for one picture at most, and nothing queues up. The thread lives only as long as
there is something to answer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from .errors import DreamwrightError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkerResult:
    """To the question `to`: `value`, or the sentence with which it failed."""

    key: Hashable
    value: Any = None
    sentence: str = ""
    seconds: float = 0.0
    ended: float = 0.0
    """When, by time.monotonic."""


class LatestOnlyWorker:
    """Ask from one thread, read `latest` whenever you like."""

    def __init__(self) -> None:
        self.latest: WorkerResult | None = None
        self._lock = threading.Lock()
        self._next: tuple[Hashable, Callable[[], Any]] | None = None
        self._running: Hashable = None
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def submit(self, key: Hashable, answer: Callable[[], Any]) -> None:
        """Have `answer` called in the thread, unless this very question is being answered or waits."""
        with self._lock:
            if key in (self._running, self._next and self._next[0]):
                return
            self._next = key, answer
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="dreamwright-worker", daemon=True)
                self._thread.start()

    def clear(self) -> None:
        """Drop what waits and what was answered; what is being answered now comes to nothing."""
        with self._lock:
            self._next, self._running, self.latest = None, None, None

    def join(self, seconds: float) -> None:
        thread = self._thread
        if thread:
            thread.join(seconds)

    def _work(self) -> None:
        while wanted := self._next_request():
            key, answer = wanted
            self._publish(_run_request(key, answer))

    def _next_request(self) -> tuple[Hashable, Callable[[], Any]] | None:
        with self._lock:
            wanted, self._next = self._next, None
            self._running = wanted[0] if wanted else None
            if wanted is None:
                self._thread = None
            return wanted

    def _publish(self, answer: WorkerResult) -> None:
        with self._lock:
            if self._running == answer.key:  # else it was forgotten meanwhile
                self.latest = answer


def _run_request(key: Hashable, answer: Callable[[], Any]) -> WorkerResult:
    began = time.monotonic()
    try:
        value, sentence = answer(), ""
    except DreamwrightError as error:
        value, sentence = None, error.sentence
    except Exception as error:  # the boundary of the thread: nobody else would hear of it
        log.exception("a picture failed")
        value, sentence = None, f"The picture failed ({error!r}): the log says more."
    ended = time.monotonic()
    return WorkerResult(key, value, sentence, ended - began, ended)
