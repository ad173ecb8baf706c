"""Depth as a ControlNet is shown it."""

from __future__ import annotations

import math

import torch

from backend.cameras.orbit import Frame, orbit_view, to_frame, views_rays
from backend.guidance.diffusion.depth_control import nearness
from backend.render.renderer import Rendering

SIZE = 8


def seen(frame: Frame, plane: float, opacity: float = 1.0) -> torch.Tensor:
    """A wall that the camera faces, `plane` half-widths before the frame's middle, from 3 half-widths away."""
    view = to_frame(orbit_view(0.7, 0.2, 3.0, math.radians(60), SIZE), frame)
    rays = views_rays([view], "cpu")
    axis = -view.camera.pose[:3, 2]
    metric = (3.0 - plane) * frame.half_width / (rays.directions @ axis)  # along each ray
    alpha = torch.full_like(metric, opacity)
    return nearness(Rendering(rays.origins, alpha, metric, alpha[:, None]), rays, [view], frame)


def test_a_wall_is_one_gray_and_the_middle_is_half(generator):
    for frame in (Frame(), Frame((4.0, -2.0, 1.0), 2.5)):
        picture = seen(frame, 0.0)
        assert picture.shape == (1, 1, SIZE, SIZE)
        torch.testing.assert_close(picture, torch.full_like(picture, 0.5))


def test_nearer_is_brighter_from_back_to_front_of_the_frame():
    reach = math.sqrt(3)
    values = [float(seen(Frame(), plane).mean()) for plane in (-reach, -0.5, 0.5, reach)]
    expected = [0.0, (reach - 0.5) / (2 * reach), (reach + 0.5) / (2 * reach), 1.0]
    torch.testing.assert_close(torch.tensor(values), torch.tensor(expected), atol=1e-5, rtol=0)


def test_nothing_is_black_and_no_slope_goes_through():
    assert float(seen(Frame(), 1.0, opacity=0.0).abs().max()) == 0
    assert not seen(Frame(), 0.0).requires_grad
