"""A new file beside others: whole or not at all, and never in the place of one that is there."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Callable
from itertools import count
from pathlib import Path

from .errors import DiskError

MAX_NAME_BYTES = 60
"""Bytes of a name before its number and its suffix."""
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\s*\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices, whatever their suffix."""


def write_new(folder: Path, name: str, suffix: str, write: Callable[[Path], None]) -> Path:
    """Have `write` fill a file, which then has `name`, or `name.001` and so on where that is taken; gives its path.

    Raises:
        DiskError: the folder cannot be written, or the disk is full; nothing is left behind.
    """
    partial = folder / f".{secrets.token_hex(16)}{suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(partial)
        _flush(partial)
        return _move_to_free_name(partial, folder, safe_file_name(name), suffix)
    except OSError as cause:
        raise DiskError(
            f"'{name}{suffix}' cannot be written into {folder}: {cause.strerror or cause}. Choose another folder."
        ) from cause
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def write_over(path: Path, write: Callable[[Path], object]) -> None:
    """Have `write` fill a file that then takes the place of `path`: on the disk before it has its name.

    Raises:
        OSError: it could not be written; what was there still is, and nothing is left behind.
    """
    partial = path.with_name(path.name + ".part")
    try:
        write(partial)
        _flush(partial)
        os.replace(partial, path)
        _flush_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """A rename is not on the disk before its folder is; where a system flushes no folder, there is nothing to do."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def safe_file_name(name: str) -> str:
    """The name without what some file system refuses, and not longer than all of them allow."""
    safe = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", name).strip(" .")
    safe = safe.encode()[:MAX_NAME_BYTES].decode(errors="ignore").strip(" .") or "result"
    return f"_{safe}" if _RESERVED.fullmatch(safe) else safe


def _move_to_free_name(partial: Path, folder: Path, name: str, suffix: str) -> Path:
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
        _flush_folder(folder)
        return target
    raise AssertionError("count never ends")
