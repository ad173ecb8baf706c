#!/usr/bin/env python3
"""Reads the code without running it: ruff, mypy with Blender's stubs, and the layers of the architecture.

python3 scripts/check.py
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lib import environments
from lib.console import log
from lib.interpreter import require_fitting_python
from lib.suites import Outcome, Suite, run_check

CACHE = environments.ROOT / ".cache"
SCRIPTS = ("-p", "scripts.benchmarks", "-p", "scripts.training")


def main() -> int:
    require_fitting_python()
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    try:
        environments.ensure(environments.check(), log)
        environments.ensure(environments.backend(), log)
    except environments.SetupError as error:
        log(str(error))
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
        Suite("types of commands", reader, _mypy("commands", reader, *_commands())),
        Suite("types of scripts", reader, _mypy("scripts", environments.backend().interpreter, *SCRIPTS)),
        Suite("types in Blender", reader, _mypy("in_blender", reader, "-p", "scripts.in_blender")),
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


def _commands() -> list[str]:
    """Run as files, they import `lib`; all else in scripts/ is run as a module and imports `scripts.lib`."""
    here = Path(__file__).parent
    return sorted(
        str(path.relative_to(environments.ROOT))
        for path in [*here.glob("*.py"), *here.glob("lib/*.py")]
        if path != here / "__init__.py"
    )


if __name__ == "__main__":
    sys.exit(main())
