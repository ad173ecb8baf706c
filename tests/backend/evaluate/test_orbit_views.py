"""Where an evaluation looks from, and what it sees there."""

from __future__ import annotations

import math

import pytest
import torch
from painted_cube import Fog, PaintedCube

from backend.cameras.orbit import UNIT_FRAME, Frame
from backend.config import OrbitConfig
from backend.evaluate.orbit_views import pictures, render_views, views_around
from backend.render.renderer import Renderer

CPU = torch.device("cpu")


@pytest.mark.parametrize(("count", "elevation"), [(1, 45.0), (4, 20.0), (12, -10.0)])
def test_views_stand_evenly_around_at_the_stated_height(count: int, elevation: float):
    """Azimuth 30 degrees + i 360 / count, from the front (-Y) towards +X; radius 4 half-widths of the frame."""
    frame = Frame((1.0, -2.0, 0.5), 0.25)
    for i, view in enumerate(views_around(count, elevation, 16, frame)):
        turn, rise = math.radians(30 + 360 * i / count), math.radians(elevation)
        place = [math.sin(turn) * math.cos(rise), -math.cos(turn) * math.cos(rise), math.sin(rise)]
        expected = torch.tensor(frame.center) + 4 * 0.25 * torch.tensor(place)
        torch.testing.assert_close(view.camera.pose[:3, 3], expected, atol=1e-5, rtol=0)
        assert (view.camera.width, view.camera.height) == (16, 16)


def test_no_step_of_training_stands_where_the_judge_does():
    """By default: training stays nearer, however it turns."""
    (view,) = views_around(1, 20.0, 8, UNIT_FRAME)
    assert float(view.camera.pose[:3, 3].norm()) > OrbitConfig().radius_high


def test_the_side_in_front_is_what_is_seen():
    """From azimuth 30 and 210 degrees the nearest face is the front and the back; in sRGB over white."""
    seen = pictures(Renderer(PaintedCube(), 128), views_around(2, 0.0, 33, UNIT_FRAME), CPU)
    assert seen.shape == (2, 3, 33, 33)
    paint = 1.055 * 0.8 ** (1 / 2.4) - 0.055
    torch.testing.assert_close(seen[0, :, 16, 16], torch.tensor([paint, 0.0, 0.0]), atol=1e-3, rtol=0)
    torch.testing.assert_close(seen[1, :, 16, 16], torch.tensor([0.0, 0.0, paint]), atol=1e-3, rtol=0)
    torch.testing.assert_close(seen[:, :, 0, 0], torch.ones(2, 3))


def test_opacity_is_that_of_the_fog_along_the_ray():
    """Straight down the box is 2 deep: 1 - exp(-2 density); beside it there is nothing to hide behind."""
    seen = render_views(Renderer(Fog(0.7), 32), views_around(1, 90.0, 25, UNIT_FRAME), CPU)
    assert float(seen.opacity[0, 12, 12]) == pytest.approx(1 - math.exp(-1.4), abs=1e-4)
    assert float(seen.opacity.min()) == 0.0 and seen.opacity.shape == (1, 25, 25)
