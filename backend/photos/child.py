"""A process of its own, from outside: a task goes in, what it says comes out, and it is ended when it is not wanted.

Nothing inside COLMAP or a decoder can be stopped while it computes; a process can, and COLMAP's next one goes on from
its database.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.disk import disk_errors, make_folder
from backend.errors import DatasetError

from .database import count_done

Progress = Callable[[str, int, int], None]
"""Takes the stage (frames, features, matches, poses), how many are done, and of how many."""
GoOn = Callable[[], None]
"""Called a few times a second; raises when whoever wanted the poses no longer does."""
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Program:
    """What runs in the process: its module, and how it is called in a sentence."""

    module: str
    name: str


SOLVER = Program("backend.photos.colmap_process", "COLMAP")
DECODER = Program("backend.photos.video_process", "The video's decoder")
_SECONDS = 0.5
_LAST = 300


def run_task(
    task: dict[str, Any], log: Path, progress: Progress, go_on: GoOn, program: Program = SOLVER
) -> dict[str, Any]:
    """Returns the last that the process says, which is what came of the task.

    Raises:
        DatasetError: the process broke off; the end of its log is in the sentence.
    """
    make_folder(log.parent)
    with disk_errors(log):
        written = open(log, "ab")  # noqa: SIM115 - closed with the process below
    with written, _started(program, written) as process:
        try:
            last = _followed(process, task, progress, go_on)
        finally:
            process.kill()
    if "stage" in last or not last:
        raise DatasetError(
            f"{program.name} broke off: {_end_of(log)} Try again, or take other pictures; {log.name} has the rest."
        )
    return last


def _started(program: Program, log: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", program.module]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8", cwd=ROOT
    )


def _followed(process: subprocess.Popen[str], task: dict[str, Any], progress: Progress, go_on: GoOn) -> dict[str, Any]:
    said: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(process.stdout, said), daemon=True).start()
    _write(process, task)
    last: dict[str, Any] = {}
    while True:
        go_on()
        try:
            line = said.get(timeout=_SECONDS)
        except queue.Empty:
            _count(task, last, progress)
            continue
        if line is None:
            return last
        last = json.loads(line)
        if "stage" in last:
            progress(last["stage"], last["done"], last["of"])


def _count(task: dict[str, Any], last: dict[str, Any], progress: Progress) -> None:
    """Says how far the stage is that was begun, by what is in the database."""
    done = count_done(Path(task["database"]), last["stage"]) if "stage" in last and "database" in task else None
    if done is not None:
        progress(last["stage"], min(done, last["of"]), last["of"])


def _write(process: subprocess.Popen[str], task: dict[str, Any]) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()  # it stays open: its end tells the child that we are gone
    except OSError:  # it ended at once; its log says why
        pass


def _read(stream: Any, said: queue.Queue[str | None]) -> None:
    for line in stream:
        said.put(line)
    said.put(None)


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return (lines[-1] if lines else "it said nothing")[-_LAST:].rstrip(".") + "."
