"""Kills: backend and Blender in turn are killed with -9 at a random moment of a random state of a job.

After each the job's folder is whole, no process is left, the next backend finds every job that was told of and clears
away what else was left, and the job goes on. One in `WHOLE_EVERY` goes on to its end, where its grid must be that of a
run which nobody killed, bit for bit.
"""

from __future__ import annotations

import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from backend.wire import messages
from tests.backend.server.live import Backend, Client
from tests.patience import PATIENCE

from ..lib.environments import ROOT
from .fault_jobs import (
    check_no_litter,
    check_no_process,
    check_whole,
    finish,
    grid,
    jobs,
    processes_of,
    same,
    small_job,
)
from .fault_line import Findings, Try

STEPS = 80
WHOLE_EVERY = 3
BLENDER_EVERY = 3
BLENDERS = ("blender-4.5", "blender-5.2")
ENDLESS = 1_000_000

log = logging.getLogger(__name__)


def run(wanted: Try) -> Findings:
    found = Findings("kills", wanted)
    with tempfile.TemporaryDirectory(prefix="dreamwright-kills-") as folder:
        storm = Storm(Path(folder), found)
        for number in wanted.numbers():
            began = time.monotonic()
            with found.no_fault(number, "storm"):
                storm.strike(number)
            found.count += 1
            log.info("%d: killed %s, %.1f s", number, storm.last, time.monotonic() - began)
    found.figures |= {"killed": dict(sorted(storm.killed.items())), "ended_bit_for_bit": storm.whole}
    return found


class Storm:
    """Kills in one folder; each try has a cache of its own."""

    def __init__(self, folder: Path, found: Findings) -> None:
        self._folder, self._found = folder, found
        self._config = small_job(folder / "scene", STEPS)
        self._long = small_job(folder / "scene", ENDLESS)
        self.killed: Counter[str] = Counter()
        self.last = ""
        self.whole = 0
        """Jobs that went on to their end and were the same as a whole run."""
        self._reference = self._whole_run()

    def strike(self, number: int) -> None:
        choice = random.Random(f"{self._found.wanted.seed}-{number}")
        cache = self._folder / f"cache-{number}"
        if number % BLENDER_EVERY == BLENDER_EVERY - 1 and self._blender(number):
            acknowledged = self._kill_blender(choice, cache, number)
        else:
            acknowledged = self._kill_backend(choice, cache, number)
        check_no_process(self._found, number, cache)
        check_whole(self._found, number, cache)
        with _served(cache) as client:
            self._check_found_again(number, cache, client, acknowledged)
        check_no_process(self._found, number, cache)

    # -- killing

    def _kill_backend(self, choice: random.Random, cache: Path, number: int) -> set[str]:
        state = choice.choice(list(_STATES))
        self._note(f"backend {state}")
        if state == "starting":
            self._kill_while_starting(choice, cache)
            return set()
        backend = Backend(cache)
        try:
            client = backend.connect()
            acknowledged = _STATES[state](client, self._config, self._long)
            time.sleep(choice.uniform(0, 0.3))  # the moment of the kill is what is tried
        finally:
            backend.kill()
        return acknowledged

    def _kill_while_starting(self, choice: random.Random, cache: Path) -> None:
        command = [sys.executable, "-m", "backend", "serve", "--cache", str(cache)]
        token = {messages.TOKEN_VARIABLE: "0123456789abcdef" * 2}
        silent: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | token, **silent)
        time.sleep(choice.uniform(0, 3.0))  # the moment of the kill is what is tried
        process.kill()
        process.wait()

    def _blender(self, number: int) -> Path | None:
        """The Python of one of our Blenders, in turn, where they are made."""
        made = [ROOT / ".envs" / name / "bin" / "python" for name in BLENDERS]
        there = [path for path in made if path.exists()]
        return there[number // BLENDER_EVERY % len(there)] if there else None

    def _kill_blender(self, choice: random.Random, cache: Path, number: int) -> set[str]:
        """Its backend ends by itself, and keeps the job."""
        paused = choice.random() < 0.3
        self._note("Blender paused" if paused else "Blender running")
        command = [str(self._blender(number)), "-m", "scripts.benchmarks.blender_client", str(ENDLESS)]
        ours = {"DREAMWRIGHT_CACHE": str(cache), "DREAMWRIGHT_BACKEND_PYTHON": sys.executable}
        with open(self._folder / f"blender-{number}.log", "w") as log:
            blender = subprocess.Popen([*command, *(["--pause"] if paused else [])], env=os.environ | ours, cwd=ROOT,
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # fmt: skip
        try:
            job = _when_there_is_a_job(cache, blender)
            time.sleep(choice.uniform(0, 2.0))  # the moment of the kill is what is tried
            assert processes_of(cache), "Blender's backend does not run"
        finally:
            blender.kill()
            blender.wait()
        return {job}

    def _note(self, what: str) -> None:
        self.last = what
        self.killed[what] += 1

    # -- afterwards

    def _check_found_again(self, number: int, cache: Path, client: Client, acknowledged: set[str]) -> None:
        there = jobs(client)
        if lost := acknowledged - there.keys():
            self._found.fault(number, "a job is lost", lost)
        if running := [job for job, record in there.items() if record["state"] == "running"]:
            self._found.fault(number, "a job says that it runs", running)
        check_no_litter(self._found, number, cache)
        for job, record in there.items():
            self._check_goes_on(number, client, job, record)

    def _check_goes_on(self, number: int, client: Client, job: str, record: dict[str, Any]) -> None:
        short = record["steps"] == STEPS
        if record["state"] != "finished":
            client.ask(messages.ResumeJob(job))
            if not short or number % WHOLE_EVERY:
                client.wait_for(_GOES_ON, lambda event: event.job == job)
                _remove(client, job)
                return
        ended = finish(client, job)
        if ended == "failed" and record["state"] == "failed":
            return  # its pictures are still not there
        if ended != "finished":
            self._found.fault(number, f"a resumed job is {ended}", client.ask(messages.GetJob(job)).error)
        elif short and not same(grid(client, job), self._reference):
            self._found.fault(number, "a killed job ended in another grid than a whole one", job)
        else:
            self.whole += short

    def _whole_run(self) -> tuple[np.ndarray, ...]:
        with _served(self._folder / "whole") as client:
            job = client.begin(self._config)
            assert finish(client, job) == "finished"
            return grid(client, job)


_GOES_ON = (messages.Progress, messages.Finished, messages.Failed)
"""What a resumed job tells: it goes on, or ends again as it did before it was killed."""


def _remove(client: Client, job: str) -> None:
    if client.ask(messages.GetJob(job)).state in ("queued", "running", "paused"):
        client.ask(messages.CancelJob(job))
    client.ask(messages.DeleteJob(job))


@contextmanager
def _served(cache: Path) -> Iterator[Client]:
    """A conversation with a backend that ends as it should."""
    backend = Backend(cache)
    try:
        client = backend.connect()
        yield client
        client.socket.close()
        assert backend.end() == 0, f"the backend ended with {backend.process.returncode}"
    finally:
        backend.kill()


def _when_there_is_a_job(cache: Path, blender: subprocess.Popen[bytes]) -> str:
    """The name of the job that Blender's backend has begun to write down."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and blender.poll() is None:
        if begun := [path.parent.name for path in (cache / "jobs").glob("*/checkpoint.json")]:
            return begun[0]
        if begun := [path.parent.name for path in (cache / "jobs").glob("*/preview.png")]:
            return begun[0]
        time.sleep(0.05)
    raise TimeoutError("Blender made no job")


# -- states of a job; each gives the jobs that the backend told of and that must be there afterwards

State = Callable[[Client, dict[str, Any], dict[str, Any]], set[str]]


def _idle(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    return set()


def _queued(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    client.begin(long)
    return {client.ask(messages.CreateJob(config)).job, client.begin(config)}


def _creating(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    for _ in range(3):
        _send_call(client, messages.CreateJob(config))
    return set()


def _running(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    job = client.begin(config)
    client.wait_for(messages.Progress)
    return {job}


def _pausing(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    jobs = _running(client, config, long)
    _send_call(client, messages.PauseJob(*jobs))
    return jobs


def _resuming(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    (job,) = _running(client, long, long)
    client.ask(messages.PauseJob(job))
    _send_call(client, messages.ResumeJob(job))
    return {job}


def _cancelled(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    (job,) = _running(client, long, long)
    client.ask(messages.CancelJob(job))
    return {job}


def _finishing(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    job = client.begin(config)
    client.wait_for(messages.Progress, lambda event: event.step > STEPS - 5)
    return {job}


def _deleting(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    (job,) = _cancelled(client, config, long)
    _send_call(client, messages.DeleteJob(job))
    return set()


def _rewinding(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    (job,) = _finished(client, config, long)
    kept = client.ask(messages.ListCheckpoints(job)).checkpoints
    _send_call(client, messages.RewindJob(job, kept[0]["step"]))
    return {job}


def _branching(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    (job,) = _running(client, long, long)
    _send_call(client, messages.BranchJob(job, {}))
    return {job}


def _editing(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    (job,) = _running(client, long, long)
    _send_call(client, messages.EditJob(job, weights={"photometric": 0.5}))
    return {job}


def _finished(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    job = client.begin(config)
    assert finish(client, job) == "finished"
    return {job}


def _failed(client: Client, config: dict[str, Any], long: dict[str, Any]) -> set[str]:
    """Its pictures are not where they were said to be."""
    job = client.begin(long | {"dataset": long["dataset"] + "-gone"})
    client.wait_for(messages.Failed)
    return {job}


def _send_call(client: Client, call: object) -> None:
    """A call whose answer is not waited for."""
    for message in client.peer.send_request(*messages.call(call))[1]:
        client.socket.send(message)


_STATES: dict[str, State] = {
    "starting": _idle,
    "idle": _idle,
    "creating": _creating,
    "queued": _queued,
    "running": _running,
    "pausing": _pausing,
    "resuming": _resuming,
    "cancelled": _cancelled,
    "finishing": _finishing,
    "finished": _finished,
    "deleting": _deleting,
    "rewinding": _rewinding,
    "branching": _branching,
    "editing": _editing,
    "failed": _failed,
}
