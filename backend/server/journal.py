"""Where the backend's log goes: standard error, and a file that is turned over before it grows large."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from backend.disk import disk_errors, make_folder

FILE = "backend.log"
_BYTES = 2 << 20
_KEPT = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def keep_journal(cache: Path) -> Path:
    """Sends the log to standard error and to `cache/log/backend.log`; returns that path.

    Raises:
        DiskError: the folder cannot be written.
    """
    path = make_folder(cache / "log") / FILE
    with disk_errors(path):
        file = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
    # A disk that fills up while we run would else put a traceback on standard error for every line of the log.
    logging.raiseExceptions = False
    logging.basicConfig(level=logging.INFO, format=_FORMAT, handlers=[logging.StreamHandler(), file], force=True)
    logging.getLogger("websockets").setLevel(logging.WARNING)
    return path
