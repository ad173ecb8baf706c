"""Numba, when it is there: one decorator, one place for what it compiled.

Compiled code is kept in the backend's cache folder and never beside the sources, which may lie where nothing can be
written. Importing numba takes a moment, so only those import the kernels who are about to call them.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.cache import compiled_folder

SOURCE = Path(__file__).with_name("kernels.py")
ENTRIES = {"march", "pull", "sum_planes", "move_touched"}

log = logging.getLogger(__name__)


def numba_is_there() -> bool:
    return importlib.util.find_spec("numba") is not None


def is_compiled() -> bool:
    """Whether every kernel that is called from outside was compiled since the sources last changed."""
    changed = SOURCE.stat().st_mtime
    kept = {path.name.split("-")[0].removeprefix("kernels.") for path in compiled_folder().rglob("kernels.*.nbi")
            if path.stat().st_mtime >= changed}  # fmt: skip
    return kept >= ENTRIES


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled when first called; without the interpreter's lock, so that threads run at once. Products and sums may be
    contracted, which rounds once instead of twice; nothing else is taken lightly, NaN least of all."""
    if not numba_is_there():
        return function
    import numba

    numba.config.CACHE_DIR = str(compiled_folder())  # type: ignore[attr-defined]
    kept = _can_be_written(compiled_folder())  # else numba would keep it beside the sources
    return numba.njit(nogil=True, error_model="numpy", fastmath={"contract"}, cache=kept)(function)


@functools.lru_cache(maxsize=4)
def _can_be_written(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        log.warning("Compiled code cannot be kept in %s: it is made anew in each run.", place)
        return False
