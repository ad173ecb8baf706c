"""The one place that writes files: whole or not there, on the disk before they have their name; and sentences for disks
that refuse."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.errors import DiskError

PARTIAL = ".part"
"""What a name ends with until the file is whole."""
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between tries; two in all."""
_HELD = (5, 32, 33, 1224)
"""Windows' errors of a file that is open or mapped elsewhere: access denied, sharing, locked, mapped."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(cause: OSError) -> bool:
    return cause.errno in _FULL


def disk_error(path: Path, cause: OSError) -> DiskError:
    """Returns what to tell a person when `path` could not be written."""
    if is_full(cause):
        return DiskError(f"The disk is full, so {path} could not be written: free some space and try again.")
    reason = cause.strerror or str(cause)
    if getattr(cause, "winerror", None) in _HELD:
        return DiskError(f"{path} is held by another program ({reason}): close what has it open, and try again.")
    return DiskError(f"{path} cannot be written ({reason}): choose another folder or change its permissions.")


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Operating-system errors inside the block become DiskError sentences about `path`."""
    try:
        yield
    except OSError as cause:
        raise disk_error(path, cause) from cause


def make_folder(path: Path) -> Path:
    """`path` as a folder that files can be written into.

    Raises:
        DiskError: it cannot be made, or not be written.
    """
    with disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".write-test-{os.getpid()}"
        try:
            probe.write_bytes(b"dreamwright")
        finally:
            probe.unlink(missing_ok=True)
    return path


def write_whole(path: Path, content: bytes | Callable[[Path], object]) -> None:
    """Replaces `path` in one step, by bytes or by what a function writes: a reader meets the old file or the new one.

    Raises:
        DiskError: it could not be written; the old file is still there.
    """
    with disk_errors(path):
        replace_whole(path, content)


def replace_whole(path: Path, content: bytes | Callable[[Path], object]) -> None:
    """Does what `write_whole` does, but raises the OSError, for whoever has a sentence of its own for it."""
    partial = path.with_name(path.name + PARTIAL)
    try:
        partial.write_bytes(content) if isinstance(content, bytes) else content(partial)
        move_into_place(partial, path)
    finally:
        with contextlib.suppress(OSError):  # a folder that stands in its place is nobody's litter but its owner's
            partial.unlink(missing_ok=True)


def move_into_place(partial: Path, path: Path) -> None:
    """`partial` becomes `path`, also for a machine that loses its power in the next moment."""
    if partial.is_file():
        flush(partial)
    replace_patiently(partial, path)
    flush_folder(path.parent)


def replace_patiently(source: Path, target: Path) -> None:
    """Rename, over what is there; wait a moment where somebody reads it: Windows renames and replaces nothing that is
    open, and an antivirus, a search or a backup opens what is new.

    Raises:
        OSError
    """
    for pause in _PAUSES:
        try:
            return os.replace(source, target)
        except PermissionError:
            if not _waits_for_readers():
                raise
            time.sleep(pause)
    os.replace(source, target)


def _waits_for_readers() -> bool:
    return os.name != "posix"  # elsewhere a refusal is a matter of rights


def flush(path: Path) -> None:
    """Has the content of a file on the disk itself."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Has the names in a folder on the disk: a rename alone is a promise that a loss of power breaks."""
    if os.name != "posix":  # Windows opens no folder, and keeps names in its journal
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as cause:  # some network file systems know no such thing; a full disk is another matter
        if cause.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(opened)
