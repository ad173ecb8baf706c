"""The one thread that optimizes, and takes commands between two steps."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from backend.errors import JobStateError

log = logging.getLogger(__name__)

T = TypeVar("T")


QUICK_SECONDS = 1.0
"""A look that takes no longer may come in between those that do."""
PATIENT_SECONDS = 10.0
"""A look that takes longer lets other jobs go on meanwhile."""


class Work(Protocol):
    """What the thread does when nobody asks for anything."""

    def advance(self, besides: str = "") -> bool:
        """A short piece of work, of no job named `besides`; False when there is none."""

    @property
    def seconds_to_work(self) -> float | None:
        """Until `advance` has something to do by itself; None where it has nothing."""

    def suspend(self) -> None:
        """Keeps what is half done: the thread ends."""


Between = Callable[[], None]
"""To be called often by what takes long: others are served, and it ends with an exception where nobody waits for it."""


@dataclass
class Asked:
    """A look at a job's field, which may take long."""

    job: str
    seconds: float
    run: Callable[[], None]
    nobody_waits: threading.Event
    began: float = 0.0


class Worker(threading.Thread):
    """Works until `stop`. Whatever is asked runs on this thread, so the work needs no locks.

    Commands come first, then looks, then the work. A look that takes long calls `between` again and again: there
    commands are taken, and quick looks, so that a huge picture holds up nobody but who asked for another one.
    """

    def __init__(self, work: Work) -> None:
        # A daemon: a step that never ends must not keep the process (serving.py waits for us, but not for ever).
        super().__init__(name="dreamwright-worker", daemon=True)
        self._work = work
        self._wake = threading.Condition()
        self._commands: deque[Callable[[], None]] = deque()
        self._views: deque[Asked] = deque()
        self._stopping = False

    def ask(self, command: Callable[[], T]) -> Future[T]:
        """Returns the future of what `command` returns or raises, run between two steps. Callable from any thread."""
        future: Future[T] = Future()
        with self._wake:
            self._commands.append(lambda: _run_into_future(future, command))
            self._wake.notify()
        return future

    def run_view(
        self, job: str, seconds: float, view: Callable[[Between], T], nobody_waits: threading.Event
    ) -> Future[T]:
        """Returns the future of what `view` returns or raises, after the commands that came; it ends early where
        `nobody_waits` is set."""
        future: Future[T] = Future()
        asked = Asked(job, seconds, lambda: None, nobody_waits)
        asked.run = lambda: _run_into_future(future, lambda: view(lambda: self._between(asked)))
        with self._wake:
            self._views.append(asked)
            self._wake.notify()
        return future

    def stop(self) -> None:
        """Ends the thread after the step it is in. Callable from any thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()

    def run(self) -> None:
        while not self._stopping:
            self._take_commands()
            viewed = bool(self._views)
            if viewed:
                self._run_next_view(self._views.popleft())
            if not self._work.advance() and not viewed:
                self._sleep()
        self._work.suspend()
        self._take_commands()
        while self._views:
            self._views.popleft().run()

    def _take_commands(self) -> None:
        while self._commands:
            self._commands.popleft()()

    def _run_next_view(self, asked: Asked) -> None:
        asked.began = time.monotonic()
        asked.run()

    def _between(self, asked: Asked) -> None:
        if self._stopping or asked.nobody_waits.is_set():
            raise JobStateError("The picture was not finished, because nobody waits for it: ask again.")
        self._take_commands()
        if asked.seconds <= QUICK_SECONDS:
            return
        for quick in [each for each in self._views if each.seconds <= QUICK_SECONDS]:
            self._views.remove(quick)
            self._run_next_view(quick)
        if time.monotonic() - asked.began > PATIENT_SECONDS:
            self._work.advance(besides=asked.job)

    def _sleep(self) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._commands or self._views or self._stopping, self._work.seconds_to_work)


def _run_into_future(future: Future[T], command: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():  # the client who asked has gone
        return
    try:
        future.set_result(command())
    except Exception as cause:  # belongs to whoever asked; this thread goes on
        future.set_exception(cause)
