"""From the worker's thread to the clients whose jobs they are: the one crossing into the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable
from typing import Any, Protocol

from backend.wire.messages import LogLine, ModelProgress, PreviewUpdated, Progress

log = logging.getLogger(__name__)


class Listener(Protocol):
    def hears(self, client: str | None) -> bool: ...

    def notify(self, message: Any, key: Hashable, *, expendable: bool) -> None: ...


class Broadcaster:
    """Sends notifications to those who may hear them. `tell` may be called from any thread and never blocks."""

    def __init__(self, loop: asyncio.AbstractEventLoop, owner_of: Callable[[str], str | None]) -> None:
        """`owner_of` gives the client whose job it is: others are not told of it."""
        self._loop = loop
        self._owner_of = owner_of
        self._listeners: set[Listener] = set()

    def notify(self, message: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(self._notify_all, message)
        except RuntimeError:  # the loop is closed: the backend is ending, nobody listens
            log.debug("nobody is left to hear %r", type(message).__name__)

    def join(self, listener: Listener) -> None:
        self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def _notify_all(self, message: Any) -> None:
        job = getattr(message, "job", None)
        client = self._owner_of(job) if job else None
        for listener in [each for each in self._listeners if each.hears(client)]:
            listener.notify(message, redundancy_key(message), expendable=isinstance(message, LogLine))


def redundancy_key(message: Any) -> Hashable:
    """Returns what a newer message of the same kind makes superfluous; None where every one counts."""
    if isinstance(message, Progress | PreviewUpdated):
        return message.method, message.job
    if isinstance(message, ModelProgress):
        return message.method, message.model
    return None
