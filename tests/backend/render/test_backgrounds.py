"""Backgrounds: shapes, ranges, and what makes each kind itself."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.ndimage import gaussian_filter

from backend.color import srgb_encoded
from backend.render import backgrounds


@pytest.mark.parametrize("make", list(backgrounds.KINDS.values()))
def test_each_kind_is_a_picture_that_changes_with_the_draw(make, generator):
    first, second = make(2, 16, generator), make(2, 16, generator)
    assert first.shape == (2, 3, 16, 16) and float(first.min()) >= 0 and float(first.max()) <= 1
    assert not torch.equal(first, second) and not torch.equal(first[0], first[1])


def test_noise_is_gaussian_around_gray(generator):
    """A clipped N(1/2, 0.29): 8.5 % of it ends at either end."""
    values = backgrounds.noise(4, 64, generator).flatten()
    ends = math.erfc(0.5 / 0.29 / math.sqrt(2)) / 2
    assert float(values.mean()) == pytest.approx(0.5, abs=0.01)
    assert float((values == 0).float().mean()) == pytest.approx(ends, abs=0.01)


def test_a_board_has_eight_squares_a_side_and_two_colors(generator):
    board = backgrounds.checkerboard(1, 32, generator)[0]
    assert len(board.flatten(1).T.unique(dim=0)) == 2
    assert torch.equal(board[:, 0, 0], board[:, 4, 4]) and not torch.equal(board[:, 0, 0], board[:, 0, 4])
    assert int((board[0, 0].diff() != 0).sum()) == 7


def test_a_texture_s_power_falls_as_the_cube_of_frequency(generator):
    """Amplitude 1 / f^1.5: from 4 waves a picture to 16, power falls by 4^3."""
    power = torch.fft.fft2(backgrounds.texture(200, 64, generator)).abs().square().mean((0, 1))
    fall = float(power[0, 4] / power[0, 16])
    assert fall == pytest.approx(64, rel=0.25)
    for rows, columns in ((3, 4), (4, 3), (-3, 4)):  # 5 waves a picture, in other directions
        assert float(power[rows, columns] / power[0, 5]) == pytest.approx(1, rel=0.25)


def test_a_texture_of_224_pixels_has_the_published_spread(generator):
    """Against numpy's own inverse transform of sd (a + ib) 224 / max(f, 1/224)^1.5 / 4, by Parseval."""
    import numpy as np

    f = np.maximum(np.sqrt(np.fft.fftfreq(224)[:, None] ** 2 + np.fft.rfftfreq(224) ** 2), 1 / 224)
    draw = np.random.default_rng(0).standard_normal((2, 40, *f.shape))
    published = np.fft.irfft2(0.2 * (draw[0] + 1j * draw[1]) * 224 / f**1.5) / 4
    found = float(backgrounds.texture(14, 224, generator).square().mean().sqrt())
    assert found == pytest.approx(float(np.sqrt((published**2).mean())), rel=0.1)
    small = float(backgrounds.texture(200, 32, generator).square().mean().sqrt())
    assert small == pytest.approx(found, rel=0.1)


def test_a_blur_is_a_gaussian_of_each_picture_s_own_width(generator):
    pictures = torch.rand(2, 3, 40, 40, generator=generator)
    found = backgrounds.blurred(pictures, torch.tensor([1.2, 2.5]), half=12)
    for picture, result, sigma in zip(pictures, found, (1.2, 2.5), strict=True):
        expected = gaussian_filter(picture.numpy(), (0, sigma, sigma), mode="mirror", truncate=12 / sigma)
        torch.testing.assert_close(result, torch.from_numpy(expected), atol=2e-3, rtol=0)


def test_a_blur_of_no_width_changes_nothing_and_one_is_cut_at_its_kernel(generator):
    picture = torch.rand(1, 3, 20, 20, generator=generator)
    torch.testing.assert_close(backgrounds.blurred(picture, torch.tensor([0.0]), 7), picture)
    flat = backgrounds.blurred(picture, torch.tensor([1e3]), 1)[0, :, 1:-1, 1:-1]
    torch.testing.assert_close(flat, torch.nn.functional.avg_pool2d(picture, 3, 1)[0])


@pytest.mark.parametrize("size", [4, 29, 32, 224])
def test_random_backgrounds_suit_any_size(size: int, generator):
    pictures = backgrounds.random_backgrounds(3, size, generator)
    assert pictures.shape == (3, 3, size, size) and bool(pictures.isfinite().all())


def test_they_are_drawn_as_a_screen_shows_them(generator):
    """Handed out linear: encoded again, noise has its mean at 1/2."""
    drawn = backgrounds.random_backgrounds(8, 64, generator, "noise", (0.0, 0.0))
    assert float(srgb_encoded(drawn).mean()) == pytest.approx(0.5, abs=0.01)


def test_each_kind_can_be_had_alone(generator):
    boards = backgrounds.random_backgrounds(4, 32, generator, "checkerboard", (0.0, 0.0))
    assert all(len(board.flatten(1).T.unique(dim=0)) == 2 for board in boards)
    assert float(backgrounds.random_backgrounds(1, 8, generator, "white").min()) == 1.0
    assert float(backgrounds.random_backgrounds(1, 8, generator, "black").max()) == 0.0


def test_each_of_the_three_comes_a_third_of_the_time(generator):
    boards = backgrounds.random_backgrounds(300, 8, generator, blur=(0.0, 0.0))
    share = sum(len(board.flatten(1).T.unique(dim=0)) == 2 for board in boards) / 300
    assert share == pytest.approx(1 / 3, abs=0.08)


def test_every_picture_has_a_blur_of_its_own(generator):
    noise = backgrounds.random_backgrounds(64, 64, generator, "noise", (0.0, 10.0))
    rough = noise.diff(dim=-1).abs().mean((1, 2, 3))
    assert float(rough.max() / rough.min()) > 3
