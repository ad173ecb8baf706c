"""A story told in a real Blender with a window, and what it saw there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import real_blender

ROOT = Path(__file__).resolve().parent.parent.parent

TIME_LIMIT_SECONDS = 900


def told(story: str, folder: Path) -> dict:
    """Of one that installs the zip; skips with the reason where no real Blender can be made."""
    _make_blender()
    return _told(story, folder, [str(extension())], [])


def told_of_checkout(story: str, folder: Path) -> dict:
    """Of one that takes the checkout itself as the add-on, and so can reach into it."""
    _make_blender()
    wheels = sorted((ROOT / "wheels").glob("*.whl"))
    return _told(story, folder, [], [ROOT / "tests" / "blender", ROOT, *wheels])


def extension() -> Path:
    """The zip that people install, built now."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "build_extension.py")], check=True, cwd=ROOT)
    return max((ROOT / "dist").glob("dreamwright-*.zip"), key=lambda path: path.stat().st_mtime)


def _told(story: str, folder: Path, given: list[str], importable: list[Path]) -> dict:
    python = Path(os.environ.get("DREAMWRIGHT_BACKEND_PYTHON", ROOT / ".envs" / "backend" / "bin" / "python"))
    python = python.parent.resolve() / python.name  # a link to an environment elsewhere leads nowhere in there
    shared = [ROOT, folder, python.parent.parent, python.resolve().parent.parent]  # and the interpreter's own home
    environment = {
        "BLENDER_USER_RESOURCES": str(folder / "blender"),
        "DREAMWRIGHT_BACKEND_PYTHON": str(python),
        "DREAMWRIGHT_CACHE": str(folder / "cache"),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(str(each) for each in (Path(__file__).parent, *importable)),
    }
    told_by = str(Path(__file__).with_name(story))
    command = real_blender.gui(
        ["--factory-startup", "--python-use-system-env", "--python", told_by, "--", *given, str(folder)],
        shared,
        environment,
    )
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIME_LIMIT_SECONDS)
    report = folder / "seen.json"
    said = done.stdout[-3000:] + done.stderr[-3000:]
    assert report.exists(), f"Blender ended without a word ({done.returncode}): {said}"
    _keep_pictures(folder, Path(story).stem, done.stdout + done.stderr)
    return json.loads(report.read_text())


def _make_blender() -> None:
    reason = real_blender.why_not()
    if reason:
        pytest.skip(reason)
    try:
        real_blender.make()
    except RuntimeError as cause:
        pytest.skip(f"a real Blender could not be made: {cause}")


def _keep_pictures(folder: Path, story: str, log: str) -> None:
    """Where somebody wants to look at them afterwards."""
    keep = os.environ.get("DREAMWRIGHT_KEEP_PICTURES")
    if not keep:
        return
    Path(keep).mkdir(parents=True, exist_ok=True)
    for picture in folder.glob("*.png"):
        (Path(keep) / picture.name).write_bytes(picture.read_bytes())
    (Path(keep) / f"{story}.log").write_text(log, encoding="utf-8")
    (Path(keep) / f"{story}.json").write_bytes((folder / "seen.json").read_bytes())
