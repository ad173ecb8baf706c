"""A real Blender with a window, driven as a newcomer would drive it: the parts that a background Blender cannot show.

Skipped with the reason where no real Blender can be made (`scripts/real_blender.py` says what it needs).
"""

from __future__ import annotations

import pytest
from story_results import told

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    return told("first_run_story.py", tmp_path_factory.mktemp("window"))


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == ""


def test_the_tab_opens(seen):
    assert seen["tab"] == "Dreamwright"


def test_generate_runs_as_a_modal_operator_with_progress(seen):
    assert seen["started"] == ["RUNNING_MODAL"]
    assert seen["progress"]["steps"] == 40 and 0 < seen["progress"]["step"] <= 40
    assert seen["error"] == ""


def test_the_result_lies_colored_in_its_own_collection(seen):
    assert 12 <= seen["object"]["faces"] <= 500
    assert seen["object"]["colors"] == ["Color"]
    assert seen["object"]["collection"] == ["Dreamwright"]
    assert 0 < seen["object"]["height"] <= 2.0 + 1e-3


def test_generate_is_one_undo_step(seen):
    assert seen["undo_steps_before"] == []
    assert seen["after_undo"] == []
    assert seen["after_redo"] == [seen["object"]["name"]]


@pytest.mark.parametrize("cancelled", ["nothing", "menu", "move", "scale"])
def test_escape_ends_only_what_it_is_meant_for(seen, cancelled):
    found = seen["escapes"][cancelled]
    assert (found["state"], found["task"], found["stop"]) == ("running", "generating", False)
    transforms = [[name for name in names if name.startswith("TRANSFORM_OT")] for names in found["modal"]]
    begun = {"move": ["TRANSFORM_OT_translate"], "scale": ["TRANSFORM_OT_resize"]}.get(cancelled, [])
    assert transforms[0] == begun and transforms[-1] == [], "it was begun, and cancelled by that Esc"


def test_a_result_waits_for_the_end_of_a_move(seen):
    meanwhile = seen["in_mid_move"]
    assert meanwhile["modal"] == ["TRANSFORM_OT_translate"] and meanwhile["new"] == []
    assert (meanwhile["active"], meanwhile["selected"]) == ("Cube", ["Cube"])
    assert meanwhile["activity"] == "The result comes when your move has ended"
    assert seen["after_move"]["modal"] == [] and seen["after_move"]["active"] in seen["after_stop"]["new"]


def test_the_result_stands_beside_the_cube_in_its_colors(seen):
    """In the view that a new file begins with: nobody set anything."""
    made = seen["object"]
    assert made["location"][:2] != [0.0, 0.0] and made["location"][2] == 0.0
    assert made["color_types"] == ["VERTEX"] and made["cube_hidden"] is False


def test_stop_keeps_what_is_there(seen):
    assert seen["after_stop"]["state"] == "cancelled"
    assert len(seen["after_stop"]["new"]) == 1


def test_disabling_leaves_no_class_behind(seen):
    assert seen["classes_left"] == []
