"""Connections that have not shown a token yet: few at a time, so that nobody who knocks keeps others out."""

from __future__ import annotations

from asyncio import BaseTransport
from typing import Any

from websockets.asyncio.server import ServerConnection

from backend.wire.arrays import FRAGMENT_BYTES
from backend.wire.text import TEXT_LIMIT

from ..jobs.clients import Who

WAITING = 64
"""Connections without a token at the same time; one more sends the oldest away, the least likely to be honest."""
PER_CLIENT = 32
"""Connections of one client at the same time."""
LIMITS: dict[str, Any] = {
    "open_timeout": 5.0,
    "max_size": TEXT_LIMIT,  # a call brings an array of half of that at most
    "write_limit": FRAGMENT_BYTES,
}
"""Of each connection, as `websockets` takes them."""


class Lobby:
    """Who is waiting, and who was let in."""

    def __init__(self) -> None:
        self._waiting: dict[Guest, None] = {}
        self._inside: dict[Guest, Who] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def enter(self, guest: Guest) -> None:
        while len(self._waiting) >= WAITING:
            oldest = next(iter(self._waiting))
            self._waiting.pop(oldest)
            oldest.transport.abort()
        self._waiting[guest] = None

    def admit(self, guest: Guest, who: Who) -> bool:
        """Lets it in; False where this client has too many connections already."""
        if sum(inside == who for inside in self._inside.values()) >= PER_CLIENT:
            return False
        self._waiting.pop(guest, None)
        self._inside[guest] = guest.who = who
        return True

    def leave(self, guest: Guest) -> None:
        self._waiting.pop(guest, None)
        self._inside.pop(guest, None)


class Guest(ServerConnection):
    """A connection that the lobby knows of from its first moment."""

    who = Who("?")
    """Nobody, until the gate lets it in."""

    def __init__(self, lobby: Lobby, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._lobby = lobby

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._lobby.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lobby.leave(self)
        super().connection_lost(exc)
