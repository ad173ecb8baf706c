"""A new file beside others: whole or not at all, and never in the place of one that is there."""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Callable
from itertools import count
from pathlib import Path

from .errors import DiskError

LONGEST = 60
"""Bytes of a name before its number and its suffix."""


def write_new(folder: Path, name: str, suffix: str, write: Callable[[Path], None]) -> Path:
    """Have `write` fill a file, which then has `name`, or `name.001` and so on where that is taken; gives its path.

    Raises:
        DiskError: the folder cannot be written, or the disk is full; nothing is left behind.
    """
    partial = folder / f".{uuid.uuid4().hex}{suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(partial)
        return _moved(partial, folder, plain(name), suffix)
    except OSError as cause:
        raise DiskError(
            f"'{name}{suffix}' cannot be written into {folder}: {cause.strerror or cause}. Choose another folder."
        ) from cause
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def plain(name: str) -> str:
    """The name without what some file system refuses, and not longer than all of them allow."""
    safe = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", name).strip(" .")
    return safe.encode()[:LONGEST].decode(errors="ignore").strip(" .") or "result"


def _moved(partial: Path, folder: Path, name: str, suffix: str) -> Path:
    for number in count():
        target = folder / f"{name}{f'.{number:03d}' if number else ''}{suffix}"
        try:
            target.open("x").close()  # ours from now on, whoever else looks for a name at the same time
        except FileExistsError:
            continue
        try:
            os.replace(partial, target)
        except OSError:
            target.unlink()
            raise
        return target
    raise AssertionError("count never ends")
