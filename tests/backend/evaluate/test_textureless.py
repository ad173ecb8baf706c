"""Form without color: the same whatever the paint, lit by Lambert's law, and captions that it cannot tell apart."""

from __future__ import annotations

import math

import pytest
import torch
from painted_cube import RED, PaintedCube

from backend.cameras.orbit import UNIT_FRAME, orbit_view
from backend.evaluate.orbit_views import pictures, views_around
from backend.evaluate.textureless import Textureless, form_groups, form_of
from backend.render.renderer import Renderer

CPU = torch.device("cpu")


def test_paint_does_not_show():
    views = views_around(3, 20.0, 24, UNIT_FRAME)
    one, other = (
        pictures(Renderer(cube, 64), views, CPU, Textureless())
        for cube in (PaintedCube(), PaintedCube(RED, RED, RED, RED))
    )
    torch.testing.assert_close(one, other)
    assert float((one.amax(1) - one.amin(1)).max()) < 1e-6, "there is color in it"


@pytest.mark.parametrize(("turn", "rise"), [(0.0, 0.0), (35.0, 35.0), (-50.0, 20.0)])
def test_a_face_seen_straight_on_has_lambert_s_gray(turn: float, rise: float):
    """n . l = cos(turn) cos(rise), from every side alike, because the light goes with the camera."""
    shading = Textureless(gray=0.6, ambient=0.2, diffuse=0.8, turn_degrees=turn, rise_degrees=rise)
    facing = math.cos(math.radians(turn)) * math.cos(math.radians(rise))
    linear = 0.6 * (0.2 + 0.8 * facing)
    views = [orbit_view(turn * math.pi / 2, 0.0, 4.0, 0.5, 9) for turn in range(4)]
    seen = pictures(Renderer(PaintedCube(), 256), views, CPU, shading)[:, :, 4, 4]
    torch.testing.assert_close(seen, torch.full((4, 3), 1.055 * linear ** (1 / 2.4) - 0.055), atol=2e-3, rtol=0)


def test_the_light_comes_from_the_right_and_above():
    """Right and above in the picture: a face that looks there is brighter than one that looks left and down."""
    view = orbit_view(0.3, 0.4, 4.0, 0.5, 9)
    light = torch.tensor(Textureless().under(view).light)
    local = view.camera.pose[:3, :3].T @ (light - view.camera.pose[:3, 3])
    assert local[0] > 0 and local[1] > 0 and local[2] > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a red cube", "An orange cube.", True),
        ("a red cube on a green ball", "a blue cube on a white ball", True),
        ("a red cube", "a red ball", False),
        ("a cube on a ball", "a ball on a cube", False),
        ("a big red cube", "a red cube", False),
        ("a cube", "the black cube", True),
        ("orange", "red", False),
    ],
)
def test_captions_that_differ_in_words_of_color_alone_are_one(one: str, other: str, same: bool):
    first, second = form_groups([one, other]).tolist()
    assert (first == second) is same


def test_the_words_of_color_can_be_given():
    assert form_of("a teal red cube", ("teal",)) == ("red", "cube")
    assert form_groups(["a teal cube", "a red cube", "a cube"], ("teal",)).tolist() == [0, 1, 0]
