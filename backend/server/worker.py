"""The one thread that optimises, and takes commands between two steps."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Work(Protocol):
    """What the thread does when nobody asks for anything."""

    def advance(self) -> bool:
        """A short piece of work; False when there is none."""

    def put_aside(self) -> None:
        """Keeps what is half done: the thread ends."""


class Worker(threading.Thread):
    """Works until `stop`. Whatever is asked runs on this thread, so the work needs no locks."""

    def __init__(self, work: Work) -> None:
        # A daemon: a step that never ends must not keep the process (serving.py waits for us, but not for ever).
        super().__init__(name="dreamwright-worker", daemon=True)
        self._work = work
        self._wake = threading.Condition()
        self._commands: deque[Callable[[], None]] = deque()
        self._stopping = False

    def ask(self, command: Callable[[], T]) -> Future[T]:
        """What `command` returns or raises, once it ran between two steps. Callable from any thread."""
        future: Future[T] = Future()
        with self._wake:
            self._commands.append(lambda: _settle(future, command))
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
            if not self._work.advance():
                self._sleep()
        self._work.put_aside()
        self._take_commands()

    def _take_commands(self) -> None:
        while self._commands:
            self._commands.popleft()()

    def _sleep(self) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._commands or self._stopping)


def _settle(future: Future[T], command: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():  # the client who asked has gone
        return
    try:
        future.set_result(command())
    except Exception as cause:  # belongs to whoever asked; this thread goes on
        future.set_exception(cause)
