"""Whether a job fits into memory before it begins, and whether the system ended it for want of memory the last time.

While a job runs, a small file in its folder says what it was estimated to take, what was free then, the most that was
seen, and how often the kernel had killed for memory. Whoever dies of it says nothing: it is this file that the next
start reads. Where it shows a kill, the job takes more than the estimate says, at least as much as was free; so the
estimate is corrected by that, and the job is not begun again just to die again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from backend.config import JobConfig
from backend.device import choose_device
from backend.disk import replace_whole
from backend.free_memory import free_bytes, killed_for_memory, which_group, which_start
from backend.optimize.memory_fit import MemoryFit, fit_memory
from backend.process_memory import held_bytes

MARK = "memory.json"
NEAR = 0.9
"""Of all that there was: who held so much and ended without a word was ended for it."""
MORE = 1.1
"""How much more than was free a job is taken to need that was ended; and what growth is written down."""
LARGEST_TIMES = 1e9
KILLED = "The system ended this job when memory ran out. "

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MemoryMark:
    """What is known of a run, in bytes; `times` is what the estimate was corrected by."""

    estimate: int
    free: int | None
    resident: int
    most: int
    kills: int | None
    group: str
    start: str
    times: float = 1.0
    running: bool = True

    @property
    def limit(self) -> int | None:
        return None if self.free is None else self.resident + self.free


class MemoryTracker:
    """Over one job in its folder, from before it is built to its end."""

    def __init__(self, folder: Path, root: Path = Path("/")) -> None:
        """`root` is where proc and sys are found."""
        self._file, self._root = folder / MARK, root
        self._mark: MemoryMark | None = None

    def begin(self, config: JobConfig, go_on: Callable[[], None] = lambda: None) -> MemoryFit:
        """The settings to run with; from here on the folder says that it runs.

        Raises:
            MemoryShortError: they do not fit; the sentence says what would.
            DatasetError, ModelError: what the settings name is not there.
        """
        before = read_mark(self._file)
        killed = before is not None and was_killed(before, self._root)
        times = _times(before) if before is not None and killed else (before.times if before else 1.0)
        device = choose_device(config.device)
        fit = fit_memory(
            config, device, times=times, go_on=go_on, because=KILLED if killed else "",
            free=lambda of: free_bytes(of, self._root),
        )  # fmt: skip
        self._mark = MemoryMark(
            fit.estimate.total, fit.free, held_bytes(), held_bytes(), killed_for_memory(self._root),
            which_group(self._root), which_start(self._root), times,
        )  # fmt: skip
        self._write()
        return fit

    def note(self) -> None:
        """Between two steps: written only where clearly more is held than before."""
        if self._mark is not None and (held := held_bytes()) > MORE * self._mark.most:
            self._mark = replace(self._mark, most=held)
            self._write()

    def end(self) -> None:
        """It ended as it should, or with a sentence; what was learned of it stays."""
        if self._mark is None:
            return
        self._mark = replace(self._mark, running=False)
        if self._mark.times > 1:
            self._write()
        else:
            self._file.unlink(missing_ok=True)
        self._mark = None

    def _write(self) -> None:
        try:
            replace_whole(self._file, json.dumps(asdict(self._mark), indent=1).encode())  # type: ignore[arg-type]
        except OSError as cause:  # the next checkpoint says so to a person
            log.warning("%s was not written: %s", self._file, cause)


def read_mark(file: Path) -> MemoryMark | None:
    """None where there is none, or none that makes sense."""
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        mark = MemoryMark(**found)
        numbers = (mark.estimate, mark.resident, mark.most, mark.times, mark.free or 0, mark.kills or 0)
        if not all(isinstance(each, int | float) and each >= 0 for each in numbers) or mark.estimate < 1:
            return None
        return replace(mark, times=min(max(1.0, float(mark.times)), LARGEST_TIMES))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def was_killed(mark: MemoryMark, root: Path = Path("/")) -> bool:
    """Tells whether the run that left this was ended by the kernel for want of memory.

    The counter of kills says so where it rose. Where it stands still, or counts for others now, what was held says it;
    and what would have been held, where nothing counts at all.
    """
    if not mark.running:
        return False
    now, same = killed_for_memory(root), mark.start == which_start(root) and mark.group == which_group(root)
    if same and now is not None and mark.kills is not None and now > mark.kills:
        return True
    if mark.limit is None or mark.free is None:
        return False
    counted = same and now is not None and mark.kills is not None
    return mark.most >= NEAR * mark.limit or (not counted and mark.estimate * mark.times >= NEAR * mark.free)


def _times(mark: MemoryMark) -> float:
    """Returns the factor by which the estimate falls short: more was needed than was free."""
    free = mark.free if mark.free is not None else mark.most
    return min(LARGEST_TIMES, max(mark.times, MORE * free / mark.estimate, 1.0))
