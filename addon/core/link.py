"""A backend of our own: its process and the conversation with it, opened and closed together."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import calls
from .client import Client, Event
from .errors import DiskError, DreamwrightError
from .process import BackendProcess
from .wire import messages

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Link:
    """Make one with `open_link`."""

    process: BackendProcess
    client: Client
    welcome: messages.Welcome

    @property
    def alive(self) -> bool:
        return self.process.poll() is None and self.client.open

    def close(self) -> None:
        """End the conversation, then the process; it saves its running job first."""
        with contextlib.suppress(DreamwrightError):
            self.client.close()
        self.process.stop()


def open_link(python: Path, cache: Path, device: str, version: str, on_event: Callable[[Event], None]) -> Link:
    """Start the backend and greet it. Blocks for as long as torch takes to import.

    Raises:
        BackendError: it could not be started. VersionError: it is another version. DiskError: no cache folder.
    """
    _make(cache)
    process = BackendProcess.start(python, cache, device)
    try:
        client = Client.connect(process.port, process.token, on_event)
        return Link(process, client, calls.hello(client, version))
    except BaseException:
        process.stop(timeout=2.0)
        raise


def _make(cache: Path) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        sentence = f"The cache folder {cache} cannot be made ({cause.strerror}): choose another in the preferences."
        raise DiskError(sentence) from cause
