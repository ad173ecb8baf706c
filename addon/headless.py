"""The same flows for `blender -b` and the bpy module, where timers never fire and modal operators never run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from .core.session import Snapshot
from .flows import APP, Flow, T

WAIT_SECONDS = 0.05

ProgressCallback = Callable[[Snapshot], None]

log = logging.getLogger(__name__)
_callbacks: list[ProgressCallback] = []


def add_progress_callback(watcher: ProgressCallback) -> Callable[[], None]:
    """Call `watcher` with each new snapshot while a flow runs (a progress bar); gives the function that ends it."""
    _callbacks.append(watcher)
    return lambda: _callbacks.remove(watcher)


def run(flow: Flow[T]) -> T:
    """Run a flow to its end. Ctrl-C stops it, and what is good so far is kept; a second Ctrl-C breaks it off."""
    while True:
        try:
            next(flow)
            _wait()
        except StopIteration as end:
            APP.session.drain()
            return end.value
        except KeyboardInterrupt:
            _handle_interrupt(flow)


def _wait() -> None:
    if APP.session.wait(WAIT_SECONDS):
        for watcher in _callbacks:
            watcher(APP.session.snapshot)


def _handle_interrupt(flow: Flow[Any]) -> None:
    if APP.stop_requested or not APP.current_task:
        flow.close()
        raise KeyboardInterrupt
    log.info("interrupted: stopping")
    APP.request_stop()
