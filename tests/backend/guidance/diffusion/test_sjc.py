"""The averaged score of SJC against a Gaussian's own score, a slow loop, and SDS."""

from __future__ import annotations

import math

import pytest
import torch

from backend.guidance.diffusion.prediction import Prediction, add_noise
from backend.guidance.diffusion.sjc import noise_ratio, perturb_and_average, sjc_gradient
from backend.guidance.diffusion.weighting import WEIGHTS, sds_gradient

MEAN, SPREAD = 0.4, 0.3


def denoise(unscaled: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
    """E[x | x + sigma n] for x ~ N(MEAN, SPREAD^2)."""
    return MEAN + SPREAD**2 / (SPREAD**2 + sigma.square()) * (unscaled - MEAN)


def levels(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64).view(-1, 1, 1, 1)


def test_for_a_gaussian_it_is_the_score_of_the_wider_gaussian(generator):
    """E_n[(D(x + sigma n) - x) / sigma^2] = (mean - x) / (spread^2 + sigma^2).

    That is the score of N(mean, spread^2 + sigma^2) at x.

    Monte Carlo over 4000 noises; the deviation of the mean is known, and five of them are allowed.
    """
    views, sigma = torch.linspace(-1, 1, 8, dtype=torch.float64).view(2, 1, 2, 2), levels(0.5, 2.0)
    noises = torch.randn(4000, 2, 1, 2, 2, generator=generator, dtype=torch.float64)
    found = perturb_and_average(denoise, views, sigma, noises)
    expected = (MEAN - views) / (SPREAD**2 + sigma.square())
    gain = SPREAD**2 / (SPREAD**2 + sigma.square())
    allowed = 5 * gain / sigma / math.sqrt(4000)
    assert bool(((found - expected).abs() < allowed).all())


def test_against_a_slow_loop(generator):
    views, noises = (
        torch.randn(1, 1, 2, 2, generator=generator, dtype=torch.float64),
        torch.randn(3, 1, 1, 2, 2, generator=generator, dtype=torch.float64),
    )
    found = perturb_and_average(denoise, views, levels(0.7), noises)
    for row in range(2):
        for column in range(2):
            x, total = float(views[0, 0, row, column]), 0.0
            for noise in noises:
                unscaled = x + 0.7 * float(noise[0, 0, row, column])
                guess = MEAN + 0.09 / (0.09 + 0.49) * (unscaled - MEAN)
                total += (guess - x) / 0.49
            assert float(found[0, 0, row, column]) == pytest.approx(total / 3)


def test_an_average_of_sixteen_has_a_quarter_of_the_spread(generator):
    views, sigma = torch.zeros(1, 1, 32, 32, dtype=torch.float64), levels(0.5)

    def spread(count: int) -> float:
        noises = torch.randn(count, *views.shape, generator=generator, dtype=torch.float64)
        return float(perturb_and_average(denoise, views, sigma, noises).std())

    assert spread(16) / spread(1) == pytest.approx(0.25, rel=0.15)


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction", "sample"])
def test_with_one_noise_it_is_sds_under_the_same_weight(name: str, prediction_type: str, generator):
    """D asked in unscaled pictures, SDS in scaled ones; any network will do, so its answer is any function of z."""
    alphas_cumprod = levels(0.9, 0.02)
    views, noise = torch.randn(2, 2, 3, 4, 4, generator=generator, dtype=torch.float64)

    def predicted(noisy: torch.Tensor) -> Prediction:
        return Prediction(torch.sin(3 * noisy) - 0.2, prediction_type, noisy, alphas_cumprod)

    score = perturb_and_average(
        lambda unscaled, sigma: predicted(unscaled / (1 + sigma.square()).sqrt()).pred_original_sample(),
        views, noise_ratio(alphas_cumprod), noise[None],
    )  # fmt: skip
    sds = sds_gradient(name, predicted(add_noise(views, noise, alphas_cumprod)), noise, views)
    torch.testing.assert_close(sjc_gradient(name, score, alphas_cumprod), sds)


def test_under_the_weight_of_the_score_it_is_descended_against_the_score(generator):
    score = torch.randn(2, 1, 2, 2, generator=generator, dtype=torch.float64)
    torch.testing.assert_close(sjc_gradient("score", score, levels(0.3, 0.9)), -score)
