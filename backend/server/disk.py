"""Files that are whole or not there, and sentences for disks that refuse."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.errors import DiskError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(cause: OSError) -> bool:
    return cause.errno in _FULL


def disk_error(path: Path, cause: OSError) -> DiskError:
    """What to tell a person when `path` could not be written."""
    if is_full(cause):
        return DiskError(f"The disk is full, so {path} could not be written: free some space and try again.")
    reason = cause.strerror or str(cause)
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
        probe.write_bytes(b"dreamwright")
        probe.unlink()
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Replaces `path` by `content` in one step: a reader, or a crash, meets the old file or the new one.

    Raises:
        DiskError: it could not be written; the old file is still there.
    """
    temporary = path.with_name(path.name + ".part")
    with disk_errors(path):
        try:
            with open(temporary, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
