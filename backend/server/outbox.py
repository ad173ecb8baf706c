"""What waits to be sent to one client, bounded.

A message with a key replaces the unsent one of the same key: a client that is slow, or asleep in a render, then gets
the newest progress and preview instead of a backlog. The newcomer goes to the end of the line, so that what is sent
stays in the order in which it happened.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

LIMIT = 512
"""Messages. Without keys only changes of state and lines of log gather: a client this far behind has gone."""

T = TypeVar("T")


class OutboxFullError(Exception):
    """The client does not read and everything left is important: close the connection, it can ask again."""


class Outbox(Generic[T]):
    """A queue with keys. `expendable` items (lines of log) go first when it is full. Not thread-safe."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._items: dict[Hashable, T] = {}
        self._expendable: set[Hashable] = set()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T, key: Hashable = None, *, expendable: bool = False) -> None:
        """Queues a message; one with the same key, not yet sent, gives way to it.

        Raises:
            OutboxFullError: there is no room, and nothing that may be dropped.
        """
        place = object() if key is None else key
        self._items.pop(place, None)
        if len(self._items) >= self._limit:
            self._drop_one()
        self._items[place] = item
        if expendable:
            self._expendable.add(place)

    def take(self) -> T:
        """The oldest item. Raises IndexError when there is none."""
        if not self._items:
            raise IndexError("the outbox is empty")
        place = next(iter(self._items))
        self._expendable.discard(place)
        return self._items.pop(place)

    def _drop_one(self) -> None:
        oldest = next((place for place in self._items if place in self._expendable), None)
        if oldest is None:
            raise OutboxFullError(f"{len(self._items)} messages wait for a client that does not read them")
        self._expendable.discard(oldest)
        del self._items[oldest]
