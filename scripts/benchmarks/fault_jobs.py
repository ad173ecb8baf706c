"""Small real jobs for the fault suite, and what may be left of them: whole folders, no process, no litter."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from backend import config as configuration
from backend.optimize.checkpoint import NEWEST, PREVIOUS, read_checkpoint
from backend.wire import messages, values
from tests.backend.posed_scene import write_scene
from tests.backend.server.live import Client
from tests.patience import PATIENCE

from .fault_line import Findings

LITTER = ("*.part", "*.partial", "*.incomplete", ".write-test-*", ".deleted-*")


def small_job(scene: Path, steps: int, **changes: Any) -> dict[str, Any]:
    """A job of milliseconds a step that is written down after each, as JSON."""
    base: dict[str, Any] = {
        "dataset": str(scene if scene.exists() else write_scene(scene)),
        "field": {"resolution": 12, "start_resolution": 12, "upsample_at": []},
        "render": {"samples_per_ray": 16, "occupancy_resolution": 8},
        "photometric": {"rays_per_step": 256},
        "optimize": {
            "steps": steps,
            "preview_size": 16,
            "preview_every_s": 0.05,
            "checkpoint_every_s": 0.0,
            "keep_checkpoints": 3,
        },
        "export": {"resolution": 16},
    }
    config = configuration.with_changes(configuration.preset("reconstruct", "draft"), base)
    return configuration.to_json(configuration.with_changes(config, changes))


def jobs(client: Client) -> dict[str, dict[str, Any]]:
    return {record["job"]: record for record in client.ask(messages.ListJobs()).jobs}


def grid(client: Client, job: str) -> tuple[np.ndarray, ...]:
    """All arrays of a job's grid."""
    return tuple(each for each in vars(client.ask(messages.FetchGrid(job))).values() if isinstance(each, np.ndarray))


def same(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> bool:
    """Bit for bit."""
    return [each.tobytes() for each in one] == [each.tobytes() for each in other]


def finish(client: Client, job: str) -> str:
    """Waits for the end of a job that was started, and says how it ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        state: str = client.ask(messages.GetJob(job)).state
        if state not in ("queued", "running"):
            return state
        with contextlib.suppress(TimeoutError):
            client.receive()
    return "still running"


def check_whole(found: Findings, number: int, cache: Path) -> None:
    """Every job of a killed backend has a record and, where it had one, a checkpoint that can be read."""
    for folder in _job_folders(cache):
        with found.no_fault(number, "a job is not whole"):
            record = folder / "job.json"
            if record.exists():  # a job whose making was killed was never told to anyone
                values.from_json(messages.JobRecord, _json(record))
            if any((folder / name).exists() for name in (NEWEST, PREVIOUS)):
                read_checkpoint(folder)


def check_no_litter(found: Findings, number: int, cache: Path) -> None:
    """After the next start nothing is left but jobs."""
    for pattern in LITTER:
        for path in cache.rglob(pattern):
            found.fault(number, f"litter {pattern}", path.relative_to(cache))
    for folder in _job_folders(cache):
        if not (folder / "job.json").exists():
            found.fault(number, "litter of a job that never was", folder.name)


def processes_of(cache: Path) -> list[int]:
    """Ids of running processes that were given this cache folder."""
    wanted, ours = os.fsencode(cache), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):  # it ended while we looked
                if wanted in (folder / "cmdline").read_bytes():
                    ours.append(int(folder.name))
    return ours


def check_no_process(found: Findings, number: int, cache: Path, within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while processes_of(cache) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in processes_of(cache):
        found.fault(number, "a process outlived its parent", process)
        os.kill(process, signal.SIGKILL)


def _job_folders(cache: Path) -> list[Path]:
    return [each for each in sorted((cache / "jobs").glob("*")) if each.is_dir() and not each.name.startswith(".")]


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
