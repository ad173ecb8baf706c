"""A few processes at once, one question each: a line of JSON in, a line of JSON out. None outlives this one.

Each has one thread, so that two of them do not fight for cores, and a group of its own, so that Ctrl-C reaches only us:
we end them. Their input stays open while we live; a child reads its end and goes even where we were killed
(`end_with_parent`). A process for each question also means that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from ...lib.environments import ROOT

Task = TypeVar("Task")
COMMAND = (sys.executable, "-m", "scripts.benchmarks.scoring.single_run")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Child:
    task: Any
    process: subprocess.Popen[str]
    stderr_file: IO[str]

    @property
    def answers(self) -> IO[str]:
        assert self.process.stdout is not None  # it is a pipe, by how it was started
        return self.process.stdout

    @property
    def questions(self) -> IO[str]:
        assert self.process.stdin is not None
        return self.process.stdin


def ask_workers(
    tasks: Iterable[tuple[Task, dict[str, Any]]], workers: int, command: Sequence[str] = COMMAND
) -> Generator[tuple[Task, dict[str, Any]], None, None]:
    """Each question with its answer, as they come; `workers` at once. Closing this ends what still runs.

    A process that dies answers {"failed": why}.
    """
    waiting, running = deque(tasks), selectors.DefaultSelector()
    try:
        while waiting or running.get_map():
            while waiting and len(running.get_map()) < workers:
                task, payload = waiting.popleft()
                child = _start(task, command)
                running.register(child.answers, selectors.EVENT_READ, child)
                _send(child, payload)
            for found, _ in running.select():
                answer = _answer(found.data)
                running.unregister(found.fileobj)
                yield found.data.task, answer
    finally:
        for found in list(running.get_map().values()):
            end(found.data.process)
        running.close()


def end(process: subprocess.Popen[str]) -> None:
    """At once, and waited for."""
    process.kill()
    process.wait()


def end_with_parent() -> None:
    """For a child that has read its question: it ends when its input does."""

    def wait_for_end() -> None:
        while os.read(sys.stdin.fileno(), 1):  # not sys.stdin.read: its lock would be held when Python ends
            pass
        os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()


def _start(task: Any, command: Sequence[str]) -> Child:
    stderr_file = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115  (closed with its child)
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | ONE_THREAD, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=stderr_file, text=True, start_new_session=True,
    )  # fmt: skip
    return Child(task, process, stderr_file)


def _send(child: Child, payload: dict[str, Any]) -> None:
    """Its input stays open. One that is dead already will have no answer either."""
    with suppress(BrokenPipeError):
        child.questions.write(json.dumps(payload) + "\n")
        child.questions.flush()


def _answer(child: Child) -> dict[str, Any]:
    """What it said last; it has said something, or closed its mouth."""
    lines = child.answers.read().strip().splitlines()
    code = child.process.wait()
    with suppress(BrokenPipeError):
        child.questions.close()
    try:
        answer: dict[str, Any] = json.loads(lines[-1] if lines and code == 0 else "")
        return answer
    except json.JSONDecodeError:
        return {"failed": f"The process ended with code {code}: {_last_error(child) or 'it said nothing'}"}
    finally:
        child.stderr_file.close()


def _last_error(child: Child) -> str:
    """The last line of it: of a traceback, the error."""
    child.stderr_file.seek(0)
    return (child.stderr_file.read().strip().splitlines() or [""])[-1]
