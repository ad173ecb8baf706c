"""What a job says: into its log.txt, into the backend's log, and to the clients."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from backend.errors import one_line
from backend.wire.messages import LogLine

from .runner import Notify

NAME = "log.txt"

log = logging.getLogger(__name__)


class JobLog:
    """Call it with a line of text."""

    def __init__(self, job: str, folder: Path, notify: Notify) -> None:
        self._job = job
        self._path = folder / NAME
        self._notify = notify

    def __call__(self, text: str, level: int = logging.INFO) -> None:
        text = one_line(text)
        log.log(level, "job %s: %s", self._job, text)
        try:
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")
        except OSError as cause:  # a job does not end because its log cannot be written
            log.warning("job %s: its log cannot be written: %s", self._job, cause)
        self._notify(LogLine(logging.getLevelName(level).lower(), text, self._job))
