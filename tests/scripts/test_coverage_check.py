"""The check of coverage fails where a branch is tried by no test, and only there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from measure_coverage import measure

pytestmark = pytest.mark.process

CODE = "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n"


@pytest.mark.parametrize(("numbers", "passes"), [([1], False), ([1, -1], True)])
def test_a_branch_that_no_test_takes_fails(tmp_path: Path, numbers: list[int], passes: bool):
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "sign.py").write_text(CODE)
    tests = "".join(f"def test_{i}(): assert sign({n}) == {n}\n" for i, n in enumerate(numbers))
    (tmp_path / "test_sign.py").write_text(f"from backend.sign import sign\n{tests}")
    assert (measure(Path(sys.executable), "backend", ["test_sign.py"], tmp_path) == 0) is passes


def test_a_test_that_fails_is_a_failure(tmp_path: Path):
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "sign.py").write_text("")
    (tmp_path / "test_sign.py").write_text("import backend.sign\ndef test_it(): assert False\n")
    assert measure(Path(sys.executable), "backend", ["test_sign.py"], tmp_path) != 0
