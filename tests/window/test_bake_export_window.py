"""A result finished on a real screen: file browser, modal turntable, undo; see finished_by_hand.py.

Minutes, so only with --window --slow.
"""

from __future__ import annotations

import pytest
from story_results import told_of_checkout

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    return told_of_checkout("bake_export_story.py", tmp_path_factory.mktemp("finish"))


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
