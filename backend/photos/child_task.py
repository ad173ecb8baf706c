"""What a process that does one task says and hears: a task as a line of JSON comes in, lines of JSON go out.

It ends with standard input, for then nobody reads what it says. Standard library only: what a task needs is imported
by the task.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

Report = Callable[..., None]
"""Takes what is said as keyword arguments; the last of it is what came of the task."""


def run_one_task(do: Callable[[dict[str, Any], Report], None]) -> None:
    """Reads the one task of this process, and does it."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever libraries print goes where the log goes
    task = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()

    def report(**message: Any) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    do(task, report)


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(1)
