"""The folder of the backend's Python environment: where it goes, how large it is, how it is replaced and removed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

from .errors import DiskError

ENVIRONMENT_VARIABLE = "DREAMWRIGHT_ENVIRONMENT"
"""Names another folder for the backend's environment."""
WINDOWS_LIMIT = 259
"""Characters of a path, where Windows' long paths are not switched on."""
LONGEST_INSIDE = 190
"""The longest path inside an environment with torch 2.13: a license of what its parts were built of."""

PARTIAL, OLD, DOWNLOADS = ".part", ".old", ".downloads"
_RECORD = "dreamwright-setup.json"
_TRIES, _PAUSE_SECONDS = 5, 0.5
"""An antivirus holds a new file for a moment while it reads it."""


def python_in(folder: Path) -> Path:
    """The interpreter of the environment in `folder`."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def environment_folder(
    own: PurePath,
    environ: Mapping[str, str] | None = None,
    system: str = sys.platform,
    python: tuple[int, int] = sys.version_info[:2],
) -> PurePath:
    """Return where the environment goes: in our own folder, but on Windows in a short one.

    An extension's own folder has some 120 characters there, and torch's longest file 190: Windows takes 259.
    """
    environ = os.environ if environ is None else environ
    named = environ.get(ENVIRONMENT_VARIABLE, "").strip()
    kind = PureWindowsPath if system == "win32" else Path
    if named:
        return kind(named)
    local = environ.get("LOCALAPPDATA", "")
    if system == "win32" and local:
        return kind(local) / "dreamwright" / f"py{python[0]}{python[1]}"
    return own / "backend_environment"


def check_length(folder: PurePath, system: str = sys.platform, long_paths: Callable[[], bool] | None = None) -> None:
    """Check that what is inside an environment can be named there.

    Raises:
        DiskError: the folder's path is too long for Windows.
    """
    room = WINDOWS_LIMIT - LONGEST_INSIDE - len(PARTIAL) - 1
    if system != "win32" or len(str(folder)) <= room or (long_paths or _allows_long_paths)():
        return
    raise DiskError(
        f"The path {folder} is too long for Windows, which leaves {room} characters for it: set "
        f"{ENVIRONMENT_VARIABLE} to a "
        "short folder such as C:\\dw, or switch on long paths (aka.ms/longpaths)."
    )


def _allows_long_paths() -> bool:
    if sys.platform != "win32":
        return True
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except OSError:
        return False


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write down inside an environment how it was made."""
    (folder / _RECORD).write_text(json.dumps(dict(record), indent=1), encoding="utf-8")


def read_record(folder: Path) -> dict[str, Any]:
    """Return how the environment was made: {"build", "label", "computes"}; empty where it says nothing."""
    try:
        found = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def swap_in(new: Path, folder: Path) -> None:
    """`new` becomes `folder`; what was there stays until the new one is in its place, and comes back if it cannot be.

    Raises:
        DiskError: a program runs out of the old one, or holds a file of the new one.
    """
    old = folder.with_name(folder.name + OLD)
    remove_folder(old)
    try:
        if folder.exists():
            _patiently(lambda: os.replace(folder, old))
        _patiently(lambda: os.replace(new, folder))
    except OSError as cause:
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        raise DiskError(_held(folder, cause)) from cause
    remove_folder(old)


def remove_environment(folder: Path) -> float:
    """Remove the environment with all that belongs to it, and give how many gigabytes that frees.

    Raises:
        DiskError: a program runs out of it; then all of it is still there.
    """
    freed = disk_use_gb(folder)
    aside = folder.with_name(folder.name + OLD)
    try:
        if folder.exists():
            remove_folder(aside)
            _patiently(lambda: os.replace(folder, aside))  # whole or not at all: on Windows a running Python holds it
    except OSError as cause:
        raise DiskError(_held(folder, cause)) from cause
    for each in _with_leftovers(folder):
        remove_folder(each)
    return freed


def disk_use_gb(folder: Path) -> float:
    """Return what the environment, its downloads and leftovers hold on the disk. Takes a moment: 30,000 files."""
    return sum(folder_bytes(each) for each in _with_leftovers(folder)) / 1e9


def folder_bytes(folder: Path) -> int:
    """Return the bytes of all files inside; what cannot be read counts as nothing."""
    try:
        with os.scandir(folder) as entries:
            return sum(_entry_bytes(entry) for entry in entries)
    except OSError:
        return 0


def remove_folder(folder: Path) -> None:
    """Remove what can be removed, read-only files too."""
    shutil.rmtree(folder, onerror=_unlock)
    shutil.rmtree(folder, ignore_errors=True)


def free_gb(folder: Path) -> float:
    """Room where `folder` is or would be."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    return shutil.disk_usage(there).free / 1e9


def _with_leftovers(folder: Path) -> list[Path]:
    return [folder, *(folder.with_name(folder.name + end) for end in (PARTIAL, OLD, DOWNLOADS))]


def _entry_bytes(entry: os.DirEntry[str]) -> int:
    try:
        if entry.is_dir(follow_symlinks=False):
            return folder_bytes(Path(entry.path))
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def _unlock(function: Callable[[str], object], path: str, _: object) -> None:
    """Delete what Windows keeps because it is read-only, as some files of wheels are.

    Never through a link: an environment's Python is one, and leads to the Python that runs Blender.
    """
    if os.name == "nt" and not os.path.islink(path):
        with contextlib.suppress(OSError):
            os.chmod(path, stat.S_IWRITE)
            function(path)


def _patiently(do: Callable[[], None]) -> None:
    for remaining in reversed(range(_TRIES)):
        try:
            return do()
        except PermissionError:
            if not remaining:
                raise
            time.sleep(_PAUSE_SECONDS)


def _held(folder: Path, cause: OSError) -> str:
    if isinstance(cause, PermissionError):
        return (
            f"The backend's folder {folder} is in use: stop the backend, close other Blenders (an antivirus may hold "
            "it for "
            "a moment), and try again."
        )
    return f"The backend's folder {folder} cannot be written ({cause.strerror}): choose another."
