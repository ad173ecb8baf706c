"""Setting up: a real environment from a real local package, and every way in which it can end badly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from addon.core import install
from addon.core.errors import DiskError, OfflineError, SetUpCancelledError, SetUpError
from addon.core.process import ROOT
from tests.patience import PATIENCE, wait_until

PACKAGES = ("torch", "numpy", "websockets", "safetensors")


@pytest.fixture
def packages(tmp_path):
    """Tiny local packages with the names that the backend imports: pip installs for real and needs no network."""
    requirements = tmp_path / "requirements.txt"
    _write_packages(tmp_path, requirements)
    return requirements


def _write_packages(folder, requirements):
    for name in PACKAGES:
        package = folder / "packages" / name
        package.mkdir(parents=True)
        (package / f"{name}.py").write_text("")
        (package / "pyproject.toml").write_text(_PYPROJECT.format(name=name))
        (package / "backend.py").write_text(_BACKEND.format(name=name))
    requirements.write_text("# local\n" + "\n".join(str(path) for path in sorted((folder / "packages").iterdir())))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One environment that was made for real, and what was said meanwhile."""
    folder, said = tmp_path_factory.mktemp("made"), []
    (folder / "environment.part" / "bin").mkdir(parents=True)
    requirements = folder / "requirements.txt"
    _write_packages(folder, requirements)
    return set_up(folder / "environment", requirements, said=said), said


@pytest.fixture
def quick(made, tmp_path):
    """A Python whose `-m venv` copies that environment without its packages: pip in a new one takes seconds."""
    bare = tmp_path / "bare"
    ignored = shutil.ignore_patterns(*(f"{name}*" for name in PACKAGES))
    shutil.copytree(made[0].parents[1], bare, symlinks=True, ignore=ignored)
    script = tmp_path / "quick-python"
    script.write_text(
        f'#!/bin/sh\nif [ "$1 $2" = "-m venv" ]; then exec cp -a "{bare}" "$3"; fi\nexec "{sys.executable}" "$@"\n'
    )
    script.chmod(0o755)
    return script


_PYPROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
_BACKEND = """import zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(directory + "/" + name, "w") as wheel:
        wheel.write("{name}.py")
        info = "{name}-1.0.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""


def set_up(folder, requirements, *, online=True, cancelled=lambda: False, python=sys.executable, said=None):
    progress = (lambda text, fraction: said.append((text, fraction))) if said is not None else (lambda *_: None)
    return install.set_up_backend(Path(python), folder, requirements, online, progress, cancelled)


@pytest.mark.process
def test_a_whole_environment_also_where_a_half_made_one_was_left(made):
    python, said = made
    subprocess.run([python, "-c", "import torch, websockets"], check=True)
    assert not python.parents[2].joinpath("environment.part").exists()
    fractions = [fraction for _, fraction in said]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and said[0][0] == "Making a Python environment"


def test_offline_is_one_sentence_and_starts_nothing(tmp_path, packages):
    with pytest.raises(OfflineError, match="Allow Online Access"):
        set_up(tmp_path / "environment", packages, online=False)
    assert not (tmp_path / "environment").exists()


@pytest.mark.process
def test_a_failing_pip_leaves_its_last_words_and_the_old_environment(tmp_path, packages, quick):
    old = tmp_path / "environment"
    old.mkdir()
    (old / "mine").write_text("kept")
    packages.write_text(str(tmp_path / "no-such-package"))
    with pytest.raises(SetUpError, match="Setting up the backend failed: .*no-such-package"):
        set_up(old, packages, python=quick)
    assert (old / "mine").exists() and not (tmp_path / "environment.part").exists()


@pytest.mark.process
def test_an_environment_that_cannot_import_torch_is_not_used(tmp_path, packages, quick):
    (tmp_path / "packages" / "torch" / "torch.py").write_text("raise ImportError('wrong CPU')")
    with pytest.raises(SetUpError, match="wrong CPU"):
        set_up(tmp_path / "environment", packages, python=quick)
    assert not (tmp_path / "environment").exists()


@pytest.mark.process
def test_cancelled_in_the_middle_ends_all_processes(tmp_path, packages, quick):
    marker = tmp_path / "child.pid"
    (tmp_path / "packages" / "torch" / "backend.py").write_text(
        f"import os, subprocess\ndef build_wheel(*a, **k):\n    child = subprocess.Popen(['sleep', '60'])\n"
        f"    open({str(marker)!r}, 'w').write(str(child.pid))\n    child.wait()\n"
    )
    stop = threading.Event()
    threading.Thread(target=lambda: wait_until(marker.exists) and stop.set(), daemon=True).start()
    with pytest.raises(SetUpCancelledError, match="nothing was changed"):
        set_up(tmp_path / "environment", packages, cancelled=stop.is_set, python=quick)
    assert wait_until(lambda: _ended(int(marker.read_text())))
    assert not (tmp_path / "environment").exists() and not (tmp_path / "environment.part").exists()


@pytest.mark.process
def test_when_we_are_killed_in_the_middle_pip_ends_too():
    code = (
        "import os, sys; from addon.core import install\n"
        "work = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "print(next(install._run_lines([sys.executable, '-c', work], lambda: False)), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert wait_until(lambda: _ended(int(ended.stdout))), ended.stderr


@pytest.mark.process
def test_a_python_that_is_none(tmp_path, packages):
    with pytest.raises(SetUpError, match="cannot be started"):
        set_up(tmp_path / "environment", packages, python=tmp_path / "python")


def test_too_little_room(tmp_path, packages, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000_000)
    monkeypatch.setattr(install.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DiskError, match=f"1.0 GB are free .* {install.NEEDED_GB:.0f} GB are needed"):
        set_up(tmp_path / "environment", packages)


def test_a_folder_that_cannot_be_made(tmp_path, packages):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiskError, match="cannot be written"):
        set_up(tmp_path / "file" / "environment", packages)


def _ended(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
