"""The two ways of drawing noise levels."""

from __future__ import annotations

import pytest
import torch
from scipy.stats import kstest

from backend.config import ScoreDistillationConfig
from backend.guidance.diffusion.timesteps import sample_noise_levels, timesteps


@pytest.mark.parametrize(("done", "middle"), [(0.0, 0.98), (1 / 3, 0.72), (1.0, 0.20)])
def test_annealed_levels_fall_over_the_run_with_their_spread(done: float, middle: float, generator):
    levels = sample_noise_levels(ScoreDistillationConfig(), 2000, done, generator)
    assert float(levels.min()) == pytest.approx(middle - 0.05, abs=2e-3)
    assert float(levels.max()) == pytest.approx(min(middle + 0.05, 0.98), abs=2e-3)


@pytest.mark.parametrize("done", [0.0, 0.9])
def test_random_levels_are_uniform_between_the_ends_whenever(done: float, generator):
    config = ScoreDistillationConfig(timestep_schedule="random", timestep_low=0.02)
    levels = sample_noise_levels(config, 4000, done, generator)
    assert kstest(levels.numpy(), "uniform", args=(0.02, 0.96)).pvalue > 0.01


def test_levels_become_the_numbers_of_the_schedule():
    assert timesteps(torch.tensor([0.0, 0.5, 1.0]), torch.ones(1000)).tolist() == [0, 500, 999]
    assert timesteps(torch.tensor([0.02, 0.98]), torch.ones(101)).tolist() == [2, 98]
