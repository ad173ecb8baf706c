"""The backend as a child process: started, watched, ended; never left behind.

The child prints ONE JSON line (port, wire version) on its standard output and ends when its standard input reaches EOF.
We hold that pipe open for as long as we live, so however Blender ends (closed, crashed, killed) it ends too.
"""

from __future__ import annotations

import atexit
import collections
import contextlib
import json
import logging
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from .errors import BackendNotSetUpError, BackendStartError, CacheBusyError
from .own_files import ROOT

START_SECONDS = 120.0
"""Importing torch takes 3 s from a warm disk and up to a minute from a cold one."""

_STDERR_LINES = 200
_REMOVED_VARIABLES = ("VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
_KEPT_VARIABLES = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
"""Of those that Python itself reads. The others lead the backend's Python to Blender's packages (PYTHONPATH), keep it
from ours (PYTHONSAFEPATH), or change what it does (PYTHONOPTIMIZE, PYTHONWARNINGS, PYTHONINSPECT)."""
CACHE_IN_USE = "Another backend (process"
"""How the sentence begins with which a backend ends whose cache folder another one has."""

log = logging.getLogger(__name__)


class BackendProcess:
    """A running backend. Make one with `start`."""

    def __init__(self, child: subprocess.Popen[str], token: str) -> None:
        self.token = token
        self.port = 0
        self._child = child
        self._first_line: queue.Queue[str] = queue.Queue()
        self._stderr: collections.deque[str] = collections.deque(maxlen=_STDERR_LINES)
        self._follow(self._read_stdout)
        self._follow(self._read_stderr)
        atexit.register(self.stop)

    @classmethod
    def start(
        cls,
        python: Path,
        cache: Path,
        device: str = "auto",
        environ: Mapping[str, str] | None = None,
        timeout: float = START_SECONDS,
    ) -> BackendProcess:
        """Start the backend and wait until it says on which port it listens.

        Raises:
            BackendNotSetUpError: there is no such Python.
            BackendStartError: it ended, or said nothing in time; the sentence has its last lines.
        """
        token = secrets.token_urlsafe(32)
        process = cls(_spawn(python, cache, _environment(environ, token, device)), token)
        try:
            process.port = process._announced_port(timeout)
        except BaseException:
            process.stop(timeout=2.0)
            raise
        return process

    @property
    def pid(self) -> int:
        return self._child.pid

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        return self._child.poll()

    def stderr_tail(self, lines: int = 5) -> str:
        """The last lines of its log."""
        return "\n".join(list(self._stderr)[-lines:])

    def stop(self, timeout: float = 10.0) -> None:
        """Ask it to end (it saves its running job), and make sure that it does."""
        atexit.unregister(self.stop)
        assert self._child.stdin is not None  # `_spawn` made it with three pipes
        with contextlib.suppress(OSError):
            self._child.stdin.close()
        if not self._ended_within(timeout):
            self._child.terminate()
        if not self._ended_within(2.0):
            log.warning("the backend did not end when asked: killed")
            self._child.kill()
        self._child.wait()

    def _ended_within(self, seconds: float) -> bool:
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _announced_port(self, timeout: float) -> int:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                return _parse_port(self._first_line.get(timeout=0.1), self)
            if self.poll() is not None and self._first_line.empty():
                words = _last_log_lines(self)
                kind = CacheBusyError if CACHE_IN_USE in words else BackendStartError
                raise kind(f"The backend ended before it was ready. {words}")
        raise BackendStartError(f"The backend was not ready after {timeout:.0f} s. {_last_log_lines(self)}")

    def _follow(self, read: Callable[[], None]) -> None:
        threading.Thread(target=read, name=f"dreamwright-{read.__name__}", daemon=True).start()

    def _read_stdout(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._first_line.put(line)

    def _read_stderr(self) -> None:
        assert self._child.stderr is not None
        for line in self._child.stderr:
            self._stderr.append(line.rstrip())


def _spawn(python: Path, cache: Path, environ: dict[str, str]) -> subprocess.Popen[str]:
    command = [str(python), "-m", "backend", "serve", "--cache", str(cache)]
    try:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours to handle: we ask the backend to stop, and keep what it has
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
        )
    except OSError as cause:
        sentence = f"The backend's Python cannot be started ({python}): set up the backend in the add-on's preferences."
        raise BackendNotSetUpError(sentence) from cause


def _environment(environ: Mapping[str, str] | None, token: str, device: str) -> dict[str, str]:
    inherited = os.environ if environ is None else environ
    clean = {name: value for name, value in inherited.items() if _is_kept(name)}
    return clean | {"DREAMWRIGHT_TOKEN": token, "DREAMWRIGHT_DEVICE": device, "PYTHONUNBUFFERED": "1"}


def _is_kept(name: str) -> bool:
    return name in _KEPT_VARIABLES or not (name.startswith("PYTHON") or name in _REMOVED_VARIABLES)


def _parse_port(line: str, process: BackendProcess) -> int:
    try:
        return int(json.loads(line)["port"])
    except (ValueError, KeyError, TypeError) as cause:
        raise BackendStartError(
            f"The backend said {line.strip()!r} instead of its port. {_last_log_lines(process)}"
        ) from cause


def _last_log_lines(process: BackendProcess) -> str:
    time.sleep(0.2)  # the thread that reads its log may be a moment behind
    words = process.stderr_tail(3)
    return f"Its last words: {words}" if words else "It left no message: see the log in the cache folder."
