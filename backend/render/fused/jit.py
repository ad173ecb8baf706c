"""Numba, when it is there: one decorator, one place for what it compiled.

Compiled code is kept in the person's own cache folder: never in that of the jobs, which may travel with a project and
would bring somebody else's pickles, and never beside the sources, which may lie where nothing can be written. Importing
numba takes a moment, so only those import the kernels who are about to call them.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.cache import COMPILED_VARIABLE, compiled_folder, is_private

SOURCE = Path(__file__).with_name("kernels.py")

log = logging.getLogger(__name__)

_marked: set[Path] = set()  # what this process has left word of, or would have where nothing can be written


def has_numba() -> bool:
    return importlib.util.find_spec("numba") is not None


def is_compiled() -> bool:
    """Tells whether nobody need wait: this process has every kernel, or one before marked the folder as whole."""
    return _marker_file() in _marked or (_marker_file().is_file() and _can_be_used(compiled_folder()))


def mark_compiled() -> None:
    """Every kernel is compiled now. Word of it is left for later processes, where something can be written."""
    _marked.add(_marker_file())
    if _can_be_used(compiled_folder()):
        _marker_file().touch()


def _marker_file() -> Path:
    """Named after what numba asks before it takes what it kept: whose sources, of when, of which size, its own version.
    Whether a file is newer than another is not asked: clocks of a checkout and of a cache need not agree."""
    source = SOURCE.stat()
    versions = importlib.metadata.version("numba"), sys.implementation.cache_tag
    asked = (str(SOURCE), source.st_mtime_ns, source.st_size, *versions)
    return compiled_folder() / f"ready-{hashlib.sha256(repr(asked).encode()).hexdigest()[:16]}"


def cache_folder() -> Path:
    """Returns where numba keeps what it compiled of these very sources.

    It unpickles an index before it looks whether that is of these sources, and then misses a named tuple that only
    others had.
    """
    return compiled_folder() / hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled when first called; without the interpreter's lock, so that threads run at once. Products and sums may be
    contracted, which rounds once instead of twice; nothing else is taken lightly, NaN least of all."""
    if not has_numba():
        return function
    import numba

    numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]
    kept = _can_be_used(compiled_folder())  # else numba would keep it beside the sources
    return numba.njit(nogil=True, error_model="numpy", fastmath={"contract"}, cache=kept)(function)


@functools.lru_cache(maxsize=4)
def _can_be_used(place: Path) -> bool:
    return _is_writable(place) and _can_be_trusted(place)


def _is_writable(place: Path) -> bool:
    try:
        missing = [folder for folder in (place, *place.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        log.warning("Compiled code cannot be kept in %s: it is made anew in each run.", place)
        return False


def _can_be_trusted(place: Path) -> bool:
    """Tells whether compiled code may be read there. A folder that a person named is theirs to judge; ours must be one
    that nobody else can have written into."""
    if os.environ.get(COMPILED_VARIABLE) or is_private(place):
        return True
    log.warning(
        "Others can write into %s, so compiled code is neither read from there nor kept: it is made anew in each run. "
        "Delete that folder, or make it yours alone.",
        place,
    )
    return False
