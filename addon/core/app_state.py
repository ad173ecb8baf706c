"""What lives as long as the add-on is enabled: the session, the connection to the backend, and the last grid.

One `Studio` for the whole of Blender, made by flows. Only the main thread uses it, except for `session.post`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import calls
from .address import RemoteBackend
from .calls import GridData
from .client import LOST, Event
from .connection import BackendConnection
from .errors import BusyError, DiskError
from .session import Session

if TYPE_CHECKING:
    from .picture_question import PictureQuestion


class AppState:
    def __init__(self) -> None:
        self.session = Session()
        self.connection: BackendConnection | None = None
        self.remote: RemoteBackend | None = None
        """A backend elsewhere that a script chose, whatever the preferences say."""
        self.picture_question: PictureQuestion | None = None
        """What the last picture may show, where that has to be asked."""
        self.stop_requested = False
        self._current_task = ""
        self._last_grid: tuple[str, GridData] | None = None

    @property
    def current_task(self) -> str:
        """Says what is being done now, in words; empty when nothing is."""
        return self._current_task

    @contextlib.contextmanager
    def busy(self, current_task: str) -> Iterator[None]:
        """One thing at a time.

        Raises:
            BusyError: something else is being done.
        """
        if self._current_task:
            raise BusyError(f"Already {self._current_task}: wait for it, or stop it first.")
        self._current_task, self.stop_requested = current_task, False
        try:
            yield
        finally:
            self._current_task, self.stop_requested = "", False

    def request_stop(self) -> None:
        """Ask what is being done to stop as soon as it can.

        Raises:
            BusyError: nothing is being done.
        """
        if not self._current_task:
            raise BusyError("Nothing is running, so there is nothing to stop.")
        self.stop_requested = True

    def attach(self, connection: BackendConnection) -> None:
        """Use this backend from now on."""
        self.connection = connection
        about = connection.backend_info
        self.session.post("backend.ready", device=about.device, computes=about.computes)

    def detach(self) -> BackendConnection | None:
        """Our backend, if there is one, which is now the caller's to close."""
        connection, self.connection = self.connection, None
        if connection:
            self.session.receive(Event("backend.off"))
        return connection

    def mark_lost(self, sentence: str) -> None:
        """Our backend is gone without our asking."""
        self.connection = None
        self.session.post(LOST, sentence=sentence)

    def close_connection(self) -> None:
        """End our backend, if there is one; waits until it has ended."""
        connection = self.detach()
        if connection:
            connection.close()

    def cache_grid(self, job: str, grid: GridData, cache: Path) -> None:
        """Remember a grid, here and on disk, so that its result can be meshed again without the backend."""
        self._last_grid = (job, grid)
        calls.save_grid(grid, grid_path(cache, job))

    def cached_grid(self, job: str, cache: Path) -> GridData:
        """The grid of a job.

        Raises:
            DiskError: it was not kept.
        """
        if self._last_grid is None or self._last_grid[0] != job:
            self._last_grid = (job, calls.load_grid(grid_path(cache, job)))
        return self._last_grid[1]


_JOB = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""As the backend names them; none leads out of a folder, on any system."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def grid_path(cache: Path, job: str) -> Path:
    # the name comes out of a .blend, which may be anybody's, and may be anything
    if not isinstance(job, str) or not _JOB.fullmatch(job) or _DEVICES.fullmatch(job):
        raise DiskError("This object does not say which job it came from: generate it again.")
    return cache / "grids" / f"{job}.npz"
