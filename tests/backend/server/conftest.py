"""Backends, clients and tiny real jobs for the tests of the server."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.wire import messages

from .live import PATIENCE, Backend, Client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of this folder that take a running backend start a process."""
    for item in items:
        if item.path.parent == Path(__file__).parent and {"start", "backend", "client"} & _fixtures(item):
            item.add_marker(pytest.mark.process)


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Backend]]:
    """Starts backends, and ends what a test leaves running."""
    started: list[Backend] = []

    def make(*options: str, cache: Path | None = None, **how: Any) -> Backend:
        started.append(Backend(cache or tmp_path / "cache", *options, **how))
        return started[-1]

    yield make
    for backend in started:
        if backend.process.poll() is None:
            backend.kill()


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One backend for the tests of a module that leave it as they found it."""
    one = Backend(tmp_path_factory.mktemp("backend") / "cache")
    yield one
    if one.process.poll() is None:
        one.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.process.wait(PATIENCE)
        one.kill()


@pytest.fixture
def client(backend: Backend) -> Iterator[Client]:
    """A client of the module's backend, whose jobs are cancelled and deleted afterwards."""
    one = backend.connect()
    before = {record["job"] for record in one.ask(messages.ListJobs()).jobs}
    yield one
    for record in one.ask(messages.ListJobs()).jobs:
        if record["job"] not in before:
            if record["state"] in ("queued", "running", "paused"):
                one.ask(messages.CancelJob(record["job"]))
            one.ask(messages.DeleteJob(record["job"]))
    one.socket.close()
