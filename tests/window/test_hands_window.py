"""A start from a mesh, a part made anew and a model's row in a real Blender with a window (hands_story.py)."""

from __future__ import annotations

import pytest
from story_results import told

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    return told("hands_story.py", tmp_path_factory.mktemp("hands"))


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == "" and seen["tab"] == "Dreamwright"


def test_a_shape_starts_from_the_selected_cube_in_four_clicks(seen):
    """The menu, its entry, the prompt, Generate."""
    assert seen["start"]["error"] == "" and seen["start"]["clicks"] == 4
    assert seen["start"]["results"] == ["a red mushroom"]


def test_a_part_is_made_anew_in_five_clicks(seen):
    """The panel, Add Box, Part, the prompt of the part, Redo Part."""
    assert seen["redo"]["error"] == "" and seen["redo"]["clicks"] == 5
    assert seen["redo"]["results"] == ["a red hat", "a red mushroom"]


def test_a_model_is_asked_for_before_anything_is_fetched(seen):
    assert seen["online"] is True and seen["fetches"] == 0
