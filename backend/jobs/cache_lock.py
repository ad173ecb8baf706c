"""One backend at a time in a cache folder.

The lock is the operating system's, on an open file: it goes with the process however that ends, so a lock left by a
dead backend is no lock. The process id inside the file is only for the sentence.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from backend.disk import disk_errors
from backend.errors import CacheInUseError

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(1 << 20)  # a byte that nobody reads: on Windows a locked byte cannot be read either
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


NAME = "backend.lock"


class CacheLock:
    """Held from construction to `release`, or to the end of the process.

    Raises:
        CacheInUseError: another backend that is alive holds it.
        DiskError: the folder cannot be written.
    """

    def __init__(self, cache: Path) -> None:
        path = cache / NAME
        with disk_errors(path):
            self._file = open(path, "a+", encoding="utf-8")  # noqa: SIM115  (open for as long as the lock is held)
        try:
            _lock(self._file)
        except OSError as cause:
            raise CacheInUseError(self._sentence(cache)) from cause
        self._sign()

    def release(self) -> None:
        self._file.close()

    def _sign(self) -> None:
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def _sentence(self, cache: Path) -> str:
        self._file.seek(0)
        owner = self._file.read(20).strip() or "unknown"
        self._file.close()
        return f"Another backend (process {owner}) works in {cache}: stop it, or choose another cache folder."
