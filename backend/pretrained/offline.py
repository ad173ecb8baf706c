"""No packet leaves this machine while a model is read without consent, whatever a library would like to look up.

`offline()` holds for the whole process while anybody is inside it, for the libraries' own threads as well; only the
thread that carries out a download that a person allowed is let through, by `online()`. Both may be nested, and used by
several threads at once; what a person has set in the environment holds again when the last one has left.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "DIFFUSERS_OFFLINE",
             "HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK")  # fmt: skip
"""For what reads the environment at run time, or is a child process."""
CONSTANTS = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
"""What the libraries read at their import, each into a name of its own."""
_LIBRARIES = ("huggingface_hub", "transformers", "diffusers", "timm", "open_clip")

_lock = threading.RLock()
_inside = 0
_environment: dict[str, str | None] = {}
_before: list[tuple[dict[str, Any], str, Any]] = []
_allowed: ContextVar[bool] = ContextVar("dreamwright_online", default=False)


class _UnlessAllowed:
    """Stands where a library keeps a constant: true for every thread but one that may ask the hub.

    It answers rightly for ever: a library that is imported meanwhile keeps it.
    """

    def __init__(self, before: Any) -> None:
        self._before = before

    def __bool__(self) -> bool:
        return bool(self._before) or (_inside > 0 and not _allowed.get())

    def __repr__(self) -> str:
        return repr(bool(self))


@contextmanager
def offline() -> Iterator[None]:
    """Nothing is asked of any hub inside."""
    _enter()
    allowed = _allowed.set(False)
    try:
        yield
    finally:
        _allowed.reset(allowed)
        _leave()


@contextmanager
def online() -> Iterator[None]:
    """The thread inside may ask the hub: a person has agreed."""
    allowed = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(allowed)


def _enter() -> None:
    global _inside
    import huggingface_hub.constants  # noqa: F401 - before the variables are set, which it would read for ever

    with _lock:
        _inside += 1
        _stand_in()  # each time: a library may have been imported since
        if _inside == 1:
            _environment.update({name: os.environ.get(name) for name in VARIABLES})
            os.environ.update(dict.fromkeys(VARIABLES, "1"))


def _leave() -> None:
    global _inside
    with _lock:
        _inside -= 1
        if _inside:
            return
        while _before:
            names, name, value = _before.pop()
            names[name] = value
        _restore_environment()


def _restore_environment() -> None:
    for name, value in _environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    _environment.clear()


def _stand_in() -> None:
    for module, found in list(sys.modules.items()):
        if module.partition(".")[0] not in _LIBRARIES or found is None:
            continue
        names = vars(found)
        for name in CONSTANTS:
            if isinstance(names.get(name), bool):
                _before.append((names, name, names[name]))
                names[name] = _UnlessAllowed(names[name])
