"""The same flows for `blender -b` and the bpy module, where timers never fire and modal operators never run."""

from __future__ import annotations

import logging
from collections.abc import Callable

from .core.session import Snapshot
from .flows import STUDIO, Flow, T

WAIT_SECONDS = 0.05

Watcher = Callable[[Snapshot], None]

log = logging.getLogger(__name__)
_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> Callable[[], None]:
    """Call `watcher` with each new snapshot while a flow runs (a progress bar); gives the function that ends it."""
    _watchers.append(watcher)
    return lambda: _watchers.remove(watcher)


def run(flow: Flow[T]) -> T:
    """Run a flow to its end. Ctrl-C stops it, and what is good so far is kept; a second Ctrl-C breaks it off."""
    while True:
        try:
            next(flow)
            _wait()
        except StopIteration as end:
            STUDIO.session.drain()
            return end.value
        except KeyboardInterrupt:
            _interrupted(flow)


def _wait() -> None:
    if STUDIO.session.wait(WAIT_SECONDS):
        for watcher in list(_watchers):
            watcher(STUDIO.session.snapshot)


def _interrupted(flow: Flow) -> None:
    if STUDIO.stop_wanted or not STUDIO.doing:
        flow.close()
        raise KeyboardInterrupt
    log.info("interrupted: stopping")
    STUDIO.ask_stop()
