"""`--unit`: only tests that start no process. One that is not marked `process` and starts one all the same fails."""

from __future__ import annotations

import sys
from typing import Any

import pytest

STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.exec")
"""Audit events (PEP 578) of a process that is about to start."""

_guarded = False


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--unit", action="store_true", help="only tests that start no process")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Last: the conftest of a folder may have marked some."""
    if config.getoption("unit"):
        marked = [item for item in items if item.get_closest_marker("process")]
        config.hook.pytest_deselected(items=marked)
        items[:] = [item for item in items if item not in set(marked)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """From here on: what a library starts while it is imported is no test's doing."""
    if session.config.getoption("unit") and not session.config.getoption("collectonly"):
        sys.addaudithook(_refuse_processes)
        _guard(True)


def pytest_sessionfinish() -> None:
    _guard(False)


def _guard(on: bool) -> None:
    global _guarded
    _guarded = on


def _refuse_processes(event: str, arguments: tuple[Any, ...]) -> None:
    if _guarded and event in STARTS:
        pytest.fail(f"This test starts a process ({event}{arguments[:1]}): mark it with @pytest.mark.process")
