"""Pictures in bounded time, by a clock that runs as many seconds as rays are asked."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import pytest
import torch

from backend.cameras.orbit import orbit_view
from backend.fields.field import UNIT_CUBE
from backend.render.preview import BANDS, FIRST_DIVISOR, picture_within, render_within
from backend.render.renderer import Renderer
from tests.patience import soon

CAMERA = orbit_view(0.5, 0.4, 3.0, 0.7, 64).camera
SAMPLES = 8


class Slow:
    """A colored ball in a fog; its clock runs a second for each 1000 points that it is asked for."""

    bounds = UNIT_CUBE

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def density_and_color(self, positions, directions=None):
        self.now += len(positions) / 1000
        ball = positions.norm(dim=-1) < 0.6
        return 0.2 + 20.0 * ball, positions.abs().clamp(0, 1)


def whole_seconds() -> float:
    slow = Slow()
    Renderer(slow, SAMPLES).picture(CAMERA)
    return slow.now


def test_with_time_enough_it_is_the_whole_picture():
    expected = Renderer(Slow(), SAMPLES).picture(CAMERA)
    for seconds in (math.inf, 3 * whole_seconds()):
        slow = Slow()
        found = picture_within(seconds, Renderer(slow, SAMPLES), CAMERA, clock=slow.clock)
        for name in ("color", "opacity", "depth"):
            torch.testing.assert_close(getattr(found, name), getattr(expected, name), atol=1e-4, rtol=1e-4)
        assert slow.now <= (1.1 if math.isfinite(seconds) else 1.0) * whole_seconds()


@pytest.mark.parametrize("share", [0.5, 0.2, 0.05])
def test_with_less_time_resolution_falls_and_the_time_holds(share: float):
    """It takes the time given and a band more at most, and looks like the whole picture on the whole."""
    slow, expected, seconds = Slow(), Renderer(Slow(), SAMPLES).picture(CAMERA), share * whole_seconds()
    found = picture_within(seconds, Renderer(slow, SAMPLES), CAMERA, clock=slow.clock)
    assert 0.3 * seconds < slow.now <= seconds * (1 + 1 / BANDS) + 1e-9
    assert found.color.shape == expected.color.shape and found.depth.shape == expected.depth.shape
    assert 0 < float((found.color - expected.color).abs().mean()) < 0.05
    assert set(found.depth.unique().tolist()) != set(expected.depth.unique().tolist())


def test_more_time_is_a_better_picture():
    expected, errors = Renderer(Slow(), SAMPLES).picture(CAMERA), []
    for share in (0.02, 0.1, 0.5, 2.0):
        slow = Slow()
        found = picture_within(share * whole_seconds(), Renderer(slow, SAMPLES), CAMERA, clock=slow.clock)
        errors.append(float((found.color - expected.color).abs().mean()))
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-5


def test_without_time_it_is_the_small_picture():
    slow = Slow()
    found = picture_within(0.0, Renderer(slow, SAMPLES), CAMERA, clock=slow.clock)
    small = Renderer(Slow(), SAMPLES).picture(CAMERA.resized(64 // FIRST_DIVISOR, 64 // FIRST_DIVISOR))
    assert slow.now < 1.5 * whole_seconds() / FIRST_DIVISOR**2
    assert torch.equal(found.depth[::FIRST_DIVISOR, ::FIRST_DIVISOR], small.depth) and found.opacity.shape == (64, 64)


def test_a_field_that_becomes_slow_halfway_falls_back_to_the_small_picture():
    """The first pass was quick, then something else takes the machine."""

    class Burdened(Slow):
        def density_and_color(self, positions, directions=None):
            busy = 30 if self.now > 0.2 else 1
            seen = super().density_and_color(positions, directions)
            self.now += (busy - 1) * len(positions) / 1000
            return seen

    slow = Burdened()
    found = picture_within(2 * whole_seconds(), Renderer(slow, SAMPLES), CAMERA, clock=slow.clock)
    small = Renderer(Slow(), SAMPLES).picture(CAMERA.resized(64 // FIRST_DIVISOR, 64 // FIRST_DIVISOR))
    assert torch.equal(found.depth[::FIRST_DIVISOR, ::FIRST_DIVISOR], small.depth)
    assert slow.now < 2 * whole_seconds() + 31 / BANDS * whole_seconds()


def test_oblong_pictures_keep_their_shape():
    oblong = replace(CAMERA, height=37, center=(32.0, 18.5))
    slow = Slow()
    found = picture_within(0.2, Renderer(slow, SAMPLES), oblong, clock=slow.clock)
    assert found.color.shape == (37, 64, 3) and found.depth.shape == (37, 64)


def test_by_the_real_clock():
    class Sleepy(Slow):
        def density_and_color(self, positions, directions=None):
            time.sleep(len(positions) * 2e-6)
            return super().density_and_color(positions, directions)

    began = time.monotonic()
    picture_within(0.02, Renderer(Sleepy(), SAMPLES), CAMERA)
    assert time.monotonic() - began < soon(0.5)


class Overhead(Slow):
    """Whatever is asked for costs a second more, as where a picture has costs of its own."""

    def density_and_color(self, positions, directions=None):
        self.now += 1.0
        return super().density_and_color(positions, directions)


def test_what_a_small_picture_makes_look_slow_is_found_out():
    """A tiny picture is nearly all overhead: what it tells is corrected by the larger one that follows."""
    slow, seconds, sizes = Overhead(), 3.0 * whole_seconds(), []

    def picture(camera):
        sizes.append(camera.width)
        return Renderer(slow, SAMPLES).picture(camera)

    found = render_within(seconds, picture, CAMERA, lambda bands: bands, slow.clock, first=1 / 16)
    first, second, last = dict.fromkeys(sizes)
    assert first == 4 and second < 33 < 55 < last and len(found) == BANDS
    assert slow.now <= seconds * (1 + 1 / BANDS)


def test_the_first_picture_may_be_smaller_where_time_is_short():
    slow = Slow()
    found = render_within(
        0.0, Renderer(slow, SAMPLES).picture, CAMERA, lambda bands: bands[0], slow.clock, first=1 / 16
    )
    assert found.opacity.shape == (4, 4)
