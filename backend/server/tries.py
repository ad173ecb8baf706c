"""How long a wrong token waits for its answer: longer each time, by address and for all of them together."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

FREE, FREE_IN_ALL = 5, 50
"""Wrong tokens that are answered at once."""
FIRST_SECONDS, LONGEST_SECONDS = 0.05, 2.0
"""It doubles; the longest stays well below the time that a handshake may take."""
FORGET_SECONDS = 60.0
ADDRESSES = 1024
"""Remembered; the one that is forgotten first still counts among all."""
_ALL = "*"


class Tries:
    """Counts wrong tokens."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wrong(self, address: str) -> float:
        """Seconds that this one has to wait."""
        return max(self._one_more(address, FREE), self._one_more(_ALL, FREE_IN_ALL))

    def _one_more(self, key: str, free: int) -> float:
        now = self._clock()
        count, last = self._counts.pop(key, (0, now))
        count = 1 if now - last > FORGET_SECONDS else count + 1
        self._counts[key] = count, now
        while len(self._counts) > ADDRESSES:
            self._counts.popitem(last=False)
        beyond = min(count - free, 30)
        return 0.0 if beyond <= 0 else min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (beyond - 1))
