"""A backend and the conversation with it: our own, opened and closed with its process, or one that runs elsewhere."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import calls
from .address import RemoteBackend
from .client import Client, Event
from .errors import BackendLostError, CacheBusyError, DiskError, DreamwrightError
from .own_files import make_own_folder
from .process import BackendProcess
from .wire import AuthorizationError, messages

MOST_BLENDERS = 8
"""That share a cache folder, each with a backend of its own."""
SAVING_SECONDS = 3.0
"""A backend whose Blender has just closed saves its job within so long."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BackendConnection:
    """Make one with `start_and_connect` or `connect_to_remote`."""

    process: BackendProcess | None
    """None where it is not ours."""
    client: Client
    backend_info: messages.HelloResult
    remote: RemoteBackend | None = None

    @property
    def alive(self) -> bool:
        return self.client.open and (self.process is None or self.process.poll() is None)

    @property
    def last_log_line(self) -> str:
        """The end of what our process wrote down; empty where it is not ours."""
        return self.process.stderr_tail(1) if self.process else ""

    def close(self) -> None:
        """End the conversation, and then the process where it is ours; it saves its running job first."""
        with contextlib.suppress(DreamwrightError):
            self.client.close()
        if self.process:
            self.process.stop()


def start_and_connect(
    python: Path, cache: Path, device: str, version: str, on_event: Callable[[Event], None]
) -> BackendConnection:
    """Start the backend and greet it. Blocks for as long as torch takes to import.

    Raises:
        BackendError: it could not be started. VersionError: it is another version. DiskError: no cache folder.
    """
    process = _start_in_free_cache(python, cache, device)
    try:
        client = Client.connect(process.port, process.token, on_event)
        return BackendConnection(process, client, calls.hello(client, version))
    except BaseException:
        process.stop(timeout=2.0)
        raise


def _start_in_free_cache(python: Path, cache: Path, device: str) -> BackendProcess:
    """Start in the cache folder, or beside it where another Blender has that; one that has just ended may need a moment
    to save its job."""
    folders = [cache, cache, *(cache / f"blender-{number}" for number in range(2, MOST_BLENDERS + 1))]
    for attempt, folder in enumerate(folders):
        _make_folder(folder)
        try:
            return BackendProcess.start(python, folder, device)
        except CacheBusyError as busy:
            if folder == folders[-1]:
                raise
            log.warning("%s", busy.sentence)
            time.sleep(SAVING_SECONDS if attempt == 0 else 0.0)
    raise AssertionError  # the last folder raises


def connect_to_remote(remote: RemoteBackend, version: str, on_event: Callable[[Event], None]) -> BackendConnection:
    """Greet a backend that somebody else started.

    Raises:
        AddressError: the address cannot be used. AuthorizationError: the token is another.
        BackendLostError: nobody answers there. VersionError: it is another version.
    """
    try:
        client = Client.connect_to(remote.url, remote.token, on_event)
    except AuthorizationError as cause:
        sentence = f"The backend at {remote.address} refused the token: write the one that it was started with."
        raise AuthorizationError(sentence) from cause
    except BackendLostError as cause:
        sentence = f"No backend answers at {remote.address}: start it there, or open the tunnel that leads to it."
        raise BackendLostError(sentence) from cause
    try:
        return BackendConnection(None, client, calls.hello(client, version), remote)
    except BaseException:
        client.close()
        raise


def _make_folder(cache: Path) -> None:
    try:
        make_own_folder(cache)
    except OSError as cause:
        sentence = f"The cache folder {cache} cannot be made ({cause.strerror}): choose another in the preferences."
        raise DiskError(sentence) from cause
