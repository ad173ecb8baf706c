"""Which frames of a video are taken: sharpness and shifts against their definitions, choices against the way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from backend.photos.frame_choice import FEWEST, MOST, SPACING, Way, choose_frames, sharpness, shift_between

TEXTURE = np.kron(np.random.default_rng(5).random((40, 90)), np.ones((6, 6))) * 255


def test_sharpness_is_the_variance_of_the_laplacian():
    wanted = ndimage.laplace(TEXTURE)[1:-1, 1:-1].var()
    assert sharpness(TEXTURE) == pytest.approx(wanted)
    assert sharpness(ndimage.gaussian_filter(TEXTURE, 2)) < 0.1 * wanted
    assert sharpness(np.full((20, 20), 90.0)) == 0


@pytest.mark.parametrize(("down", "right"), [(0, 5), (3, 0), (-3, 4), (0, -9)])
def test_a_shift_is_measured_in_widths(down: int, right: int):
    a, b = TEXTURE[20:110, 20:180], TEXTURE[20 + down : 110 + down, 20 + right : 180 + right]
    assert shift_between(a, b) == pytest.approx(np.hypot(down, right) / 160)


def test_noise_and_plain_pictures_have_no_shift():
    noise = np.random.default_rng(1)
    for shape in ((90, 160), (160, 160), (160, 90)):
        a, b = noise.normal(0, 3, (2, *shape))
        assert shift_between(a, b) is None and shift_between(a * 0, b * 0) is None


def test_the_way_is_the_sum_of_what_differs_clearly():
    """A camera that pans a pixel a frame and rests: noise adds nothing, and no slow way is lost."""
    noise, way = np.random.default_rng(2), Way()
    for x in [*range(80), *[80] * 20]:
        way.add(TEXTURE[:90, x : x + 160] + noise.normal(0, 2, (90, 160)))
    assert way.lengths[80] == pytest.approx(80 / 160, abs=2 / 160)
    assert way.lengths[-1] == way.lengths[80] and (np.diff(way.lengths) >= 0).all()


def test_of_each_stretch_the_sharpest_frame_is_taken():
    lengths = np.linspace(0, 2, 401)
    sharp = np.full(401, 50.0)
    sharp[::5] = 100.0
    sharp[7::20] = 120.0
    chosen = choose_frames(sharp.tolist(), lengths.tolist())
    assert len(chosen) == round(2 / SPACING) and chosen == sorted(chosen)
    stretches = (lengths[chosen] / SPACING + 1e-9).astype(int)
    assert len(set(stretches.tolist())) == len(chosen)
    for number, stretch in zip(chosen[:-1], stretches, strict=False):
        of_stretch = (lengths / SPACING).astype(int) == stretch
        assert sharp[number] == sharp[of_stretch].max()


def test_a_stretch_that_is_blurred_is_left_out():
    lengths = np.linspace(0, 1, 201)
    sharp = np.full(201, 100.0)
    sharp[(lengths > 0.4) & (lengths < 0.6)] = 10.0
    chosen = choose_frames(sharp.tolist(), lengths.tolist())
    assert not [number for number in chosen if 0.41 < lengths[number] < 0.59]
    assert len(chosen) in (16, 17, 18)  # of 20; one may begin, and one end, with a sharp frame


def test_short_and_long_ways_are_cut_into_fewer_and_more_stretches():
    for way, count in ((0.3, FEWEST), (50.0, MOST)):
        assert len(choose_frames([1.0] * 1001, np.linspace(0, way, 1001).tolist())) == count


def test_a_camera_that_hardly_moves_gives_none():
    assert choose_frames([1.0] * 50, np.linspace(0, 0.09, 50).tolist()) == [] and choose_frames([], []) == []


def test_a_turn_is_measured_although_no_part_only_shifts():
    """A picture that turns by a degree a frame: a block in the middle of a side moves by its distance to the center."""
    square, way = TEXTURE[:200, :200], Way()
    turned = [ndimage.rotate(square, degrees, reshape=False, order=1)[20:180, 20:180] for degrees in range(31)]
    for each in turned:
        way.add(each)
    distance = 53 * (4 * 1 + 4 * np.sqrt(2)) / 9 / 160  # of nine blocks, the one in the middle rests
    assert way.lengths[-1] == pytest.approx(np.radians(30) * distance, rel=0.25)
