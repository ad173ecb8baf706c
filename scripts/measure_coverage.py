#!/usr/bin/env python3
"""Fails where a branch of what must not break is tried by no test: `backend/wire` and `backend/jobs` at 100 %.

python3 scripts/measure_coverage.py
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from lib import environments
from lib.console import log
from lib.interpreter import require_fitting_python

MEASURED = {"backend/wire": ["tests/wire"], "backend/jobs": ["tests/backend/jobs"]}
"""What is measured, and the tests that must try all of it by themselves."""


def main() -> int:
    require_fitting_python()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    try:
        python = environments.ensure(environments.backend(), log).interpreter
    except environments.SetupError as error:
        log(str(error))
        return 1
    return max(measure(python, source, tests) for source, tests in MEASURED.items())


def measure(python: Path, source: str, tests: list[str], root: Path = environments.ROOT) -> int:
    """0 where every branch of the files under `source` was taken; the missing ones are printed."""
    with tempfile.TemporaryDirectory(prefix="dreamwright-coverage-") as folder:
        kept = os.environ | {"COVERAGE_FILE": str(Path(folder) / "coverage")}
        run = [str(python), "-m", "coverage", "run", "--branch", f"--source={source}", "-m", "pytest", *tests]
        report = [str(python), "-m", "coverage", "report", "--show-missing", "--skip-covered", "--fail-under=100"]
        tried = subprocess.run(run, cwd=root, env=kept).returncode
        return tried or subprocess.run(report, cwd=root, env=kept).returncode


if __name__ == "__main__":
    sys.exit(main())
