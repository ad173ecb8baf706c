"""When the picture over the 3D views is made anew, and what of it the screen is given. Drawing needs a window."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from addon import registration
from addon.blender import overlay
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


class Views:
    """Counts how often the 3D views are drawn again, and draws an eye as Blender would."""

    def __init__(self, monkeypatch, live):
        self.drawn, self.live = 0, live
        self.overlay = overlay.Overlay(lambda: self.live)
        monkeypatch.setattr(overlay, "redraw_views", self.redraw)

    def redraw(self):
        self.drawn += 1


def test_a_view_is_drawn_again_when_a_picture_is_due_and_once_more_to_take_it_away(monkeypatch):
    views = Views(monkeypatch, None)
    views.overlay.tick()
    assert views.drawn == 0  # nothing runs
    views.live = overlay.Live("a1", 3, lambda sight, seconds: None)
    views.overlay.tick()
    assert views.drawn == 1  # no view was drawn yet
    eye = views.overlay._eyes[1] = overlay._Eye()
    eye._looker.latest, eye._sight_key = Answer(("a1", 3, "here"), seconds=0.0), "here"
    views.overlay.tick()
    assert views.drawn == 1  # it has the picture of this step
    views.live = overlay.Live("a1", 4, lambda sight, seconds: None)
    views.overlay.tick()
    assert views.drawn == 2
    views.live = None
    views.overlay.tick()
    views.overlay.tick()
    assert views.drawn == 3 and not views.overlay._eyes


def test_a_view_that_has_gone_is_forgotten(monkeypatch):
    views = Views(monkeypatch, overlay.Live("a1", 3, lambda sight, seconds: None))
    views.overlay._eyes[1] = overlay._Eye()
    for _ in range(overlay.MISSED + 1):
        views.overlay.tick()
    assert not views.overlay._eyes


def test_switched_off_it_asks_for_nothing(monkeypatch):
    views = Views(monkeypatch, overlay.Live("a1", 3, lambda sight, seconds: None))
    bpy.context.scene.dreamwright.look.live_picture = False
    views.overlay.tick()
    assert views.drawn == 0
