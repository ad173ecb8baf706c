"""Ctrl-C asks first, and breaks off when it is pressed again."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType, TracebackType


class Interruption:
    """While it is entered, the first Ctrl-C calls `ask` and the second raises KeyboardInterrupt.

    A handler that does not raise lets whatever was being read go on, so nothing that arrives is lost.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self.wanted = False
        self._ask = ask

    def __enter__(self) -> Interruption:
        self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.wanted:
            raise KeyboardInterrupt
        self.wanted = True
        self._ask()
