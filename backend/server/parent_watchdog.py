"""The backend ends when whoever started it ends, however that happens.

The parent holds the other end of our standard input and never writes to it; the operating system closes it with the
parent, even when the parent was killed. A child that the parent forked holds that end as well and may live on: so the
parent's own process is looked at, too. When it ends, we become the child of another.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable

_STDIN = 0
LOOK_SECONDS = 0.5


def end_with_parent(gone: Callable[[], None], parent: int = 0) -> None:
    """Calls `gone` from a thread once standard input is at its end, or `parent` is not our parent any more."""
    arguments = (gone, parent or os.getppid())
    threading.Thread(target=_wait_for_end, args=arguments, name="dreamwright-parent", daemon=True).start()


def _wait_for_end(gone: Callable[[], None], parent: int) -> None:
    # Not sys.stdin: its lock, held by this thread at exit, would abort the interpreter.
    try:
        while os.getppid() == parent and not _at_its_end():
            pass
    except OSError:  # closed before we were started: there is no parent
        pass
    gone()


def _at_its_end() -> bool:
    if os.name == "posix" and not select.select([_STDIN], [], [], LOOK_SECONDS)[0]:
        return False
    return not os.read(_STDIN, 4096)
