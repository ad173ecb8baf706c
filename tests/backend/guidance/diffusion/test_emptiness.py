"""SJC's emptiness loss by hand."""

from __future__ import annotations

import math

import pytest
import torch

from backend.config import ScoreDistillationConfig
from backend.guidance.diffusion.emptiness import emptiness, emptiness_weight, opacity_loss


def test_by_hand():
    weights = torch.tensor([[0.0, 0.5], [1.0, 0.0]])
    assert float(emptiness(weights)) == pytest.approx((math.log(6) + math.log(11)) / 4)


def test_haze_costs_more_than_the_same_in_one_place():
    spread, gathered = torch.full((1, 10), 0.1), torch.tensor([[1.0] + [0.0] * 9])
    assert float(emptiness(spread)) > 2 * float(emptiness(gathered))


def test_opaque_rays_cost_and_clear_ones_have_no_slope():
    opacity = torch.tensor([0.0, 1.0], requires_grad=True)
    term = opacity_loss(opacity)
    term.backward()
    assert float(term.detach()) == pytest.approx((0.1 + math.sqrt(1.01)) / 2)
    assert opacity.grad.tolist() == pytest.approx([0.0, 0.5 / math.sqrt(1.01)])


@pytest.mark.parametrize(("step", "expected"), [(0, 1e4), (4999, 1e4), (5000, 2e5), (9999, 2e5)])
def test_it_weighs_twenty_times_as_much_in_the_second_half(step: int, expected: float):
    assert emptiness_weight(ScoreDistillationConfig(emptiness_weight=1e4), step, 10_000) == expected
