import os
import subprocess
from pathlib import Path

import pytest
from lib import interpreter

SCRIPTS = Path(interpreter.__file__).parents[1]


@pytest.mark.parametrize(("python", "series"), [((3, 11), "4.5"), ((3, 13), "5.2")])
def test_each_python_has_its_blender(python, series):
    assert interpreter.blender_series(python) == series


def test_another_python_gets_a_sentence():
    with pytest.raises(LookupError, match=r"This is Python 3\.12, and .* needs Python 3\.11 .* or Python 3\.13"):
        interpreter.blender_series((3, 12))


@pytest.mark.process
@pytest.mark.parametrize("minor", [8, 9, 10, 12])
@pytest.mark.parametrize("command", ["demo.py", "setup.py", "check.py", "build_extension.py"])
def test_commands_refuse_real_pythons_that_fit_no_blender(minor, command):
    python = interpreter.find_python(3, minor)
    if python is None:
        pytest.skip(f"Python 3.{minor} was not found")
    done = subprocess.run([python, str(SCRIPTS / command), "--help"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith(f"This is Python 3.{minor}, and Blender's bpy module needs Python 3.11")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.process
def test_a_shim_that_only_fails_is_no_python(tmp_path, monkeypatch):
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\necho 'python3.99: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert interpreter.find_python(3, 99) is None


@pytest.mark.process
def test_the_found_python_runs_and_is_the_version_asked_for():
    found = interpreter.find_python(3, 11) or interpreter.find_python(3, 13)
    answer = subprocess.run([found, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True)
    assert answer.stdout.strip() in ("(3, 11)", "(3, 13)")
