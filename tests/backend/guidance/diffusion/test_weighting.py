"""Weights w(t) by hand, and the gradient against its definition."""

from __future__ import annotations

import math

import pytest
import torch

from backend.config.guidance import WEIGHTINGS
from backend.guidance.diffusion.prediction import Prediction, add_noise
from backend.guidance.diffusion.weighting import WEIGHTS, sds_gradient, weight

SIGNAL = torch.tensor([0.64, 0.36], dtype=torch.float64).view(-1, 1, 1, 1)  # roots 0.8 and 0.6, and the other way


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x0", [0.6 / 0.8, 0.8 / 0.6]),
        ("dreamfusion", [0.36, 0.64]),
        ("uniform", [1.0, 1.0]),
        ("fantasia3d", [0.36 * 0.8, 0.64 * 0.6]),
        ("score", [0.8 / 0.6, 0.6 / 0.8]),
    ],
)
def test_weights_by_hand(name: str, expected: list[float]):
    assert weight(name, SIGNAL).flatten().tolist() == pytest.approx(expected)


def test_every_weighting_that_can_be_chosen_is_there():
    assert set(WEIGHTS) == set(WEIGHTINGS)


@pytest.mark.parametrize("name", WEIGHTINGS)
def test_the_gradient_is_the_weighted_error_of_the_noise(name: str, generator):
    """w(t) (n_hat - n), pixel by pixel in plain numbers; "x0" takes another way to the same."""
    views, noise, said = torch.randn(3, 2, 1, 2, 2, generator=generator, dtype=torch.float64)
    prediction = Prediction(said, "epsilon", add_noise(views, noise, SIGNAL), SIGNAL)
    found = sds_gradient(name, prediction, noise, views)
    for view, abar in enumerate([0.64, 0.36]):
        for row in range(2):
            for column in range(2):
                error = float(said[view, 0, row, column] - noise[view, 0, row, column])
                factor = {
                    "x0": math.sqrt((1 - abar) / abar), "dreamfusion": 1 - abar, "uniform": 1.0,
                    "fantasia3d": (1 - abar) * math.sqrt(abar), "score": math.sqrt(abar / (1 - abar)),
                }[name]  # fmt: skip
                assert float(found[view, 0, row, column]) == pytest.approx(factor * error)


def test_a_clean_guess_outside_the_range_of_pictures_pulls_to_its_end_only(generator):
    views = torch.zeros(2, 1, 2, 2, dtype=torch.float64)
    guess = Prediction(torch.full_like(views, -5.0), "sample", views, SIGNAL)
    assert bool((sds_gradient("x0", guess, views, views, limit=1.0) == 1.0).all())
    assert bool((sds_gradient("x0", guess, views, views) == 5.0).all())
