"""Schedules by hand-worked numbers."""

from __future__ import annotations

import pytest

from backend.config import FieldConfig, OptimiseConfig, recipe
from backend.optimise.schedule import growths, rate_factor

CONFIG = OptimiseConfig(steps=101, learning_rate_begin=0.1, warm_up=10, learning_rate_end=0.01)


@pytest.mark.parametrize(("step", "factor"), [(0, 0.1), (5, 10**-0.5 * 0.01**0.05), (50, 0.1), (100, 0.01)])
def test_the_learning_rate_rises_and_falls_by_equal_ratios(step: int, factor: float):
    assert rate_factor(step, CONFIG) == pytest.approx(factor)


@pytest.mark.parametrize(("step", "rate"), [(0, 1e-5), (750, 1e-4 / 10**0.5), (1500, 1e-4), (9999, 1e-4)])
def test_dream_fields_rates(step: int, rate: float):
    """1e-5 to 1e-4 exponentially over 1500 steps, then constant."""
    assert 1e-4 * rate_factor(step, recipe("dream-fields-mq").optimise) == pytest.approx(rate)


def test_a_run_of_one_step_has_a_rate():
    assert rate_factor(0, OptimiseConfig(steps=1)) == pytest.approx(0.1)


def test_the_field_grows_by_equal_ratios_to_its_resolution():
    config = FieldConfig(start_resolution=32, resolution=128, grow_at=(0.5, 0.25))
    assert growths(config, 100) == {25: 64, 50: 128}


def test_a_field_that_starts_at_its_resolution_never_grows():
    assert growths(FieldConfig(start_resolution=64, resolution=64), 100) == {}


def test_without_fractions_it_grows_at_once():
    assert growths(FieldConfig(start_resolution=32, resolution=64, grow_at=()), 100) == {0: 64}
