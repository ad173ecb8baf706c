#!/usr/bin/env python3
"""Reads the code without running it: ruff, mypy for three systems, and the layers of the architecture.

python3 scripts/check.py
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lib import environments
from lib.console import log
from lib.interpreter import require_fitting_python
from lib.suites import Outcome, Suite, run_check

CACHE = environments.ROOT / ".cache"
HERE = "linux"
PLATFORMS = (HERE, "win32", "darwin")
ADDON = ("-p", "addon", "-p", "scripts.in_blender")
BACKEND = ("-p", "backend")
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
    with ThreadPoolExecutor(max_workers=2) as pool:  # each is a process; the two cores of a small machine are enough
        return report(list(pool.map(run_check, checks())))


def checks() -> list[Suite]:
    """The two halves are typed apart: the add-on must not see torch, and the backend must not see bpy.

    Each half is also read as if on Windows and on macOS, so that a call that only Unix has is seen.
    """
    reader, backend = environments.check().interpreter, environments.backend().interpreter
    ruff = ("-m", "ruff", "check", "--cache-dir", str(CACHE / "ruff"), ".")
    layout = ("-m", "ruff", "format", "--check", "--cache-dir", str(CACHE / "ruff"), ".")
    return [
        Suite("ruff", reader, ruff),
        Suite("format", reader, layout),
        *(Suite(f"backend on {name}", reader, _mypy("backend", backend, name, *BACKEND)) for name in PLATFORMS),
        *(Suite(f"addon on {name}", reader, _mypy("addon", reader, name, *ADDON)) for name in PLATFORMS),
        Suite("scripts", reader, _mypy("scripts", backend, HERE, *SCRIPTS)),
        Suite("commands", reader, _mypy("commands", reader, HERE, *_commands())),
        Suite("architecture", backend, ("-m", "pytest", "tests/test_architecture.py")),
    ]


def report(outcomes: list[Outcome]) -> int:
    for outcome in outcomes:
        print(f"{outcome.name:20} {'failed' if outcome.failed else 'passed'}  {outcome.seconds:5.1f} s")
        if outcome.failed:
            print(outcome.output)
    return int(any(outcome.failed for outcome in outcomes))


def _mypy(name: str, sees: Path, platform: str, *what: str) -> tuple[str, ...]:
    cache = CACHE / "mypy" / platform / name  # what was read for one platform is no use to another
    return (
        "-m", "mypy", f"--python-executable={sees}", f"--platform={platform}", f"--cache-dir={cache}",
        f"--config-file={environments.ROOT / 'pyproject.toml'}", *what,
    )  # fmt: skip


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
