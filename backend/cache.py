"""Where the backend keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "DREAMWRIGHT_CACHE"


def default_cache() -> Path:
    """$DREAMWRIGHT_CACHE, or a folder in the user's own cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get(CACHE_VARIABLE) or Path(home) / "dreamwright")
