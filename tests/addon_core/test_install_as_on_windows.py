"""The set-up by its Windows branches, in a process that sees no Unix (tests/fakes/windows.py)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from addon.core.process import ROOT
from tests.patience import PATIENCE

from .test_install import Computer, index, quick  # noqa: F401  (fixtures)

pytestmark = pytest.mark.process

CODE = """
import json, shutil, sys
from pathlib import Path
from tests.fakes.windows import pretend
given = json.loads(sys.argv[1])
folder = Path(given["folder"])
folder.parent.mkdir(parents=True)
pretend(folder.parent)
shutil.disk_usage = lambda path: shutil._ntuple_diskusage(10**12, 0, 10**12)
from addon.core import environment_folder, install
from addon.core.errors import DreamwrightError
paths = {name: Path(given[name]) for name in ("python", "folder", "requirements", "root", "cache", "log")}
wanted = install.SetUp(**paths, environ=given["environ"])
try:
    made = install.set_up_backend(wanted, lambda progress: None, lambda: Path(given["stop"]).exists())
except DreamwrightError as error:
    print(type(error).__name__, sorted(path.name for path in folder.parent.iterdir()))
    print(error, error.__cause__, file=sys.stderr)
    raise SystemExit
assert made == folder / "Scripts" / "python.exe" and made.is_file(), made
with open(folder / "in-use.dll", "wb"):
    try:
        environment_folder.remove_environment(folder)
    except DreamwrightError as error:
        print(error)
environment_folder.remove_environment(folder)
print(sorted(path.name for path in folder.parent.iterdir()))
"""


@pytest.fixture
def windows(tmp_path, index, quick):  # noqa: F811
    """A computer with a Python that makes environments as Windows' does, and Windows' way to end a process."""
    computer = Computer(tmp_path, *index, tmp_path / "python")
    computer.python.write_text(
        f'#!/bin/sh\n"{quick}" "$@" || exit\n'
        'if [ "$1 $2" = "-m venv" ]; then mkdir "$3/Scripts" && ln -s ../bin/python "$3/Scripts/python.exe"; fi\n'
    )
    computer.python.chmod(0o755)
    computer.bin.mkdir()
    (computer.bin / "taskkill").write_text('#!/bin/sh\nexec kill -KILL -- "-$4"\n')
    (computer.bin / "taskkill").chmod(0o755)
    with tempfile.TemporaryDirectory() as short:  # pytest's own folders have more characters than Windows leaves
        computer.folder = Path(short) / "dw" / "py"
        yield computer


def run(computer: Computer, stop: Path) -> subprocess.CompletedProcess[str]:
    names = ("folder", "python", "requirements", "root", "log", "environ")
    given = {name: getattr(computer, name) for name in names} | {"cache": computer.root.parent / "cache", "stop": stop}
    return subprocess.run(
        [sys.executable, "-c", CODE, json.dumps(given, default=str)], cwd=ROOT, capture_output=True, text=True,
        timeout=PATIENCE, env=computer.environ | {"PATH": f"{computer.bin}:/usr/bin:/bin"},
    )  # fmt: skip


def test_made_held_and_removed(windows, tmp_path):
    done = run(windows, tmp_path / "stop")
    assert done.returncode == 0, done.stderr
    held, left = done.stdout.splitlines()
    assert "is in use: stop the backend, close other Blenders" in held and left == "[]"


def test_cancelled_while_pip_runs(windows, tmp_path):
    stop = tmp_path / "stop"
    windows.write_backend(f"open({str(stop)!r}, 'w').close()\nimport time\ntime.sleep(600)\n")
    done = run(windows, stop)
    assert done.stdout.strip() == "SetUpCancelledError []", done.stderr


def test_a_folder_too_deep_is_refused_before_anything_is_fetched(windows, tmp_path):
    windows.folder = tmp_path / ("deep" * 20) / "dw" / "py"
    windows.asked.clear()
    done = run(windows, tmp_path / "stop")
    assert done.stdout.startswith("DiskError") and "too long for Windows" in done.stderr and windows.asked == []
