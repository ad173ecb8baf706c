"""Backgrounds: shapes, ranges, and what makes each kind itself."""

from __future__ import annotations

import pytest
import torch

from backend.render import backgrounds


@pytest.mark.parametrize("make", [backgrounds.noise, backgrounds.checkerboard, backgrounds.fourier])
def test_each_kind_is_a_picture_that_changes_with_the_draw(make, generator):
    first, second = make(2, 16, generator), make(2, 16, generator)
    assert first.shape == (2, 3, 16, 16) and float(first.min()) >= 0 and float(first.max()) <= 1
    assert not torch.equal(first, second) and not torch.equal(first[0], first[1])


def test_a_board_has_eight_squares_a_side_and_two_colours(generator):
    board = backgrounds.checkerboard(1, 32, generator)[0]
    assert len(board.flatten(1).T.unique(dim=0)) == 2
    assert torch.equal(board[:, 0, 0], board[:, 4, 4]) and not torch.equal(board[:, 0, 0], board[:, 0, 4])
    assert int((board[0, 0].diff() != 0).sum()) == 7


def test_a_fourier_texture_spans_the_range_and_is_smooth(generator):
    texture = backgrounds.fourier(1, 64, generator)[0]
    assert float(texture.amin()) == 0 and float(texture.amax()) == 1
    rough = backgrounds.noise(1, 64, generator)[0]
    assert float(texture.diff(dim=-1).abs().mean()) < 0.5 * float(rough.diff(dim=-1).abs().mean())


def test_a_blur_keeps_constants_and_means(generator):
    flat = backgrounds.solid(2, 16, torch.tensor([[0.2, 0.4, 0.6], [1.0, 0.0, 0.5]]))
    torch.testing.assert_close(backgrounds.blurred(flat, generator), flat.clone())
    noise = backgrounds.noise(1, 64, generator)
    assert float(backgrounds.blurred(noise, generator).var()) < 0.5 * float(noise.var())


@pytest.mark.parametrize("size", [4, 29, 32])
def test_random_backgrounds_suit_any_size(size: int, generator):
    pictures = backgrounds.random_backgrounds(5, size, generator)
    assert pictures.shape == (5, 3, size, size) and bool(pictures.isfinite().all())
