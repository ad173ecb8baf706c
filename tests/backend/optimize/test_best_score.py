"""When a run has had its best, by hand-worked scores."""

from __future__ import annotations

import math

import pytest

from backend.config import EarlyStoppingConfig
from backend.optimize.best_score import BestScoreTracker


def make_tracker(**settings) -> BestScoreTracker:
    return BestScoreTracker(EarlyStoppingConfig(model="m", every=10, **settings))


def decisions(tracker: BestScoreTracker, scores: list[float]) -> list:
    return [tracker.add(10 * (i + 1), score) for i, score in enumerate(scores)]


def test_it_is_due_every_so_often_and_not_before_the_first_step():
    assert [step for step in range(41) if make_tracker().due(step)] == [10, 20, 30, 40]


def test_the_mean_moves_over_the_last_scores():
    means = [v.mean for v in decisions(make_tracker(smoothing=3), [0.3, 0.6, 0.0, 0.9])]
    assert means == pytest.approx([0.3, 0.45, 0.3, 0.5])


def test_the_best_step_is_that_of_the_highest_mean():
    """The single 0.9 is not the best: the mean with its neighbors rises for one step longer."""
    tracker = make_tracker(smoothing=2)
    assert [v.best for v in decisions(tracker, [0.1, 0.5, 0.9, 0.7, 0.2])] == [True, True, True, True, False]
    assert (tracker.best_step, tracker.best) == (40, pytest.approx(0.8))


def test_it_stops_after_so_many_in_a_row_below_the_best():
    tracker = make_tracker(smoothing=1, patience=3)
    found = decisions(tracker, [0.2, 0.5, 0.4, 0.4, 0.6, 0.5, 0.4, 0.3])
    assert [v.stop for v in found] == [False] * 7 + [True]
    assert found[-1].sentence == (
        "The score was below its best 3 times in a row: the run ends at step 80 and goes back to step 50, "
        "its best (0.600)."
    )


def test_without_patience_it_never_stops():
    assert not any(v.stop for v in decisions(make_tracker(smoothing=1), [0.5] + [0.1] * 50))


def test_a_score_that_is_the_same_is_no_better():
    assert [v.best for v in decisions(make_tracker(smoothing=1), [0.5, 0.5])] == [True, False]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_not_finite_is_left_out_and_said(bad: float):
    tracker = make_tracker(smoothing=2, patience=2)
    found = decisions(tracker, [0.2, bad, 0.4])
    assert found[1].sentence == "The score at step 20 is not finite: it is left out."
    assert not found[1].best and found[2].mean == pytest.approx(0.3) and tracker.best_step == 30


def test_nothing_but_nan_after_a_best_ends_the_run_there():
    found = decisions(make_tracker(smoothing=1, patience=2), [0.2, math.nan, math.nan])
    assert [v.stop for v in found] == [False, False, True] and "goes back to step 10" in found[2].sentence


def test_without_any_best_there_is_nothing_to_go_back_to():
    tracker = make_tracker(patience=1)
    assert not any(v.stop for v in decisions(tracker, [math.nan] * 5)) and tracker.best_step == 0


def test_it_goes_on_after_a_checkpoint_as_if_nothing_had_been():
    scores = [0.2, 0.6, 0.5, 0.4, 0.3, 0.2]
    whole, first, second = (make_tracker(smoothing=2, patience=3) for _ in range(3))
    expected = decisions(whole, scores)
    decisions(first, scores[:3])
    second.restore(first.state())
    again = [second.add(10 * (i + 4), score) for i, score in enumerate(scores[3:])]
    assert again == expected[3:]
    assert (second.best, second.best_step) == (whole.best, whole.best_step)
    second.restore({})  # a checkpoint of before there were scores
    assert second.best_step == whole.best_step
