"""No test waits by sleeping: it waits for what it needs, with tests/patience.py."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE, soon, wait_until

TESTS = Path(__file__).resolve().parent
ALLOWED = {
    "patience.py": "the one place that polls",
    "backend/render/test_preview.py": "the sleep is the cost of a field whose picture must be there in time",
    "backend/pretrained/loopback_hub.py": "the sleep is the slowness of a hub, which the downloads must bear",
}
"""Files that may sleep, with the reason."""


def sleeps(source: str) -> list[int]:
    """Lines that call sleep, however it was imported; code in texts, which other processes run, is not looked at."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found += [node.lineno] if name == "sleep" else []
    return found


def test_no_test_waits_by_sleeping():
    offenses = [
        f"tests/{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        if path.relative_to(TESTS).as_posix() not in ALLOWED
        for line in sleeps(path.read_text())
    ]
    assert not offenses, f"wait for what is needed with tests/patience.py: {offenses}"


def test_every_exception_is_one():
    assert [name for name in ALLOWED if not sleeps((TESTS / name).read_text())] == []


@pytest.mark.parametrize("code", ["import time\ntime.sleep(1)", "from time import sleep\ndef f():\n    sleep(1)"])
def test_a_sleep_is_seen(code):
    assert sleeps(code)
    assert not sleeps("code = 'time.sleep(60)'")


def test_what_does_not_come_is_told():
    assert not wait_until(lambda: False, seconds=0.05)
    came = iter([False, False, True])
    assert wait_until(lambda: next(came))


@pytest.mark.process
def test_a_variable_makes_every_bound_longer():
    code = "from tests.patience import PATIENCE, soon; print(PATIENCE, soon(0.5))"
    asked = subprocess.run([sys.executable, "-c", code], cwd=TESTS.parent, capture_output=True, text=True,
                           env={"DREAMWRIGHT_TEST_PATIENCE": "7"})  # fmt: skip
    assert asked.stdout.split() == ["420.0", "3.5"], asked.stderr
    assert soon(1.0) < PATIENCE
