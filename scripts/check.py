#!/usr/bin/env python3
"""Reads the code without running it: ruff, mypy with Blender's stubs, and the layers of the architecture.

    python3 scripts/check.py
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import environments
from interpreter import require_fitting_python
from setup import say
from suites import Outcome, Suite, run_check

CACHE = environments.ROOT / ".cache"


def main() -> int:
    require_fitting_python()
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    try:
        environments.ensure(environments.check(), say)
        environments.ensure(environments.backend(), say)
    except environments.SetupError as error:
        say(str(error))
        return 1
    return report([run_check(suite) for suite in checks()])


def checks() -> list[Suite]:
    """The two halves are typed apart: the add-on must not see torch, and the backend must not see bpy."""
    reader = environments.check().interpreter
    ruff = ("-m", "ruff", "check", "--cache-dir", str(CACHE / "ruff"), ".")
    architecture = ("-m", "pytest", "tests/test_architecture.py")
    return [
        Suite("ruff", reader, ruff),
        Suite("types of addon", reader, _mypy("addon", reader, "addon")),
        Suite("types of backend", reader, _mypy("backend", environments.backend().interpreter, "backend")),
        Suite("types of scripts", reader, _mypy("scripts", reader, *_scripts())),
        Suite("architecture", environments.backend().interpreter, architecture),
    ]


def report(outcomes: list[Outcome]) -> int:
    for outcome in outcomes:
        print(f"{outcome.name:20} {'failed' if outcome.failed else 'passed'}  {outcome.seconds:5.1f} s")
        if outcome.failed:
            print(outcome.output)
    return int(any(outcome.failed for outcome in outcomes))


def _mypy(name: str, sees: Path, *what: str) -> tuple[str, ...]:
    return ("-m", "mypy", f"--python-executable={sees}", f"--cache-dir={CACHE / 'mypy' / name}",
            f"--config-file={environments.ROOT / 'scripts' / 'mypy.ini'}", *what)  # fmt: skip


def _scripts() -> list[str]:
    """Our commands; those that train run in the backend's environment, and torch is not seen from here."""
    ours = [*Path(__file__).parent.glob("*.py"), *Path(__file__).parent.glob("in_blender/*.py")]
    return sorted(str(path.relative_to(environments.ROOT)) for path in ours if "train" not in path.name)


if __name__ == "__main__":
    sys.exit(main())
