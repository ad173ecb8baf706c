"""What our code does on Windows, run here: its Windows branches, without what only Unix has, with files that are held.

Each test is a child process, see tests/fakes/windows.py. A backend that has not these branches ends in it as on
Windows.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from backend.cache import compiled_folder
from backend.wire import messages
from tests.patience import PATIENCE

from .live import ROOT, Backend, Client

pytestmark = pytest.mark.process

BEGIN = "import sys; from pathlib import Path; from tests.fakes.windows import pretend; "
MODULE = "import runpy; sys.argv[0] = 'backend'; runpy.run_module('backend', run_name='__main__', alter_sys=True)"
SMALL = {
    "prompt": "a red cube", "quality": "draft", "device": "cpu", "optimize": {"steps": 30},
    "field": {"resolution": 16, "start_resolution": 16}, "export": {"resolution": 16},
    "render": {"image_size": 16, "samples_per_ray": 16}, "orbit": {"views": 1},
}  # fmt: skip


def as_on_windows(code: str, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {
        "OMP_NUM_THREADS": "1",
        "LOCALAPPDATA": str(folder / "local"),
        "NUMBA_CACHE_DIR": str(compiled_folder()),
    }
    command = [sys.executable, "-c", f"{BEGIN}pretend(Path({str(folder)!r})); {code}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE)


def test_the_stand_in_refuses_what_windows_lacks(tmp_path):
    """Of its own: code that is ours sees no `resource`, no `fork`, a Windows; torch and the library see what is
    here."""
    (tmp_path / "ours.py").write_text("")
    code = """
import types
ours = types.ModuleType("backend.ours"); ours.__package__ = "backend"
def refused(line, error):
    try:
        exec(line, ours.__dict__)
    except error:
        return
    raise SystemExit(f"{line} was not refused")
for name in ("resource", "fcntl", "pwd", "termios"):
    refused(f"import {name}", ModuleNotFoundError)
for line in ("os.fork", "os.geteuid()", "os.getloadavg", "signal.SIGKILL", "signal.SIGHUP", "socket.AF_UNIX"):
    refused(f"import os, signal, socket; {line}", AttributeError)
refused("import select, os; select.select([0], [], [], 0)", OSError)
refused("from os import fork", ImportError)
exec("import sys, os; assert sys.platform == 'win32' and os.name == 'nt' and os.getppid()", ours.__dict__)
import resource, fcntl
"""
    done = as_on_windows(f"exec({code!r})", tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout


def test_the_stand_in_holds_open_and_mapped_files(tmp_path):
    code = """
import mmap, os, shutil
folder = Path(sys.argv[1])
(folder / "a").write_bytes(b"x" * 4096)
(folder / "sub").mkdir(); (folder / "sub" / "b").write_bytes(b"y")
def refused(do):
    try:
        do()
    except OSError:
        return
    raise SystemExit("not refused")
with open(folder / "a", "rb") as file:
    held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
refused((folder / "a").unlink)
os.link(folder / "a", folder / "other"); refused((folder / "other").unlink)
refused(lambda: os.replace(folder / "sub" / "b", folder / "a"))
held.close(); (folder / "a").unlink()
with open(folder / "sub" / "b") as file:
    refused(lambda: shutil.rmtree(folder / "sub")); refused(lambda: os.replace(folder / "sub", folder / "moved"))
os.replace(folder / "sub", folder / "moved"); shutil.rmtree(folder / "moved")
for name in ("CON", "nul.txt", "dot.", "space ", "what?"):
    refused(lambda: (folder / name).write_text(""))
"""
    done = as_on_windows(f"exec({code!r})", tmp_path, tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_doctor(tmp_path):
    done = as_on_windows(MODULE, tmp_path, "doctor", "--cache", tmp_path / "cache")
    assert done.returncode == 0 and "Computes on" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_a_small_job_by_the_command_line(tmp_path):
    options = ("--quality", "draft", "--device", "cpu", "--field.resolution", "16", "--start-resolution", "12")
    more = ("--image-size", "16", "--orbit.views", "1", "--samples-per-ray", "16", "--export.resolution", "16")
    command = ("generate", "a red cube", *options, *more, "--steps", "20", "--out", tmp_path / "out")
    done = as_on_windows(MODULE, tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "grid.npz").is_file(), sorted(path.name for path in (tmp_path / "out").iterdir())


@pytest.fixture
def backend(tmp_path, monkeypatch):
    """A server as on Windows, with its cache folder's files held as there."""
    (tmp_path / "cache").mkdir()
    code = f"{BEGIN}pretend(Path({str(tmp_path / 'cache')!r})); {MODULE}"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(compiled_folder()))
    monkeypatch.setattr(sys, "executable", str(_launcher(tmp_path, code)))
    running = Backend(tmp_path / "cache", "--device", "cpu")
    yield running
    running.kill()


def _launcher(folder: Path, code: str) -> Path:
    """A Python that pretends, whatever module it is asked to run."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nshift 2\nexec {shlex.quote(sys.executable)} -c {shlex.quote(code)} "$@"\n')
    script.chmod(0o755)
    return script


def test_a_job_is_run_paused_resumed_kept_taken_back_and_deleted(backend):
    assert backend.announced, backend.stderr
    with backend.open() as socket:
        client = Client(socket)
        job = client.begin(SMALL | {"optimize": {"steps": 400, "keep_checkpoints": 4}})
        client.wait_for(messages.Progress, lambda event: event.step >= 110)
        client.ask(messages.PauseJob(job))
        client.wait_for_state(job, "paused")
        client.ask(messages.ResumeJob(job))
        client.wait_for_state(job, "running")
        _finish(client)
        client.ask(messages.RewindJob(job, 100))
        client.ask(messages.ResumeJob(job))
        _finish(client)
        assert client.ask(messages.FetchGrid(job)).step == 400
        client.ask(messages.DeleteJob(job))
        left = [path.name for path in (backend.cache / "jobs").iterdir()]
        assert left == [], left
    assert backend.end() == 0, backend.stderr
    assert "Traceback" not in backend.stderr and "held" not in backend.stderr


def _finish(client):
    ended = client.wait_for((messages.Finished, messages.Failed))
    assert isinstance(ended, messages.Finished), ended


def test_a_second_backend_in_the_same_cache_is_refused(backend):
    second = Backend(backend.cache)
    assert second.announced is None and second.process.wait(PATIENCE) == 1
    assert "Another backend" in second.stderr


def test_it_ends_when_its_parent_closes_the_pipe(backend):
    assert backend.end() == 0, backend.stderr


def test_memory_and_its_peak_are_asked_of_windows(tmp_path):
    code = (
        "from backend import free_memory as f, process_memory as p; import torch; "
        "free = f.free_bytes(torch.device('cpu')); print(free > 10**7, p.held_bytes() > 10**7, p.peak_bytes() > 10**7)"
    )
    done = as_on_windows(code, tmp_path)
    assert done.stdout.split() == ["True"] * 3, done.stderr
