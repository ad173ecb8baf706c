"""The same flows for `blender -b` and the bpy module, where timers never fire and modal operators never run."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent

from . import flows
from .core.errors import SceneError

if TYPE_CHECKING:
    from .core.session import Snapshot
    from .flows import Flow, T

    ProgressCallback = Callable[[Snapshot], None]

WAIT_SECONDS = 0.05

log = logging.getLogger(__name__)
_callbacks: list[ProgressCallback] = []


def add_progress_callback(watcher: ProgressCallback) -> Callable[[], None]:
    """Call `watcher` with each new snapshot while a flow runs (a progress bar); gives the function that ends it."""
    _callbacks.append(watcher)
    return lambda: _callbacks.remove(watcher)


def run(flow: Flow[T]) -> T:
    """Run a flow to its end. Ctrl-C stops it, and what is good so far is kept; a second Ctrl-C breaks it off.

    Raises:
        SceneError: another file was opened meanwhile (by a callback); a job of the flow is paused.
    """
    with _noting_opened_files() as was_opened:
        return _run(flow, was_opened)


def _run(flow: Flow[T], was_opened: list[bool]) -> T:
    while True:
        try:
            next(flow)
            _wait()
            if was_opened:
                flow.close()
                raise SceneError("Another file was opened meanwhile: the run is paused, resume it in its own file.")
        except StopIteration as end:
            flows.APP.session.drain()
            return end.value
        except KeyboardInterrupt:
            _handle_interrupt(flow)


@contextlib.contextmanager
def _noting_opened_files() -> Iterator[list[bool]]:
    """Inside, the list has something in it as soon as another file was opened."""
    opened: list[bool] = []

    @persistent
    def note(*_: object) -> None:
        opened.append(True)

    bpy.app.handlers.load_post.append(note)
    try:
        yield opened
    finally:
        if note in bpy.app.handlers.load_post:
            bpy.app.handlers.load_post.remove(note)


def _wait() -> None:
    if flows.APP.session.wait(WAIT_SECONDS):
        for watcher in _callbacks:
            watcher(flows.APP.session.snapshot)


def _handle_interrupt(flow: Flow[Any]) -> None:
    if flows.APP.stop_requested or not flows.APP.current_task:
        flow.close()
        raise KeyboardInterrupt
    log.info("interrupted: stopping")
    flows.APP.request_stop()
