"""Where the backend keeps what can be made again."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

CACHE_VARIABLE = "DREAMWRIGHT_CACHE"
COMPILED_VARIABLE = "NUMBA_CACHE_DIR"


def default_cache() -> Path:
    """$DREAMWRIGHT_CACHE, or a folder in the user's own cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get(CACHE_VARIABLE) or Path(home) / "dreamwright")


def compiled_folder() -> Path:
    """Returns the folder of compiled code: numba's own variable where a person set it, else in the person's own cache
    folder.

    Never in a job's cache: what numba keeps is unpickled when it is read, and that folder may travel with a project.
    """
    return Path(os.environ.get(COMPILED_VARIABLE) or user_cache() / "dreamwright" / "compiled")


def user_cache() -> Path:
    """Returns where this system keeps what programs can make again for the person who is logged in."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = Path(os.environ.get("XDG_CACHE_HOME") or "")
    return named if named.is_absolute() else Path.home() / ".cache"


def is_private(folder: Path) -> bool:
    """Tells whether nobody else can have written into a folder: it is ours, as is what lies above it.

    Windows keeps a person's own folders from others by itself.
    """
    if sys.platform == "win32":
        return folder.is_dir()
    try:
        inside = [folder, *(path for path in folder.rglob("*") if path.is_dir() or path.suffix == ".nbi")]
        return all(_is_ours(path.lstat()) for path in inside) and _cannot_be_swapped(folder)
    except OSError:
        return False


def _is_ours(found: os.stat_result) -> bool:
    linked = stat.S_ISLNK(found.st_mode)
    return not linked and found.st_uid == _user() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _cannot_be_swapped(folder: Path) -> bool:
    """Nobody else may put another folder in its place: above it are ours, the system's, or those like /tmp."""
    for above in folder.resolve().parents:
        found = above.stat()
        foreign = found.st_uid not in (0, _user())
        writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX
        if foreign or writable:
            return False
    return True


def _user() -> int:
    """Who runs this. Windows has no such number, and nobody asks for it there."""
    if sys.platform == "win32":
        return -1
    return os.geteuid()
