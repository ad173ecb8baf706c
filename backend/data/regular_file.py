"""Opening what a stranger named: a file, or nothing. A pipe waits for ever, a device has no end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
NAME_LIMIT = 1000
"""Characters of a name; file systems hold 255 of a part, and most systems 1024 to 4096 of a path."""


class NotAFileError(OSError):
    """Something else is there; `str(error)` says what, as 'a pipe'."""


class TooLargeError(OSError):
    """The file holds more than is read of such a file."""


def open_regular(path: Path, limit: int) -> BinaryIO:
    """A file of no more than `limit` bytes, open for reading.

    It is looked at before it is opened, since opening a device may already do something, and again afterwards, since
    it may have been exchanged meanwhile; O_NONBLOCK, so that even then a pipe does not hold us.

    Raises:
        NotAFileError, TooLargeError: it is something else, or larger.
        OSError: it is not there, or may not be read.
    """
    try:
        _check(os.stat(path), limit)
        file = os.fdopen(os.open(path, _FLAGS), "rb")
    except ValueError as cause:  # a NUL, or half a surrogate pair
        raise FileNotFoundError(str(cause)) from cause
    except OSError as cause:
        if cause.errno == errno.ENAMETOOLONG:  # what no name can be is not there
            raise FileNotFoundError(str(cause)) from cause
        raise
    try:
        _check(os.fstat(file.fileno()), limit)
    except OSError:
        file.close()
        raise
    return file


def _check(found: os.stat_result, limit: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotAFileError(next((words for is_it, words in _KINDS if is_it(found.st_mode)), "no file"))
    if found.st_size > limit:
        raise TooLargeError(f"{found.st_size / 1e6:.0f} MB, where {limit / 1e6:.0f} MB are the most")


def brief(name: object, most: int = 160) -> str:
    """A name as a sentence may hold it: on one line, and not longer than a person reads."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(name)[: most + 1])
    return text if len(text) <= most else text[: most - 3] + "..."
