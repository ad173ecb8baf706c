"""How long tests wait, in one place: until something has happened, never for a time that should be enough.

DREAMWRIGHT_TEST_PATIENCE makes every bound longer on a machine that is slow or shared: 1 is a quiet one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

SCALE = float(os.environ.get("DREAMWRIGHT_TEST_PATIENCE") or 3.0)
PATIENCE = 60.0 * SCALE
"""Seconds after which something that should have happened will not. A test that passes never waits so long."""


def soon(seconds: float) -> float:
    """A bound for what must be quick: so many seconds on a quiet machine."""
    return seconds * SCALE


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE, every: float = 0.02) -> bool:
    """Whether `condition` came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
