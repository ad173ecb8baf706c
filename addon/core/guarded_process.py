"""A process of ours that prints lines, and that ends with us however we end: with all that it started."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .errors import SetUpCancelledError, SetUpError

IsCancelled = Callable[[], bool]

TICK_SECONDS = 0.5
"""How often a reader is called when nothing is printed."""

_GUARD = """
import os, signal, subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def watch():
    os.read(0, 1)
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], capture_output=True)
        os._exit(1)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=watch, daemon=True).start()
sys.exit(child.wait())
"""


def guarded_lines(
    python: Path, command: list[str], environ: Mapping[str, str], cancelled: IsCancelled, folder: Path | None = None
) -> Iterator[str | int]:
    """Yield what `command` prints, line by line, an empty line for each tick without one, and last how it ended.

    `python` runs the guard, which kills the command and its children when we are gone; `folder` is where it works.

    Raises:
        SetUpError: it cannot be started. SetUpCancelledError: it was stopped.
    """
    child = _start(python, command, environ, folder)
    try:
        yield from _stream_lines(child, cancelled)
        yield child.wait()
    finally:
        _kill_tree(child)


def _stream_lines(child: subprocess.Popen[str], cancelled: IsCancelled) -> Iterator[str]:
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(child, lines), name="dreamwright-setup", daemon=True).start()
    while True:
        if cancelled():
            raise SetUpCancelledError("Setting up the backend was stopped; nothing was changed.")
        try:
            line = lines.get(timeout=TICK_SECONDS)
        except queue.Empty:
            line = ""
        if line is None:
            return
        yield line


def _read_lines(child: subprocess.Popen[str], lines: queue.SimpleQueue[str | None]) -> None:
    assert child.stdout is not None  # `_start` made it with a pipe
    for line in child.stdout:
        if line.strip():
            lines.put(line.strip())
    lines.put(None)


def _start(python: Path, command: list[str], environ: Mapping[str, str], folder: Path | None) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            [str(python), "-c", _GUARD, *command],
            env=dict(environ),
            cwd=folder,
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
        raise SetUpError(f"The Python at {python} cannot be started: reinstall Blender or the extension.") from cause


def _kill_tree(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                end_tree_on_windows(child.pid)
            else:
                os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def end_tree_on_windows(pid: int) -> None:
    """Windows has no process groups to kill: taskkill follows the children."""
    subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
