"""A test suite as data: which Python runs which folder, and what came out of it."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from . import environments
from .environments import ROOT

TIME_LIMIT = 50 * 60
"""Seconds. A Blender that hangs at its exit must not take the whole run with it."""

NOTHING_COLLECTED = 5  # pytest's exit code
OPT_IN = ("slow", "gpu")
"""Marks of tests that run only when they are asked for."""


@dataclass(frozen=True)
class Suite:
    name: str
    interpreter: Path
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # reason -> how many
    seconds: float = 0.0
    output: str = ""
    slowest: tuple[tuple[float, str], ...] = ()  # seconds and name of each file's tests, longest first


def pytest_suite(name: str, interpreter: Path, paths: list[str], marks: str, keyword: str = "") -> Suite:
    keywords = ("-k", keyword) if keyword else ()
    return Suite(name, interpreter, ("-m", "pytest", "-m", marks, *keywords, *paths))


def marks_expression(wanted: set[str]) -> str:
    """The opt-in marks that were not asked for, left out: "not slow and not gpu"."""
    return " and ".join(f"not {mark}" for mark in OPT_IN if mark not in wanted)


def run_pytest(suite: Suite) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="dreamwright-test-") as folder:
        report = Path(folder) / "report.xml"
        began = time.monotonic()
        code, output = _execute([str(suite.interpreter), *suite.arguments, f"--junitxml={report}"], Path(folder))
        seconds = time.monotonic() - began
        passed, failed, skipped = read_report(report)
        slowest = read_times(report)
    if code not in (0, NOTHING_COLLECTED) and not failed:
        failed = 1  # it crashed, hung or could not start: that is a failure, though no test says so
    if code == NOTHING_COLLECTED and "-k" not in suite.arguments:
        failed, output = 1, output + "\nNo test was found here."
    return Outcome(suite.name, passed, failed, skipped, seconds, output, slowest)


def run_check(suite: Suite) -> Outcome:
    """A command that passes or fails as a whole."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dreamwright-test-") as folder:
        code, output = _execute([str(suite.interpreter), *suite.arguments], Path(folder))
    return Outcome(suite.name, int(code == 0), int(code != 0), Counter(), time.monotonic() - began, output)


def read_report(report: Path) -> tuple[int, int, Counter[str]]:
    """Passed, failed and the reasons of the skipped, out of pytest's JUnit report."""
    if not report.exists():
        return 0, 0, Counter()
    root = ElementTree.parse(report).getroot()
    cases = list(root.iter("testcase"))
    broken = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    marks = [case.find("skipped") for case in cases]
    reasons = Counter(mark.get("message", "no reason was given") for mark in marks if mark is not None)
    return len(cases) - broken - sum(reasons.values()), broken, reasons


def read_times(report: Path) -> tuple[tuple[float, str], ...]:
    """Seconds of each file with tests, longest first, out of pytest's JUnit report."""
    if not report.exists():
        return ()
    seconds: dict[str, float] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = case.get("classname", "")
        seconds[name] = seconds.get(name, 0.0) + float(case.get("time", 0))
    return tuple(sorted(((time, name) for name, time in seconds.items()), reverse=True))


def _execute(command: list[str], blender_folder: Path) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=_environment(blender_folder), capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, timeout=TIME_LIMIT,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return 1, f"{_text(late.stdout)}\nStopped: not done after {TIME_LIMIT / 60:.0f} minutes."
    return done.returncode, done.stdout + done.stderr


def _environment(blender_folder: Path) -> dict[str, str]:
    """One thread a suite (two run side by side), the backend's Python, and a Blender without a person's settings."""
    return os.environ | {
        "OMP_NUM_THREADS": "1",
        "DREAMWRIGHT_BACKEND_PYTHON": str(environments.backend().interpreter),
        "BLENDER_USER_RESOURCES": str(blender_folder / "blender"),
        "PYTHONUNBUFFERED": "1",
    }


def _text(output: str | bytes | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""
