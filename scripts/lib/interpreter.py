"""Which Python can run what: Blender's bpy module exists for one Python version each.

This file and the heads of the commands beside it are read by Pythons far older than the one we need, so that these can
say so in a sentence: keep to the syntax of Python 3.7 here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# bpy from the package index, by the Python it was built for.
BPY_RELEASES = {(3, 11): "4.5.15", (3, 13): "5.2.3"}

USAGE_ERROR = 2  # exit code of a wrong command line, and of a Python that cannot run Blender


def blender_series(python: tuple[int, int] | None = None) -> str:
    """'4.5' or '5.2': the Blender whose bpy module fits this Python. Raises LookupError with a sentence."""
    version = tuple(python or sys.version_info[:2])
    if version not in BPY_RELEASES:
        known = " or ".join(
            f"Python {major}.{minor} (Blender {release.rsplit('.', 1)[0]} LTS)"
            for (major, minor), release in sorted(BPY_RELEASES.items())
        )
        raise LookupError(
            f"This is Python {version[0]}.{version[1]}, and Blender's bpy module needs {known}: "
            "run this command again with one of them, for example `python3.11 scripts/demo.py`."
        )
    return BPY_RELEASES[version].rsplit(".", 1)[0]


def require_fitting_python() -> None:
    """Ends the command with one sentence and exit code 2 when no Blender fits the running Python."""
    try:
        blender_series()
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        raise SystemExit(USAGE_ERROR) from None


def find_python(major: int, minor: int) -> str | None:
    """Path of a Python of this version that really starts, or None: a pyenv shim may only print an error."""
    return next((path for path in _candidates(major, minor) if _version_of(path) == (major, minor)), None)


def _candidates(major: int, minor: int) -> Iterator[str]:
    name = f"python{major}.{minor}"
    yield getattr(sys, "_base_executable", None) or sys.executable  # outside the virtual environment we may be in
    for place in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = shutil.which(name, path=place)
        if found:
            yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted(pyenv.glob(f"versions/{major}.{minor}*"), reverse=True):
        yield str(folder / "bin" / name)


def _version_of(python: str) -> tuple[int, ...] | None:
    command = [python, "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
        return tuple(int(part) for part in answer.stdout.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
