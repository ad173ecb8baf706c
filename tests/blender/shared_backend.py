"""One backend for many tests: what a test needs of it is that it is real, seldom that it has just been started.

A start imports torch, and the first job what its guidance needs: twelve seconds of a core, more than most tests take.
So a backend stays where the add-on would end it, and the next test's add-on finds it running; its jobs are paused as
its end would have paused them, and deleted between two tests. What is about the process itself (that it starts, is
killed, ends) takes `own_backend_python` instead.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from websockets.exceptions import WebSocketException

from addon.core import calls
from addon.core.client import Client
from addon.core.errors import DreamwrightError
from addon.core.process import BackendProcess

_ACTIVE = ("queued", "running")

_running: SharedProcess | None = None
_cache: Path | None = None


class SharedProcess(BackendProcess):
    """Stands where the add-on has its process, and is the same one each time."""

    @classmethod
    def start(cls, python, cache, device="auto", environ=None, timeout=120.0):
        global _running
        if cache != shared_cache():
            return BackendProcess.start(python, cache, device, environ, timeout)
        if _running is None or _running.poll() is not None:
            _running = super().start(python, cache, device, environ, timeout)
        return _running

    def stop(self, timeout=10.0):
        """Pauses what runs, as its end would; a process that was killed ends for good."""
        if self.poll() is not None or not self.port:
            super().stop(timeout)
            return
        with contextlib.suppress(DreamwrightError, OSError, WebSocketException):  # it may be killed this moment
            for job in _jobs(self):
                if job.state in _ACTIVE:
                    _ask(self, calls.pause_job, job.job)


def shared_cache() -> Path:
    """Its cache folder: the same one, so that it can stay."""
    global _cache
    if _cache is None:
        _cache = Path(tempfile.mkdtemp(prefix="dreamwright-shared-")) / "cache"
    return _cache


def forget_jobs() -> None:
    """Deletes what a test left, so that the next one finds a backend without jobs."""
    if _running is None or _running.poll() is not None:
        return
    for job in _jobs(_running):
        if job.state in _ACTIVE:
            _ask(_running, calls.cancel_job, job.job)
        _ask(_running, calls.delete_job, job.job)


def end() -> None:
    """The tests are over."""
    if _running is not None:
        BackendProcess.stop(_running)


def _jobs(process):
    return _ask(process, calls.list_jobs)


def _ask(process, call, *args):
    client = Client.connect(process.port, process.token, lambda event: None)
    try:
        calls.hello(client, "0")
        return call(client, *args)
    finally:
        client.close()
