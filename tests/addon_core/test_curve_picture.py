"""Curves where their values say, in pixels."""

from __future__ import annotations

import numpy as np

from addon.core.curve_picture import GROUND, LOSS, MARGIN, SCORE, plot_curves


def rows_of(picture, color, column):
    """The rows of a column that have the curve's full color."""
    return np.flatnonzero((picture[:, column, :3] == color).all(axis=-1))


def test_a_falling_line_goes_from_the_top_left_to_the_bottom_right():
    picture = plot_curves([0, 100], [([1.0, 0.0], LOSS)], 100, (101, 101))
    assert MARGIN in rows_of(picture, LOSS, MARGIN) and 100 - MARGIN in rows_of(picture, LOSS, 100 - MARGIN)
    assert 50 in rows_of(picture, LOSS, 50)
    assert picture.dtype == np.uint8 and picture.shape == (101, 101, 4) and (picture[..., 3] == 255).all()


def test_half_way_it_ends_in_the_middle():
    picture = plot_curves([0, 50], [([0.0, 1.0], SCORE)], 100, (101, 101))
    assert len(rows_of(picture, SCORE, 49)) and not len(rows_of(picture, SCORE, 53))


def test_each_curve_has_its_own_scale():
    picture = plot_curves([0, 10], [([5.0, 900.0], LOSS), ([0.2, 0.1], SCORE)], 10, (101, 101))
    assert 100 - MARGIN in rows_of(picture, LOSS, MARGIN) and MARGIN in rows_of(picture, SCORE, MARGIN)


def test_what_is_not_known_is_left_out():
    picture = plot_curves([0, 1, 2, 3, 4], [([None, 2.0, float("nan"), 4.0, None], LOSS)], 4, (81, 81))
    assert not len(rows_of(picture, LOSS, MARGIN)) and len(rows_of(picture, LOSS, 40))
    assert not (plot_curves([1], [([None], LOSS)], 4)[..., :3] == LOSS).all(axis=-1).any()


def test_a_flat_curve_lies_in_the_middle_and_a_peak_is_not_lost():
    picture = plot_curves([0, 10], [([3.0, 3.0], LOSS)], 10, (101, 101))
    assert 50 in rows_of(picture, LOSS, 50)
    steps = np.arange(10_000)
    values = np.where(steps == 5001, 1.0, 0.0)
    assert MARGIN in rows_of(plot_curves(steps, [(values, LOSS)], 10_000, (101, 101)), LOSS, 50)


def test_without_a_curve_there_is_a_ground():
    assert (plot_curves([], [], 0)[0, 0] == GROUND).all()
