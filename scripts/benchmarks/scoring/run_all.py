"""What is missing is made and kept, one result at a time; what is there already is not made again."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.evaluate.ledger import append

from .request import Request
from .results import Result, read_results
from .worker_processes import COMMAND, ask_workers

OnResults = Callable[[dict[str, Result]], None]
"""Told all results so far, by their key."""


@dataclass(frozen=True)
class ResultStore:
    """Where results are kept: the file, and a picture of each beside it."""

    file: Path
    machine: str = ""

    def picture(self, key: str) -> Path:
        return self.file.parent / "pictures" / f"{key}.png"

    def done(self) -> dict[str, Result]:
        """By key, the last one of each; failures count for nothing, and are tried again."""
        return {result.key: result for result in read_results(self.file) if not result.failed}


def run(
    requests: Sequence[Request], store: ResultStore, workers: int, show: OnResults, command: Sequence[str] = COMMAND
) -> list[Result]:
    """Results of all requests, in their order, those that failed included; each is in the file as soon as it is there.

    KeyboardInterrupt: what was being made is dropped, its process ended; what is done is kept.
    """
    found = store.done()
    missing: dict[str, Request] = {}
    for request in requests:  # equal ones go by the name of the first
        if request.key not in found:
            missing.setdefault(request.key, request)
    log(f"{len(missing)} to make; {sum(request.key in found for request in requests)} are there already.")
    store.file.parent.mkdir(parents=True, exist_ok=True)
    tasks = [(request, request.to_json(store.picture(key))) for key, request in missing.items()]
    show(found)
    with closing(ask_workers(tasks, workers, command)) as coming:
        for request, answer in coming:
            found[request.key] = _result(request, answer, store.machine)
            append(store.file, found[request.key])
            log(describe_result(found[request.key]))
            show(found)
    return [found[request.key] for request in requests]


def describe_result(result: Result) -> str:
    """One result in a line."""
    head = ", ".join(filter(None, [result.prompt, f"seed {result.seed}", result.name]))
    if result.failed:
        return f"{head}: failed: {result.failed}"
    likeness = "no likeness" if result.similarity is None else f"likeness {result.similarity:.3f}"
    return f"{head}: {result.seconds:.0f} s, {likeness}, taken for {result.taken_for}"


def _result(request: Request, answer: dict[str, Any], machine: str) -> Result:
    setup = request.setup
    own = {
        "prompt": request.prompt,
        "seed": request.seed,
        "name": request.name,
        "key": request.key,
        "revision": setup.revision,
        "weights": request.weights,
        "measured_by": setup.measured_by,
        "quality": request.quality,
        "settings": request.settings,
        "machine": ", ".join(filter(None, [machine, answer.get("device")])),
        "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    return Result.of(answer | own)


def log(text: str) -> None:
    sys.stderr.write(text + "\n")
