"""The clocks of a run, and what JSON can say of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from backend.jobs.runner import StepTimer, Throttle, finite_or_none


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


def test_every_so_many_seconds():
    clock, done = Clock(), []
    every = Throttle(2.0, clock)
    for _ in range(40):
        clock.pass_(0.25)
        every.do(lambda: done.append(clock.now))
    assert done == [102.0, 104.0, 106.0, 108.0, 110.0]


def test_the_first_comes_after_the_period_and_not_at_once():
    done = []
    Throttle(2.0, Clock()).do(lambda: done.append(1))
    assert done == []
    Throttle(2.0, Clock()).do(lambda: done.append(1), force=True)
    assert done == [1]


def test_what_is_slow_takes_a_tenth_of_the_time_at_most():
    clock, spent = Clock(), []
    every = Throttle(0.0, clock)

    def slow() -> None:
        clock.pass_(3.0)
        spent.append(3.0)

    began = clock.now
    for _ in range(2000):
        clock.pass_(0.1)
        every.do(slow)
    assert 0.08 < sum(spent) / (clock.now - began) < 0.1


def test_pace_is_the_median_of_the_last_steps():
    pace = StepTimer()
    assert pace.seconds == 0.0 and pace.steps_per_second is None
    pace.add(60.0)  # the first step loads things
    for _ in range(10):
        pace.add(0.5)
    assert (pace.seconds, pace.steps_per_second) == (0.5, 2.0)
    for _ in range(20):  # the grid grew
        pace.add(1.0)
    assert pace.seconds == 1.0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5, 0.5),
        (math.nan, None),
        (-math.inf, None),
        (np.float32(0.25), 0.25),
        (np.float32("nan"), None),
        (None, None),
        ({"loss": math.inf, "terms": {"a": 1.0, "b": math.nan}}, {"loss": None, "terms": {"a": 1.0, "b": None}}),
    ],
    ids=str,
)
def test_json_is_told_nothing_that_is_not_finite(value, said):
    assert finite_or_none(value) == said
