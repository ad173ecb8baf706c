"""How anything here waits, and the one Studio of this Blender."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from ..core.app_state import AppState

APP = AppState()
"""The one of this Blender."""

T = TypeVar("T")
Flow = Generator[None, None, T]


def run_in_thread(work: Callable[[], T], undo: Callable[[T], None] | None = None) -> Flow[T]:
    """Do `work` in a thread; `undo` what it gave when nobody waits for it any more."""
    future: Future[T] = Future()
    Thread(target=_run_into_future, args=(work, future), name="dreamwright-work", daemon=True).start()
    try:
        while not future.done():
            yield
    except GeneratorExit:
        if undo:
            future.add_done_callback(lambda done: undo(done.result()) if not done.exception() else None)
        raise
    return future.result()


def _run_into_future(work: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)  # raised again where the flow waits
