"""Results as lines of JSON, one after another: what was measured before is never touched.

A line goes to the disk in one write. Where a machine stopped in the middle of one, the torn line is left out on
reading, and the next begins on a line of its own.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import IO

from backend.errors import DiskError

from .results import Measured, from_json, to_json

log = logging.getLogger(__name__)


def append(path: Path, measured: Measured) -> None:
    """One more line.

    Raises:
        DiskError: the file cannot be written.
    """
    line = json.dumps(to_json(measured), allow_nan=False).encode() + b"\n"
    try:
        with open(path, "ab+", buffering=0) as file:
            file.write(line if _ends_a_line(file) else b"\n" + line)
            os.fsync(file.fileno())
    except OSError as cause:
        reason = cause.strerror or str(cause)
        raise DiskError(f"{path} cannot be written ({reason}): choose another folder or make room.") from cause


def read(path: Path) -> list[Measured]:
    """All whole lines; none where there is no file yet."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    found = [_measured(line, path) for line in lines if line.strip()]
    return [measured for measured in found if measured is not None]


def _measured(line: bytes, path: Path) -> Measured | None:
    try:
        return from_json(json.loads(line))
    except (ValueError, TypeError, AttributeError) as cause:
        log.warning("left out a line of %s that is no result: %s", path, cause)
        return None


def _ends_a_line(file: IO[bytes]) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
