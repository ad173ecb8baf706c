"""Schedules by hand-worked numbers."""

from __future__ import annotations

import pytest

from backend.config import FieldConfig, OptimizeConfig, recipe
from backend.optimize.schedule import learning_rate_factor, upsampling_steps

CONFIG = OptimizeConfig(steps=101, learning_rate_begin=0.1, warm_up=10, learning_rate_end=0.01)


@pytest.mark.parametrize(("step", "factor"), [(0, 0.1), (5, 10**-0.5 * 0.01**0.05), (50, 0.1), (100, 0.01)])
def test_the_learning_rate_rises_and_falls_by_equal_ratios(step: int, factor: float):
    assert learning_rate_factor(step, CONFIG) == pytest.approx(factor)


@pytest.mark.parametrize(("step", "rate"), [(0, 1e-5), (750, 1e-4 / 10**0.5), (1500, 1e-4), (9999, 1e-4)])
def test_dream_fields_rates(step: int, rate: float):
    """1e-5 to 1e-4 exponentially over 1500 steps, then constant."""
    assert 1e-4 * learning_rate_factor(step, recipe("dream-fields-mq").optimize) == pytest.approx(rate)


def test_a_run_of_one_step_has_a_rate():
    assert learning_rate_factor(0, OptimizeConfig(steps=1)) == pytest.approx(0.1)


def test_the_field_grows_by_equal_ratios_to_its_resolution():
    config = FieldConfig(start_resolution=32, resolution=128, upsample_at=(0.5, 0.25))
    assert upsampling_steps(config, 100) == {25: 64, 50: 128}


def test_a_field_that_starts_at_its_resolution_never_grows():
    assert upsampling_steps(FieldConfig(start_resolution=64, resolution=64), 100) == {}


def test_without_fractions_it_grows_at_once():
    assert upsampling_steps(FieldConfig(start_resolution=32, resolution=64, upsample_at=()), 100) == {0: 64}
