"""When the picture over the 3D views is made anew, and what of it the screen is given. Drawing needs a window."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from addon import registration
from addon.blender.overlay import REST, due, on_display
from addon.core.grid_view import Seen
from addon.core.looker import Answer

LAST = Answer(("a1", 30, "here"), seconds=0.2, ended=100.0)


@pytest.mark.parametrize(
    ("wanted", "now", "is_due"),
    [
        (("a1", 30, "here"), 500.0, False),  # nothing changed
        (("a1", 30, "there"), 100.0, True),  # the view was moved
        (("b2", 30, "here"), 100.0, True),  # another job
        (("a1", 31, "here"), 100.0 + REST * 0.2 - 0.1, False),  # a step later, too soon
        (("a1", 31, "here"), 100.0 + REST * 0.2 + 0.1, True),
    ],
)
def test_a_moved_view_is_drawn_at_once_and_a_later_step_after_a_rest(wanted, now, is_due):
    assert due(LAST, wanted, now) is is_due


def test_the_screen_is_given_encoded_colours_times_alpha():
    alpha = np.array([[1.0, 0.5, 0.0]], np.float32)
    colour = np.stack([np.full(3, 0.2159 * value) for value in alpha[0]])[None].astype(np.float32)
    picture = on_display(Seen(colour, alpha, alpha, colour))
    assert picture[0, :, 0] == pytest.approx([0.5019, 0.251, 0.0], abs=1e-3)  # 0.2159 is sRGB's middle grey
    assert picture[0, :, 3] == pytest.approx([1.0, 0.5, 0.0])


def test_in_the_background_nothing_is_hung_on_blender():
    assert bpy.app.background and registration._overlay._handler is None
