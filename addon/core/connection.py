"""A backend and the conversation with it: our own, opened and closed with its process, or one that runs elsewhere."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import calls
from .address import RemoteBackend
from .client import Client, Event
from .errors import BackendLostError, DiskError, DreamwrightError
from .own_files import make_own_folder
from .process import BackendProcess
from .wire import AuthorizationError, messages

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
    _make_folder(cache)
    process = BackendProcess.start(python, cache, device)
    try:
        client = Client.connect(process.port, process.token, on_event)
        return BackendConnection(process, client, calls.hello(client, version))
    except BaseException:
        process.stop(timeout=2.0)
        raise


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
