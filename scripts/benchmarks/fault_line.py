"""What a part of the fault suite found: faults by kind, and the one line of figures that is kept of it."""

from __future__ import annotations

import datetime
import math
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..lib.environments import ROOT

EXAMPLES = 3
"""Told of each kind of fault, with the number of the try: `--first` begins there again."""


@dataclass(frozen=True)
class Try:
    """What a part is asked for: `count` tries from number `first` on; number and seed together say what a try does."""

    count: int
    seed: int = 0
    first: int = 0
    out: Path = ROOT / "out"
    minutes: float | None = None
    """The longest that it may take: fewer tries are made then."""

    def numbers(self) -> Iterator[int]:
        ends = math.inf if self.minutes is None else time.monotonic() + 60 * self.minutes
        for number in range(self.first, self.first + self.count):
            if time.monotonic() > ends:
                return
            yield number


@dataclass
class Findings:
    """Faults by kind and what was measured; `count` is what was done in the end."""

    what: str
    wanted: Try
    count: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    figures: dict[str, Any] = field(default_factory=dict)

    def fault(self, number: int, kind: str, detail: object) -> None:
        self.faults[kind] += 1
        if self.faults[kind] <= EXAMPLES:
            print(f"{self.what} {number} (seed {self.wanted.seed}): {kind}: {str(detail)[:500]}", file=sys.stderr)

    @contextmanager
    def no_fault(self, number: int, during: str) -> Iterator[None]:
        """Whatever is raised inside is a fault; the next try goes on."""
        try:
            yield
        except Exception as cause:
            self.fault(number, f"{during}: {type(cause).__name__}", cause)

    def line(self, seconds: float, machine: Any, command: str) -> dict[str, Any]:
        return {
            "what": self.what,
            "count": self.count,
            "seed": self.wanted.seed,
            "first": self.wanted.first,
            "faults": sum(self.faults.values()),
            "kinds": dict(self.faults),
            **self.figures,
            "seconds": round(seconds, 1),
            "machine": machine,
            "load": [round(each, 1) for each in os.getloadavg()],
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "code": _revision(),
            "command": command,
        }


def _revision() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
