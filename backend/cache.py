"""Where the backend keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "DREAMWRIGHT_CACHE"
COMPILED_VARIABLE = "NUMBA_CACHE_DIR"


def default_cache() -> Path:
    """$DREAMWRIGHT_CACHE, or a folder in the user's own cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get(CACHE_VARIABLE) or Path(home) / "dreamwright")


def compiled_folder() -> Path:
    """Of compiled code: numba's own variable where a person set it, else in the cache."""
    return Path(os.environ.get(COMPILED_VARIABLE) or default_cache() / "compiled")


def keep_compiled_in(cache: Path) -> None:
    """What is compiled from now on is kept in this cache, unless a person said where. Before anything imports numba."""
    if not os.environ.get(COMPILED_VARIABLE):
        os.environ[COMPILED_VARIABLE] = str(cache.absolute() / "compiled")
