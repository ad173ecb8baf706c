"""A line on the terminal that says what is being done, how far it is and how long it will take."""

from __future__ import annotations

import re
import shutil
import time
from typing import TextIO

BAR = 24  # characters
QUIET_SECONDS = 5.0  # between two lines, where the output is no terminal


class ProgressLine:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._stage = ""
        self._written = 0.0
        self._dirty = False

    def show(self, stage: str, fraction: float | None = None, note: str = "") -> None:
        """Draws over the last line on a terminal; elsewhere writes a line a stage, and one now and then."""
        text = stage if fraction is None else f"{stage:12} {bar(fraction)} {note}"
        if self._live:
            self._stream.write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])
            self._dirty = True
        elif _kind(stage) != _kind(self._stage) or time.monotonic() - self._written > QUIET_SECONDS:
            self._stream.write(text.rstrip() + "\n")
            self._written = time.monotonic()
        self._stage = stage
        self._stream.flush()

    def print_line(self, text: str) -> None:
        """A line that stays."""
        self.clear()
        self._stream.write(text + "\n")
        self._stream.flush()

    def clear(self) -> None:
        if self._dirty:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
        self._dirty = False


def _kind(stage: str) -> str:
    """The stage without its numbers: "view 3 of 40" and "view 4 of 40" are one."""
    return re.sub(r"\d+", "", stage)


def bar(fraction: float) -> str:
    done = round(min(max(fraction, 0.0), 1.0) * BAR)
    return "[" + "#" * done + "-" * (BAR - done) + "]"


def time_left(seconds: float | None) -> str:
    """Time left as a person says it."""
    if seconds is None:
        return ""
    return f"{seconds:.0f} s left" if seconds < 90 else f"{seconds / 60:.0f} min left"
