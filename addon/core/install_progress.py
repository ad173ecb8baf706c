"""How far the set-up is, in figures: what is being done, megabytes, speed, time left; and the line that they make."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_WINDOW_SECONDS = 10.0
"""Over which the speed is averaged: a slow network comes in bursts."""


@dataclass(frozen=True)
class InstallProgress:
    """One moment of the set-up, ready to be drawn."""

    stage: str
    """What is being done, as a person reads it: "Downloading PyTorch"."""
    fraction: float = 0.0
    """Of the whole set-up, 0 to 1; never goes back."""
    done_mb: float | None = None
    """Megabytes that have come, of `total_mb`; None in stages that fetch nothing."""
    total_mb: float | None = None
    """Estimated before, so `done_mb` may end a little below; never below `done_mb`."""
    mb_per_second: float | None = None
    """None until there is enough to tell it by."""
    seconds_left: float | None = None
    """Of the download; None while the speed is unknown or nothing comes."""
    detail: str = ""
    """The last line of the installer, cut short."""

    @property
    def text(self) -> str:
        """The figures in one line: "Downloading PyTorch: 812 of 1,900 MB, 14.2 MB/s, 1 min left"."""
        if self.done_mb is None or self.total_mb is None:
            return self.stage
        parts = [f"{self.done_mb:,.0f} of {self.total_mb:,.0f} MB"]
        if self.mb_per_second:
            parts.append(f"{self.mb_per_second:.1f} MB/s")
        if self.seconds_left is not None:
            parts.append(f"{_duration(self.seconds_left)} left")
        return f"{self.stage}: {', '.join(parts)}"


class DownloadMeter:
    """Speed and time left, out of how much has come at which time."""

    def __init__(self, total_mb: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._clock = total_mb, clock
        self._moments: deque[tuple[float, float]] = deque()

    def at(self, stage: str, done_mb: float, begin: float, end: float, detail: str = "") -> InstallProgress:
        """Return the figures now that `done_mb` have come; the download is from `begin` to `end` of the whole."""
        self._remember(done_mb)
        total = max(self._total, done_mb)
        speed = self._speed()
        left = (total - done_mb) / speed if speed else None
        share = done_mb / total if total else 1.0
        return InstallProgress(stage, begin + (end - begin) * share, done_mb, total, speed, left, detail)

    def _remember(self, done_mb: float) -> None:
        now = self._clock()
        self._moments.append((now, done_mb))
        while len(self._moments) > 2 and now - self._moments[1][0] > _WINDOW_SECONDS:
            self._moments.popleft()

    def _speed(self) -> float | None:
        (began, before), (now, done) = self._moments[0], self._moments[-1]
        if now - began < 1.0 or done <= before:
            return None
        return (done - before) / (now - began)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
