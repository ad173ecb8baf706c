"""Makes the backend's own Python environment, out of the Python that runs Blender.

A separate process does the work, so Blender stays usable. The environment is made under a temporary name and renamed
when it is whole and was seen to import torch: a half-made one is never used.
"""

from __future__ import annotations

import contextlib
import os
import platform
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from .errors import DiskError, OfflineError, SetUpCancelledError, SetUpError

INCLUDES_CUDA = sys.platform == "linux" and platform.machine() in ("x86_64", "AMD64")
NEEDED_GB = 10.0 if INCLUDES_CUDA else 4.0
"""The wheels and the unpacked environment, at the same time."""
DOWNLOAD_DESCRIPTION = "PyTorch and what it needs, about " + (
    "3 GB since it brings CUDA" if INCLUDES_CUDA else "0.4 GB"
)

Progress = Callable[[str, float | None], None]
IsCancelled = Callable[[], bool]

_GUARD = """
import os, signal, subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def watch():
    os.read(0, 1)
    child.kill() if os.name == "nt" else os.killpg(0, signal.SIGKILL)
threading.Thread(target=watch, daemon=True).start()
sys.exit(child.wait())
"""

_ENVIRONMENT_SHARE, _PACKAGES_SHARE = 0.1, 0.9
_TAIL = 3


def python_in(folder: Path) -> Path:
    """The interpreter of the environment in `folder`."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def set_up_backend(
    python: Path, folder: Path, requirements: Path, online: bool, progress: Progress, cancelled: IsCancelled
) -> Path:
    """Make the environment in `folder` and give its interpreter. Blocks: call it from a thread of its own.

    Raises:
        OfflineError: Blender may not go online.
        DiskError: too little room, or a folder that cannot be written.
        SetUpError: a step failed; the sentence has its last lines.
        SetUpCancelledError: `cancelled` became true.
    """
    _check_online(online)
    _check_room(folder)
    temporary = folder.with_name(folder.name + ".part")
    _remove_folder(temporary)
    try:
        _install_packages(python, temporary, requirements, progress, cancelled)
        _remove_folder(folder)
        temporary.rename(folder)
    except OSError as cause:
        raise DiskError(
            f"The backend's folder {folder} cannot be written ({cause.strerror}): choose another."
        ) from cause
    finally:
        _remove_folder(temporary)
    progress("The backend is set up", 1.0)
    return python_in(folder)


def _install_packages(
    python: Path, folder: Path, requirements: Path, progress: Progress, cancelled: IsCancelled
) -> None:
    progress("Making a Python environment", 0.0)
    for _ in _run_lines([str(python), "-m", "venv", str(folder)], cancelled):
        pass
    inside = str(python_in(folder))
    install = [inside, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    expected = _count_requirements(requirements) * 4  # each direct requirement brings about three others
    for number, line in enumerate(_run_lines([*install, "-r", str(requirements)], cancelled)):
        progress(_truncated(line), min(_PACKAGES_SHARE, _ENVIRONMENT_SHARE + number / expected * 0.5))
    progress("Trying the new environment", _PACKAGES_SHARE)
    for _ in _run_lines([inside, "-c", "import torch, numpy, websockets, safetensors"], cancelled):
        pass


def _run_lines(command: list[str], cancelled: IsCancelled) -> Iterator[str]:
    """Yields what `command` prints, line by line, until it ends well.

    Raises:
        SetUpError: it ends badly. SetUpCancelledError: it was stopped.
    """
    child = _start_guarded(command)
    try:
        last = yield from _stream_lines(child, cancelled)
        if child.wait():
            raise SetUpError(f"Setting up the backend failed: {' '.join(last) or 'pip gave no reason'}")
    finally:
        _kill_group(child)


def _stream_lines(child: subprocess.Popen[str], cancelled: IsCancelled) -> Generator[str, None, list[str]]:
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(child, lines), name="dreamwright-setup", daemon=True).start()
    last: list[str] = []
    while True:
        if cancelled():
            raise SetUpCancelledError("Setting up the backend was stopped; nothing was changed.")
        with contextlib.suppress(queue.Empty):
            line = lines.get(timeout=0.1)
            if line is None:
                return last
            last = [*last, line][-_TAIL:]
            yield line


def _read_lines(child: subprocess.Popen[str], lines: queue.SimpleQueue[str | None]) -> None:
    assert child.stdout is not None  # `_start_guarded` made it with a pipe
    for line in child.stdout:
        if line.strip():
            lines.put(line.strip())
    lines.put(None)


def _start_guarded(command: list[str]) -> subprocess.Popen[str]:
    """`command`, which begins with a Python, under a guard that ends it when we are gone."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        return subprocess.Popen(
            [command[0], "-c", _GUARD, *command],
            env=clean,
            stdin=subprocess.PIPE,  # never written to: its end tells the guard that Blender is gone
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # pip starts children of its own: the whole group is ended together
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
        )
    except OSError as cause:
        raise SetUpError(
            f"The Python at {command[0]} cannot be started: reinstall Blender or the extension."
        ) from cause


def _kill_group(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                child.kill()
            else:
                os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _check_online(online: bool) -> None:
    if not online:
        raise OfflineError(
            f"Setting up the backend downloads {DOWNLOAD_DESCRIPTION} and Blender is offline: "
            "switch on Preferences > System > Network > Allow Online Access."
        )


def free_gb(folder: Path) -> float:
    """Room where `folder` is or would be."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    return shutil.disk_usage(there).free / 1e9


def _check_room(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = free_gb(folder)
    except OSError as cause:
        raise DiskError(f"The folder {folder.parent} cannot be written ({cause.strerror}): choose another.") from cause
    if free < NEEDED_GB:
        raise DiskError(
            f"{free:.1f} GB are free where the backend would go and {NEEDED_GB:.0f} GB are needed: make room."
        )


def _remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _count_requirements(requirements: Path) -> int:
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return max(1, sum(1 for line in lines if line.strip() and not line.startswith("#")))


def _truncated(line: str, limit: int = 80) -> str:
    return line if len(line) <= limit else line[: limit - 1] + "…"
