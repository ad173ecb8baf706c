"""A job watched in a real Blender: what is drawn while it runs, and how long Blender is ever held up by us.

Minutes, so only with --window --slow. What our own functions cost the main thread, as processor time and by the clock,
and when the first picture came, are figures for people: they stand in seen.json, which DREAMWRIGHT_KEEP_PICTURES keeps.
"""

from __future__ import annotations

import pytest
from story_results import told

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    return told("live_preview_story.py", tmp_path_factory.mktemp("watched"))


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == "" and seen["error"] == ""


def test_the_first_picture_comes_once_the_job_runs(seen):
    assert seen["first_answer_seconds"] > seen["running_seconds"] > 0


@pytest.mark.parametrize("function", ["Overlay._draw", "FlowOperator.modal", "DREAMWRIGHT_PT_main.draw", "pump"])
def test_what_our_functions_cost_is_measured_while_a_job_runs(seen, function):
    """A clock that nothing passes would measure nothing."""
    clocked = [name for name in seen["calls"] if name.startswith("running: ") and name.endswith(function)]
    assert clocked and all(seen["calls"][name] > 5 for name in clocked)
    assert all(seen["longest_ms"][f"{name}, processor"] > 0 for name in clocked)


def test_edits_take_hold_while_it_runs_and_say_from_where(seen):
    assert seen["edit"]["prompt"] == "a blue cube" and seen["edit"]["objective_since"] > 0
    assert seen["weight"]["value"] == 0.5 and seen["weight"]["objective_since"] >= seen["edit"]["objective_since"]
    assert seen["held"] == "paused" and seen["results"] == ["a blue cube"]


def test_the_live_mesh_comes_and_goes(seen):
    assert seen["previews"] == ["Dreamwright Preview"]
    assert seen["previews_after"] == seen["previews_after_undo"] == []


def test_f12_renders_in_a_window(seen):
    assert seen["f12"] == ["render_complete"]
