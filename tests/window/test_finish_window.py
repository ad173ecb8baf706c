"""A result finished on a real screen: file browser, modal turntable, undo; see finished_by_hand.py.

Minutes, so only with --window --slow.
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

pytestmark = [pytest.mark.window, pytest.mark.slow]
TIME_LIMIT_SECONDS = 600


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    reason = real_blender.why_not()
    if reason:
        pytest.skip(reason)
    try:
        real_blender.make()
    except RuntimeError as cause:
        pytest.skip(f"a real Blender could not be made: {cause}")
    made = tmp_path_factory.mktemp("finish")
    story = str(Path(__file__).with_name("finished_by_hand.py"))
    command = real_blender.gui(
        ["--factory-startup", "--python", story, "--", str(made)],
        [ROOT, made],
        {"BLENDER_USER_RESOURCES": str(made / "blender"), "OMP_NUM_THREADS": "1"},
    )
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIME_LIMIT_SECONDS)
    assert (made / "seen.json").exists(), done.stdout[-3000:] + done.stderr[-3000:]
    _keep(made)
    return json.loads((made / "seen.json").read_text())


def _keep(folder: Path) -> None:
    keep = os.environ.get("DREAMWRIGHT_KEEP_PICTURES")
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        for picture in folder.glob("*.png"):
            (Path(keep) / f"finish_{picture.name}").write_bytes(picture.read_bytes())


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == "" and seen["said"] == ""


def test_baking_is_one_undo_step(seen):
    assert seen["bake_undone"] and seen["bake_redone"]
    assert seen["bake"]["objects"] == ["a cup", "a cup textured"] and seen["bake"]["scenes"] == ["Scene"]


def test_the_browser_knows_the_name_and_a_taken_one_is_replaced(seen):
    assert seen["export_first_name"] == seen["export_again_name"] == "cup.glb"
    assert seen["export_again"] > seen["export_first"] and seen["scene_after_export"] == "Scene"


def test_the_turntable_is_rendered_while_the_window_lives(seen):
    assert seen["turned"]


def test_publishing_is_one_undo_step(seen):
    assert seen["asset"]["tags"] == ["ball"] and seen["publish_undone"]
