"""Two sides of a conversation in memory: what the one sends, the other receives as a socket would give it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from backend.wire.rpc import Event, Message, Peer


def on_the_wire(message: Message) -> str | bytes:
    """A message whole, as the receiving socket gives it."""
    return message if isinstance(message, str) else b"".join(bytes(part) for part in message)


def carry(messages: Iterable[Message], to: Peer) -> list[Event]:
    """What all of `messages` mean to the other side."""
    return [event for message in messages for event in to.receive(on_the_wire(message))]


def carry_one(messages: Iterable[Message], to: Peer) -> Any:
    """The one thing that `messages` mean."""
    (event,) = carry(messages, to)
    return event


def spoken(**body: Any) -> str:
    """Text as a strange side might write it."""
    return json.dumps({"jsonrpc": "2.0", **body})
