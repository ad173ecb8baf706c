"""The box's handles under a real mouse, and the lines of the rigs on a real screen; see box_by_hand.py.

Minutes, so only with --window --slow.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from story_results import told_of_checkout

pytestmark = [pytest.mark.window, pytest.mark.slow]
BLUE, ORANGE = (89, 166, 255), (255, 153, 51)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the story's pictures lie."""
    return tmp_path_factory.mktemp("box")


@pytest.fixture(scope="module")
def seen(folder) -> dict:
    return told_of_checkout("box_drag_story.py", folder)


def pixels_of(folder, name, color):
    """How many pixels of the screen have about this color."""
    picture = np.asarray(Image.open(folder / f"{name}.png").convert("RGB"), int)
    return int((np.abs(picture - color).max(axis=-1) < 40).sum())


def matrix(seen, handle, stage):
    return np.array(seen[handle][stage])


def test_the_story_was_told_to_its_end(seen):
    assert seen["failure"] == ""


@pytest.mark.parametrize("handle", ["face", "dot", "ring"])
def test_a_drag_is_one_undo_step(seen, handle):
    assert seen[handle]["after"] != seen[handle]["before"]
    assert seen[handle]["undone"] == seen[handle]["before"] and seen[handle]["redone"] == seen[handle]["after"]


def test_a_face_scales_one_side_and_the_opposite_face_stays(seen):
    before, after = matrix(seen, "face", "before"), matrix(seen, "face", "after")
    lengths = [np.linalg.norm(each[:3, :3], axis=0) for each in (before, after)]
    assert lengths[1][1:] == pytest.approx(lengths[0][1:], abs=1e-3) and abs(lengths[1][0] - lengths[0][0]) > 0.02
    opposite = [each @ [-1.0, 0.0, 0.0, 1.0] for each in (before, after)]
    assert opposite[1] == pytest.approx(opposite[0], abs=1e-3)


def test_the_dot_moves_and_does_nothing_else(seen):
    before, after = matrix(seen, "dot", "before"), matrix(seen, "dot", "after")
    assert after[:3, :3] == pytest.approx(before[:3, :3], abs=1e-3)
    assert np.linalg.norm(after[:3, 3] - before[:3, 3]) > 0.1


def test_a_ring_turns_about_its_axis_and_does_nothing_else(seen):
    before, after = matrix(seen, "ring", "before"), matrix(seen, "ring", "after")
    assert after[:3, 2:] == pytest.approx(before[:3, 2:], abs=1e-3)  # its axis, and where the box stands
    lengths = [np.linalg.norm(each[:3, :3], axis=0) for each in (before, after)]
    assert lengths[1] == pytest.approx(lengths[0], abs=1e-3)
    cosine = before[:3, 0] @ after[:3, 0] / lengths[0][0] ** 2
    assert cosine < np.cos(np.radians(15.0))


def test_rigs_are_drawn_while_they_are_switched_on(folder, seen):
    assert pixels_of(folder, "rig-orbit", BLUE) > pixels_of(folder, "rig-none", BLUE) + 200
    assert pixels_of(folder, "rig-sphere", ORANGE) > pixels_of(folder, "rig-none", ORANGE) + 200


def test_nothing_is_left_behind(seen):
    assert seen["left"] == [] and seen["timer_left"] is False
