"""The first minutes of a newcomer in a real Blender with a window, in Blender's own state (newcomer_story.py)."""

from __future__ import annotations

import pytest
from story_results import told

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    return told("newcomer_story.py", tmp_path_factory.mktemp("newcomer"))


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == "" and seen["tab"] == "Dreamwright"


def test_the_first_colored_mesh_takes_three_clicks_and_a_prompt(seen):
    assert seen["first_mesh"]["error"] == "" and seen["first_mesh"]["results"] == ["a red mushroom"]
    assert seen["first_mesh"]["all_clicks"] <= 3, "the tab, the prompt field, Generate"
    assert seen["in_solid_view"] == ["SOLID", "VERTEX"], "its colors are seen in the view that a person has"
    assert 1000 < seen["faces"] <= 20_000


def test_another_prompt_takes_two_clicks(seen):
    assert seen["next_prompt"]["clicks"] == 2
    assert seen["glb_bytes"] > 100_000


def test_a_draft_is_watched_and_comes(seen):
    assert seen["quality"] == "DRAFT" and seen["drafted"]["error"] == ""
    assert "a yellow castle" in seen["drafted"]["results"]
