"""Full disks: at each place that writes, a disk of a few megabytes is filled; a sentence says so and nothing is lost.

Each disk is a small tmpfs, which only root may mount; where that is refused each place is a fault.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from addon.core import calls
from backend.errors import DiskError, DreamwrightError
from backend.wire import messages
from tests.backend.server.live import ENDLESS, Backend, Client

from ..lib.environments import ROOT
from .fault_jobs import check_whole, finish, jobs, small_job
from .fault_line import Findings, Try

MEGABYTES = 96
MODEL_MEGABYTES = 24
FULL = "disk is full|make room|No space"


def run(wanted: Try) -> Findings:
    found = Findings("disks", wanted)
    for number in wanted.numbers():
        for name, look in PLACES.items():
            with found.no_fault(number, name), _disk() as disk:
                look(disk)
                check_whole(found, number, disk.folder / "cache")
        found.count += 1
    found.figures |= {"places": list(PLACES)}
    return found


class Disk:
    """A small disk and the file that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            for piece in (1 << 20, 1 << 12, 1):
                try:
                    while file.write(bytes(piece)) == piece:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self._ballast.unlink()


@contextmanager
def _disk() -> Iterator[Disk]:
    with tempfile.TemporaryDirectory(prefix="dreamwright-disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "none", folder], check=True)
        try:
            yield Disk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def _served(disk: Disk) -> Iterator[Client]:
    backend = Backend(disk.folder / "cache")
    try:
        yield backend.connect()
        assert backend.process.poll() is None, "the backend died"
    finally:
        backend.kill()


def _config(disk: Disk, **changes: object) -> dict[str, Any]:
    """Its pictures lie elsewhere: only what is written is on the disk."""
    return small_job(Path(tempfile.gettempdir()) / "dreamwright-disk-scene", 30, **changes)


def _refused(what: Callable[[], object]) -> None:
    try:
        what()
    except DreamwrightError as error:
        assert isinstance(error, DiskError) and re.search(FULL, error.sentence), error.sentence
    else:
        raise AssertionError("a full disk took it")


def _finish(client: Client, job: str) -> None:
    """Or says how it ended: "still running" is a machine that is too busy, and no fault of ours."""
    state = finish(client, job)
    assert state == "finished", f"the job is {state}"


def _job_json(disk: Disk) -> None:
    with _served(disk) as client:
        disk.fill()
        _refused(lambda: client.ask(messages.CreateJob(_config(disk))))
        assert not jobs(client), "half of a job is there"
        disk.free()
        _finish(client, client.begin(_config(disk)))


def _running(disk: Disk, **clocks: float) -> None:
    """A job whose disk fills up fails with a sentence, keeps its last checkpoint, and goes on where there is room."""
    with _served(disk) as client:
        job = client.begin(_config(disk, optimize=ENDLESS | clocks))
        client.wait_for(messages.Progress, lambda event: event.step > 5)
        kept = client.ask(messages.PauseJob(job)).step
        client.ask(messages.ResumeJob(job))
        disk.fill()
        failed = client.wait_for(messages.Failed)
        assert "room" in failed.sentence or "full" in failed.sentence, failed.sentence
        assert client.ask(messages.FetchGrid(job)).step >= kept, "the last checkpoint is lost"
        disk.free()
        client.ask(messages.ResumeJob(job))
        assert client.wait_for(messages.Progress).step > kept


def _checkpoint(disk: Disk) -> None:
    _running(disk, checkpoint_every_s=0.0, preview_every_s=86400.0)


def _preview(disk: Disk) -> None:
    _running(disk, checkpoint_every_s=86400.0, preview_every_s=0.0)


def _log(disk: Disk) -> None:
    """What cannot be logged is not, and everyone is answered."""
    with _served(disk) as client:
        job = client.begin(_config(disk))
        _finish(client, job)
        disk.fill()
        for _ in range(20):
            assert jobs(client)[job]["state"] == "finished"
            client.ask(messages.FetchGrid(job))


def _grid(disk: Disk) -> None:
    """Where the add-on keeps a result."""
    with _served(disk) as client:
        job = client.begin(_config(disk))
        _finish(client, job)
        grid = calls.checked_grid(client.ask(messages.FetchGrid(job, 64)))
    path = disk.folder / "grid.npz"
    disk.fill()
    before = set(os.listdir(disk.folder))
    try:
        calls.save_grid(grid, path)
    except DreamwrightError as error:
        assert error.sentence.endswith("."), error.sentence
    else:
        raise AssertionError("a full disk took it")
    assert set(os.listdir(disk.folder)) == before, "half of a grid is there"
    disk.free()
    calls.save_grid(grid, path)
    assert calls.load_grid(path).density.shape == grid.density.shape


def _download(disk: Disk) -> None:
    """A model that does not fit; the same command goes on where there is room."""
    from tests.backend.pretrained.loopback_hub import PIPELINE, UNET, LoopbackHub, serving
    from tests.backend.random_models import random_stable_diffusion

    with tempfile.TemporaryDirectory() as folder:
        repository = random_stable_diffusion(Path(folder), variant="fp16")
        (repository / UNET).write_bytes(os.urandom(MODEL_MEGABYTES << 20))
        with serving(LoopbackHub({PIPELINE: repository})) as hub:
            disk.fill()
            refused = _fetch(hub.url, disk)
            assert refused.returncode == 1 and "Traceback" not in refused.stderr, refused.stderr
            assert "free" in refused.stderr.splitlines()[-1], refused.stderr
            disk.free()
            assert _fetch(hub.url, disk).returncode == 0


def _fetch(url: str, disk: Disk) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backend", "models", "fetch", "stable-diffusion-1.5", "--yes"]
    where = {"HF_ENDPOINT": url, "HF_HOME": str(disk.folder / "home")}
    return subprocess.run(command, cwd=ROOT, env=os.environ | where, capture_output=True, text=True, timeout=300)


PLACES: dict[str, Callable[[Disk], None]] = {
    "job.json": _job_json,
    "checkpoint": _checkpoint,
    "preview": _preview,
    "log": _log,
    "grid": _grid,
    "model download": _download,
}
