"""`--unit` runs what is not marked, and a test that starts a process without the mark fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SMALL = """
import subprocess, sys
import pytest
def test_that_thinks():
    pass
@pytest.mark.process
def test_that_says_so():
    subprocess.run([sys.executable, "-c", ""], check=True)
def test_that_does_not_say_so():
    try:
        subprocess.run([sys.executable, "-c", ""])
    except Exception:
        pass
"""


@pytest.mark.process
@pytest.mark.parametrize(("options", "end"), [(["--unit"], "1 failed, 1 passed, 1 deselected"), ([], "3 passed")])
def test_a_process_that_is_not_marked_fails_a_unit_run(tmp_path: Path, options: list[str], end: str):
    (tmp_path / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = process: starts one\n")
    (tmp_path / "test_small.py").write_text(SMALL)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert end in done.stdout, done.stdout
    assert bool(options) == ("mark it with @pytest.mark.process" in done.stdout)
