"""How much of the processor a job may take beside what else is being done: how many threads, and at which priority.

Only the compiled loops change their threads while a job runs: their sums are the same bits whatever the number, so that
a seed still fixes a result. Torch's own stay as many as they were.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

EVERY_SECONDS = 1.0
_SMOOTHING = 0.5
"""Of what others were seen to use: one busy second is no reason to go down to one thread at once."""
_NICENESS = 1
"""A tenth less than a program of the same kind; 5 would leave a quarter of a core beside one that is busy."""
_BELOW_NORMAL = 0x4000


class Usage(NamedTuple):
    """Processor seconds since some moment."""

    everybody: float
    ours: float


def usage(root: Path = Path("/")) -> Usage | None:
    """Return what was computed on this machine and by this process so far; None where nobody says (macOS)."""
    if sys.platform == "win32":
        return _usage_on_windows()
    try:
        fields = [
            int(word) for word in (root / "proc" / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
        ]
    except (OSError, ValueError):
        return None
    idle = sum(fields[3:5])  # waiting for a disk is idle, too
    guests = sum(fields[8:10])  # counted among the others already
    ticks: int = os.sysconf("SC_CLK_TCK")
    return Usage((sum(fields) - idle - guests) / ticks, time.process_time())


class ThreadBudget:
    """As many threads as there are processors that nobody else uses, at least one, at most what torch was given."""

    def __init__(
        self,
        limit: int,
        read: Callable[[], Usage | None] = usage,
        clock: Callable[[], float] = time.monotonic,
        processors: int = 0,
    ) -> None:
        self._limit, self._read, self._clock = limit, read, clock
        self._processors = processors or os.cpu_count() or 1
        self._last, self._since = read(), clock()
        self._others = 0.0
        self._threads = limit

    def threads(self) -> int:
        """Look again where a second has passed, and give the number."""
        passed = self._clock() - self._since
        if self._limit > 1 and passed >= EVERY_SECONDS:
            self._measure(passed)
        return self._threads

    def _measure(self, passed: float) -> None:
        now, before = self._read(), self._last
        self._last, self._since = now, self._clock()
        if now is None or before is None:
            return
        others = max(0.0, (now.everybody - before.everybody - (now.ours - before.ours)) / passed)
        self._others = _SMOOTHING * self._others + (1 - _SMOOTHING) * others
        self._threads = max(1, min(self._limit, math.ceil(self._processors - self._others - 0.25)))


def lower_priority() -> None:
    """Let Blender, which a person is working in, go before; a little, so that a job still gets on."""
    try:
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            kernel.GetCurrentProcess.restype = ctypes.c_void_p
            kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
        else:
            os.nice(_NICENESS)
    except OSError:  # not allowed: it computes as before
        pass


if sys.platform == "win32":
    import ctypes

    def _usage_on_windows() -> Usage | None:
        """Return GetSystemTimes': kernel time has the idle time in it; all in units of 100 ns."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        idle, system, user = ctypes.c_uint64(), ctypes.c_uint64(), ctypes.c_uint64()
        if not kernel.GetSystemTimes(ctypes.byref(idle), ctypes.byref(system), ctypes.byref(user)):
            return None
        return Usage((system.value - idle.value + user.value) / 1e7, time.process_time())

else:

    def _usage_on_windows() -> Usage | None:
        return None
