"""Processes that answer: as many at once as was said, failures told, and none left over, however we end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scripts.benchmarks.scoring.worker_processes import ask_workers
from tests.patience import PATIENCE, wait_until

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
READ = "import json, sys, os, time; told = json.loads(sys.stdin.readline())\n"
SLEEPS = READ + "open(told['file'], 'w').write(str(os.getpid())); time.sleep(60)"
PARENT = f"""
import sys
from scripts.benchmarks.scoring.worker_processes import ask_workers
child = "from scripts.benchmarks.scoring.worker_processes import end_with_parent\\n" + {READ!r} + (
    "open(told['file'], 'w').write(str(os.getpid())); end_with_parent(); time.sleep(60)")
list(ask_workers([(0, {{"file": sys.argv[1]}})], 1, [sys.executable, "-c", child]))
"""


def ask(code: str, questions: list[dict], workers: int = 2) -> dict[int, dict]:
    return dict(ask_workers(list(enumerate(questions)), workers, [sys.executable, "-c", code]))


def ends(pid: int) -> bool:
    """Whether a process is gone in time; one that only waits to be buried is."""
    return wait_until(lambda: state_of(pid)[:1] in ("", "Z"))


def state_of(pid: int) -> str:
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def pid_in(file: Path) -> int:
    assert wait_until(lambda: file.exists() and file.read_text()), "no process has begun"
    return int(file.read_text())


def test_every_question_has_its_own_answer():
    found = ask(READ + "print(json.dumps({'twice': 2 * told['number']}))", [{"number": n} for n in range(5)])
    assert found == {n: {"twice": 2 * n} for n in range(5)}


def test_a_process_has_one_thread_and_only_the_last_line_is_its_answer():
    code = READ + "print('loading'); print(json.dumps(os.environ['OMP_NUM_THREADS']))"
    assert ask(code, [{}]) == {0: "1"}


@pytest.mark.parametrize("workers", [1, 2])
def test_no_more_run_at_once_than_was_said(tmp_path: Path, workers: int):
    """Each says how many are there, once as many have come as may: who says it first still sees them all."""
    here, came = tmp_path / "here", tmp_path / "came"
    here.mkdir(), came.mkdir()
    code = READ + (
        f"here, came, me = {str(here)!r}, {str(came)!r}, str(os.getpid())\n"
        "for place in (here, came): open(os.path.join(place, me), 'w').close()\n"
        f"ends = time.monotonic() + {PATIENCE}\n"
        f"while len(os.listdir(came)) < {workers} and time.monotonic() < ends: time.sleep(0.01)\n"
        "print(len(os.listdir(here))); os.remove(os.path.join(here, me))"
    )
    assert max(ask(code, [{}] * 4, workers).values()) == workers


def test_a_process_that_dies_says_why():
    (answer,) = ask(READ + "raise ValueError('no such color')", [{}]).values()
    assert answer == {"failed": "The process ended with code 1: ValueError: no such color"}


def test_a_process_that_is_killed_or_silent_is_said():
    (killed,) = ask(READ + "os.kill(os.getpid(), 9)", [{}]).values()
    (silent,) = ask(READ, [{}]).values()
    assert killed["failed"] == "The process ended with code -9: it said nothing"
    assert silent["failed"] == "The process ended with code 0: it said nothing"


def test_what_is_no_answer_is_a_failure():
    (answer,) = ask(READ + "sys.stderr.write('I mumble.'); print('{')", [{}]).values()
    assert answer["failed"] == "The process ended with code 0: I mumble."


def test_a_process_that_never_listens_is_a_failure():
    (answer,) = ask("raise SystemExit('no torch')", [{"much": "x" * 1_000_000}]).values()
    assert answer["failed"] == "The process ended with code 1: no torch"


def test_many_complaints_block_nobody():
    code = READ + "sys.stderr.write('x' * 1_000_000); print('{}')"
    assert ask(code, [{}]) == {0: {}}


def test_closing_ends_what_runs(tmp_path: Path):
    quick = READ + "\nif told['quick']: print('{}'); sys.exit()\n" + SLEEPS.removeprefix(READ)
    questions = [(0, {"quick": True}), (1, {"quick": False, "file": str(tmp_path / "pid")})]
    with closing(ask_workers(questions, 2, [sys.executable, "-c", quick])) as coming:
        assert next(coming) == (0, {})
        pid = pid_in(tmp_path / "pid")
    assert ends(pid)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_us(tmp_path: Path, how: signal.Signals):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "pid")], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    child = pid_in(tmp_path / "pid")
    parent.send_signal(how)
    assert parent.wait(PATIENCE) != 0
    assert ends(child)
    with pytest.raises(ProcessLookupError):
        os.kill(parent.pid, 0)
