"""An afternoon with it in a real Blender with a window (artist_story.py): minutes, so only with --window --slow."""

from __future__ import annotations

import pytest
from story_results import told

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    return told("artist_story.py", tmp_path_factory.mktemp("artist"))


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == "" and seen["classes_left"] == []


def test_the_main_button_runs_and_tells_how_far_it_is(seen):
    assert seen["started"] == ["RUNNING_MODAL"]
    assert seen["progress"]["error"] == "" and 0 < seen["progress"]["step"] < seen["progress"]["steps"]


def test_held_and_asked_for_something_else_it_goes_on_and_stops_with_a_result(seen):
    assert seen["edited"]["error"] == "" and seen["stopped"]["error"] == ""
    assert seen["stopped"]["state"] in ("cancelled", "finished")
    assert seen["stopped"]["results"] == ["a blue mushroom"]


def test_the_slider_meshes_again_by_itself(seen):
    before, after = seen["shaped"]["faces"]
    assert before != after and seen["shaped"]["smaller"]


def test_baked_exported_and_undone(seen):
    assert seen["baked"] == ["FINISHED"]
    assert {"a blue mushroom color", "a blue mushroom normal"} <= set(seen["textures"])
    assert seen["glb_bytes"] > 20_000
    (results, objects), (results_after, objects_after) = seen["before_undo"], seen["after_undo"]
    assert results_after == results and objects_after == objects - 1, "one undo takes the textured copy away"
