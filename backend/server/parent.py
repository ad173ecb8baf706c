"""The backend ends when whoever started it ends, however that happens.

The parent holds the other end of our standard input and never writes to it; the operating system closes it with the
parent, even when the parent was killed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

_STDIN = 0


def watch_parent(gone: Callable[[], None]) -> None:
    """Calls `gone` from a thread once standard input is at its end."""
    threading.Thread(target=_wait, args=(gone,), name="dreamwright-parent", daemon=True).start()


def _wait(gone: Callable[[], None]) -> None:
    # Not sys.stdin: its lock, held by this thread at exit, would abort the interpreter.
    try:
        while os.read(_STDIN, 4096):
            pass
    except OSError:  # closed before we were started: there is no parent
        pass
    gone()
