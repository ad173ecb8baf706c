"""When the picture over the 3D views is made anew, and what of it the screen is given. Drawing needs a window."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from addon import registration
from addon.blender import overlay
from addon.blender.overlay import REST_FACTOR, is_due, to_display
from addon.core.grid_view import RenderedImage
from addon.core.latest_only_worker import WorkerResult
from tests.patience import PATIENCE

LAST = WorkerResult(("a1", 30, "is_local"), seconds=0.2, ended=100.0)


@pytest.mark.parametrize(
    ("wanted", "now", "expected"),
    [
        (("a1", 30, "is_local"), 500.0, False),  # nothing changed
        (("a1", 30, "there"), 100.0, True),  # the view was moved
        (("b2", 30, "is_local"), 100.0, True),  # another job
        (("a1", 31, "is_local"), 100.0 + REST_FACTOR * 0.2 - 0.1, False),  # a step later, too soon
        (("a1", 31, "is_local"), 100.0 + REST_FACTOR * 0.2 + 0.1, True),
    ],
)
def test_a_moved_view_is_drawn_at_once_and_a_later_step_after_a_rest(wanted, now, expected):
    assert is_due(LAST, wanted, now) is expected


def test_the_screen_is_given_encoded_colors_times_alpha():
    alpha = np.array([[1.0, 0.5, 0.0]], np.float32)
    color = np.stack([np.full(3, 0.2159 * value) for value in alpha[0]])[None].astype(np.float32)
    picture = to_display(RenderedImage(color, alpha, alpha, color))
    assert picture[0, :, 0] == pytest.approx([0.5019, 0.251, 0.0], abs=1e-3)  # 0.2159 is sRGB's middle gray
    assert picture[0, :, 3] == pytest.approx([1.0, 0.5, 0.0])


def test_in_the_background_nothing_is_hung_on_blender():
    assert bpy.app.background and registration.live_updates.OVERLAY._handler is None


class Region:
    """A 3D view as Blender has it, in a window that a background Blender lacks."""

    width, height = 80, 60

    def __init__(self, number):
        self.number = number
        across = Matrix(((0.5, 0, 0, 0), (0, 0.7, 0, 0), (0, 0, -0.02, 0), (0, 0, 0, 1)))
        self.data = SimpleNamespace(view_matrix=Matrix(), window_matrix=across)

    def as_pointer(self):
        return self.number


@pytest.fixture
def views(monkeypatch):
    """An overlay over two views; how often they were drawn again, and what was asked of the field."""
    made = SimpleNamespace(live=None, redrawn=0, asked=[], regions=[Region(1), Region(2)])

    def render(camera_view, seconds):
        made.asked.append((made.live.step, camera_view.width))
        size = camera_view.height, camera_view.width
        return RenderedImage(np.zeros((*size, 3)), np.ones(size), np.ones(size), np.zeros((*size, 3)))

    def tick(step=None):
        made.live = None if step is None else overlay.LiveField("a1", step, render)
        made.overlay.tick()
        for view_state in made.overlay._view_states.values():
            view_state._worker.join(PATIENCE)

    made.overlay, made.tick = overlay.Overlay(lambda: made.live), tick
    monkeypatch.setattr(overlay, "view_regions", lambda: made.regions)
    monkeypatch.setattr(overlay, "redraw_views", lambda: setattr(made, "redrawn", made.redrawn + 1))
    monkeypatch.setattr(overlay, "redraw_when_done", lambda worker: None)
    monkeypatch.setattr(overlay, "REST_FACTOR", 0.0)
    return made


def test_every_view_gets_its_own_picture_and_another_with_each_step(views):
    views.tick(3)
    assert views.asked == [(3, 80), (3, 80)]
    views.tick(3)
    assert len(views.asked) == 2
    views.tick(4)
    assert len(views.asked) == 4 and views.redrawn == 0  # drawn when it has come, not before
    assert all(
        view_state._worker.latest.value.shape == (60, 80, 4) for view_state in views.overlay._view_states.values()
    )


def test_with_the_job_it_is_taken_away_once(views):
    views.tick()
    assert views.redrawn == 0
    views.tick(3)
    views.tick()
    views.tick()
    assert views.redrawn == 1 and not views.overlay._view_states


def test_a_view_that_has_gone_is_forgotten(views):
    views.tick(3)
    del views.regions[0]
    views.tick(3)
    assert list(views.overlay._view_states) == [2]


def test_a_view_that_was_moved_is_looked_at_again_at_once(views):
    views.tick(3)
    views.regions[0].data.view_matrix = Matrix.Translation((0, 0, 1))
    views.tick(3)
    assert len(views.asked) == 3


def test_switched_off_it_asks_for_nothing(views):
    bpy.context.scene.dreamwright.display.live_preview = False
    views.tick(3)
    assert not views.asked and not views.overlay._view_states


def test_a_first_picture_that_took_long_does_not_keep_the_next_one_away():
    slow = WorkerResult(("job", 1, "view"), value=0, seconds=22.0, ended=100.0)
    assert not is_due(slow, ("job", 9, "view"), 103.9) and is_due(slow, ("job", 9, "view"), 104.1)
