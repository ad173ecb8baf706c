"""Where the backend's log goes: standard error, and a file that is turned over before it grows large.

Nobody who reads it slowly holds the backend up: a line for standard error that would have to wait is dropped and
counted. And nobody writes into it but us: what a message brings along stays on its own line.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import select
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path

from backend.disk import disk_errors, make_folder
from backend.errors import LINE_LIMIT, bounded, one_line

from .rate_limit import RateLimitFilter

FILE = "backend.log"
_BYTES = 2 << 20
_BACKUPS = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_PIPE_BYTES = 4096 if not hasattr(select, "PIPE_BUF") else select.PIPE_BUF


def log_to_file(cache: Path) -> Path:
    """Sends the log to standard error and to `cache/log/backend.log`; returns that path.

    Raises:
        DiskError: the folder cannot be written.
    """
    path = make_folder(cache / "log") / FILE
    with disk_errors(path):
        file = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_BACKUPS, encoding="utf-8", errors="replace")
    # A disk that fills up while we run would else put a traceback on standard error for every line of the log.
    logging.raiseExceptions = False
    sys.stderr = NeverWaiting(2)  # also for what libraries print: warnings, bars of progress
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr), file]
    for handler in handlers:
        handler.setFormatter(OneLine(_FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.captureWarnings(True)
    logging.getLogger("websockets").setLevel(logging.WARNING)
    logging.getLogger("websockets.server").addFilter(RateLimitFilter())  # a line for each handshake that somebody broke
    return path


class OneLine(logging.Formatter):
    """A message is one line; a traceback's lines are indented, so that none of them passes for a message."""

    def format(self, record: logging.LogRecord) -> str:
        copy = logging.makeLogRecord(vars(record))
        copy.msg, copy.args = one_line(record.getMessage()), ()
        copy.exc_text = None
        return super().format(copy)

    def formatException(self, ei) -> str:  # type: ignore[no-untyped-def]  # noqa: N802  (the library's name)
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    lines = bounded(text, 8 * LINE_LIMIT).split("\n")
    return "\n".join("    " + one_line(line) for line in lines)


class NeverWaiting(io.TextIOBase):
    """Standard error for a process that outlives its reader's patience.

    A parent that was stopped leaves its end of the pipe full; a write would then wait for as long as it sleeps, and
    with it whoever wrote. The system is asked first whether a write would wait (on Windows it cannot be).
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._lock = threading.Lock()
        self._dropped = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def write(self, text: str) -> int:
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._write(text.encode(errors="replace"))
        return len(text)

    def _write(self, content: bytes) -> None:
        if self._dropped and self._has_room():
            os.write(self._number, f"({self._dropped} pieces of the log were not read in time)\n".encode())
            self._dropped = 0
        for start in range(0, len(content), _PIPE_BYTES):
            if not self._has_room():
                self._dropped += 1
                return
            os.write(self._number, content[start : start + _PIPE_BYTES])

    def _has_room(self) -> bool:
        """Tells whether a pipe takes as much as we write at once (POSIX: PIPE_BUF bytes are written whole or not)."""
        if sys.platform == "win32":  # `select` knows no pipes there, nor is a process stopped as easily
            return True
        poll = select.poll()
        poll.register(self._number, select.POLLOUT)
        return bool(poll.poll(0))
