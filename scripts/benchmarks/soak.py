"""A long life: jobs, views, grids and strangers for hours, while memory, descriptors and threads are watched.

`count` is seconds. The first fifth is left out of what is measured: libraries are loaded and caches filled in it.
"""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from websockets.exceptions import WebSocketException

from backend.errors import JobStateError
from backend.wire import messages
from tests.backend.server.live import Backend, Client

from .bad_frames import bad_frame
from .fault_jobs import finish, grid, small_job
from .fault_line import Findings, Try

SAMPLES = 400
MEASURED_FROM = 20
MORE_ALLOWED = {"memory_mb": 64.0, "descriptors": 4.0, "threads": 3.0}
"""Between the median of the first and of the last quarter of what is measured."""
VIEW = {"pose": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 3], [0, 0, 0, 1]], "width": 32, "height": 24, "angle_x": 0.7}


@dataclass(frozen=True)
class Sample:
    seconds: float
    memory_mb: float
    descriptors: int
    threads: int


def run(wanted: Try) -> Findings:
    found = Findings("soak", wanted)
    with tempfile.TemporaryDirectory(prefix="dreamwright-soak-") as folder:
        backend = Backend(Path(folder) / "cache")
        try:
            samples, cycles = _live(found, backend, Path(folder) / "scene")
            found.figures |= {"cycles": cycles, "samples": len(samples)}
            if backend.end() != 0:
                found.fault(cycles, "end", f"status {backend.process.returncode}")
        finally:
            backend.kill()
    _assess(found, samples)
    found.count = wanted.count
    wanted.out.mkdir(parents=True, exist_ok=True)
    _plot(samples, wanted.out / f"soak-{wanted.seed}.png")
    return found


def _live(found: Findings, backend: Backend, scene: Path) -> tuple[list[Sample], int]:
    client, began, number = backend.connect(), time.monotonic(), found.wanted.first
    samples = [_sample(backend, 0.0)]
    every = found.wanted.count / SAMPLES
    config = small_job(scene, 40)
    while (now := time.monotonic() - began) < found.wanted.count and backend.process.poll() is None:
        with found.no_fault(number, "cycle"):
            _cycle(backend, client, config, random.Random(f"{found.wanted.seed}-{number}"), number)
        if now - samples[-1].seconds >= every:
            samples.append(_sample(backend, now))
        number += 1
    if backend.process.poll() is not None:
        found.fault(number, "the backend died", backend.process.returncode)
    return samples, number - found.wanted.first


def _cycle(backend: Backend, client: Client, config: dict[str, Any], choice: random.Random, number: int) -> None:
    """One job from its making to its removal, with what people and strangers do meanwhile."""
    job = client.begin(config | {"seed": number % 1000})
    if choice.random() < 0.5:
        _stranger(backend, number)
    if choice.random() < 0.3:
        client.wait_for(messages.Progress)
        with contextlib.suppress(JobStateError):
            client.ask(messages.PauseJob(job))
        if client.ask(messages.GetJob(job)).state == "paused":
            client.ask(messages.ResumeJob(job))
    assert finish(client, job) == "finished"
    grid(client, job)
    client.ask(messages.RenderView(job, VIEW, 0.05))
    client.ask(messages.ListModels())
    client.ask(messages.DeleteJob(job))
    client.events.clear()


def _stranger(backend: Backend, number: int) -> None:
    """Somebody who sends nonsense and goes without a word, or comes with a wrong token."""
    with contextlib.suppress(WebSocketException, OSError):
        socket = backend.open(token=None if number % 2 else "wrong")
        socket.send(_sendable(bad_frame(1, number)[1]))
        socket.socket.close()
        socket.close()


def _sendable(frame: str | bytes) -> str | bytes:
    return frame if isinstance(frame, bytes) else frame.encode(errors="replace").decode()


def _sample(backend: Backend, seconds: float) -> Sample:
    process = Path("/proc") / str(backend.process.pid)
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)
    memory = int(status["VmRSS"].split()[0]) / 1024
    return Sample(seconds, memory, len(os.listdir(process / "fd")), int(status["Threads"]))


def _assess(found: Findings, samples: list[Sample]) -> None:
    found.figures["measured"] = len(samples) >= MEASURED_FROM
    if not found.figures["measured"]:
        return  # too short a life to say what grows
    lived = np.array([astuple(each) for each in samples[len(samples) // 5 :]])
    quarter = max(1, len(lived) // 4)
    for column, (name, allowed) in enumerate(MORE_ALLOWED.items(), start=1):
        early, late = np.median(lived[:quarter, column]), np.median(lived[-quarter:, column])
        found.figures[name] = [round(float(early), 1), round(float(late), 1)]
        if late - early > allowed:
            found.fault(len(samples), f"{name} grow", f"from {early:.0f} to {late:.0f}")


def _plot(samples: list[Sample], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    columns = np.array([astuple(each) for each in samples]).T
    figure, axes = pyplot.subplots(3, 1, sharex=True, figsize=(9, 7), layout="constrained")
    for axis, name, values in zip(axes, MORE_ALLOWED, columns[1:], strict=True):
        axis.plot(columns[0] / 60, values)
        axis.set_ylabel(name)
    axes[-1].set_xlabel("minutes")
    figure.savefig(path)
    pyplot.close(figure)
