"""A real Blender with a window, driven as a newcomer would drive it: the parts that a background Blender cannot show.

Skipped with the reason where no real Blender can be made (`scripts/real_blender.py` says what it needs).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import real_blender  # noqa: E402

pytestmark = pytest.mark.window
TIME_LIMIT_SECONDS = 900


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    """What the story in newcomer.py saw."""
    reason = real_blender.why_not()
    if reason:
        pytest.skip(reason)
    try:
        real_blender.make()
    except RuntimeError as cause:
        pytest.skip(f"a real Blender could not be made: {cause}")
    return told("newcomer.py", extension(), tmp_path_factory.mktemp("window"))


def extension() -> Path:
    """The zip that people install, built now."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "build_extension.py")], check=True, cwd=ROOT)
    return max((ROOT / "dist").glob("dreamwright-*.zip"), key=lambda path: path.stat().st_mtime)


def told(story: str, zip_file: Path, folder: Path) -> dict:
    python = Path(os.environ.get("DREAMWRIGHT_BACKEND_PYTHON", ROOT / ".envs" / "backend" / "bin" / "python"))
    shared = [ROOT, folder, python.resolve().parent.parent]  # the interpreter's own home, beside the checkout
    environment = {
        "BLENDER_USER_RESOURCES": str(folder / "blender"),
        "DREAMWRIGHT_BACKEND_PYTHON": str(python),
        "DREAMWRIGHT_CACHE": str(folder / "cache"),
        "OMP_NUM_THREADS": "1",
    }
    told_by = str(Path(__file__).with_name(story))
    arguments = ["--factory-startup", "--python", told_by, "--", str(zip_file), str(folder)]
    command = real_blender.gui(arguments, shared, environment)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIME_LIMIT_SECONDS)
    report = folder / "seen.json"
    said = done.stdout[-3000:] + done.stderr[-3000:]
    assert report.exists(), f"Blender ended without a word ({done.returncode}): {said}"
    keep = os.environ.get("DREAMWRIGHT_KEEP_PICTURES")
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        for kept in (*folder.glob("*.png"), report):
            (Path(keep) / kept.name).write_bytes(kept.read_bytes())
    return json.loads(report.read_text())


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == ""


def test_the_tab_opens(seen):
    assert seen["tab"] == "Dreamwright"


def test_generate_runs_as_a_modal_operator_with_progress(seen):
    assert seen["started"] == ["RUNNING_MODAL"]
    assert seen["progress"]["steps"] == 40 and 0 < seen["progress"]["step"] <= 40
    assert seen["error"] == ""


def test_the_result_lies_coloured_in_its_own_collection(seen):
    assert seen["object"]["faces"] > 100
    assert seen["object"]["colours"] == ["Color"]
    assert seen["object"]["collection"] == ["Dreamwright"]
    assert 0 < seen["object"]["height"] <= 2.0 + 1e-3


def test_generate_is_one_undo_step(seen):
    assert seen["undo_steps_before"] == []
    assert seen["after_undo"] == []
    assert seen["after_redo"] == [seen["object"]["name"]]


def test_escape_stops_and_keeps_what_is_there(seen):
    assert seen["after_escape"]["state"] == "cancelled"
    assert len(seen["after_escape"]["new"]) == 1


def test_disabling_leaves_no_class_behind(seen):
    assert seen["classes_left"] == []
