"""How many rays are rendered at once: as many as memory holds, found by trying.

Memory that is short shows only when it is asked for. A chunk that does not fit is halved and tried again, and the size
that did fit is kept, so that the next picture begins with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

from backend.errors import MemoryShortError
from backend.free_memory import is_memory_short

Part = TypeVar("Part")

CHUNK_RAYS = 16384
"""Rays that are tried at first."""
MIN_RAYS = 64
"""Rays. Whoever has no memory for these has none for the field either."""

log = logging.getLogger(__name__)


class Chunks:
    """A size that falls when memory is short."""

    def __init__(self, size: int = CHUNK_RAYS, log: Callable[[str], None] = log.warning) -> None:
        self.size, self._log = size, log
        self._between: Callable[[], None] | None = None

    @contextmanager
    def pausing(self, between: Callable[[], None] | None) -> Iterator[None]:
        """Calls `between` after each chunk inside the block: for who has more to do than this one picture."""
        before, self._between = self._between, between
        try:
            yield
        finally:
            self._between = before

    def over(self, count: int, do: Callable[[slice], Part], largest: int | None = None) -> list[Part]:
        """`do` for consecutive slices of `count` things, no more than `size` (or `largest`) of them at once.

        Raises:
            MemoryShortError: not even the smallest chunk fits.
        """
        parts: list[Part] = []
        first = 0
        while first < count:
            size = min(self.size, largest or self.size)
            part = _attempt(do, slice(first, first + size))
            if part is None:
                self._halve(min(size, count - first))
            else:
                parts.append(part)
                first += size
            if self._between is not None:
                self._between()
        return parts

    def _halve(self, size: int) -> None:
        if size <= MIN_RAYS:
            raise MemoryShortError(
                f"There is no memory for even {size} rays at once: take a smaller field or fewer samples per ray."
            )
        self.size = max(MIN_RAYS, size // 2)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self._log(f"Memory does not hold {size} rays at once: pictures are now made {self.size} rays at a time.")


def _attempt(do: Callable[[slice], Part], some: slice) -> Part | None:
    """None when memory was short. The error is let go here: it holds what the failed attempt had taken."""
    try:
        return do(some)
    except (MemoryError, RuntimeError) as error:
        if not is_memory_short(error):
            raise
        return None
