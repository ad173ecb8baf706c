"""SIREN's initialization against the distributions that its theorem promises."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.stats import arcsine, kstest, norm

from backend.fields.siren import OMEGA, Sine

WIDTH, POINTS = 512, 400


def layers() -> list[Sine]:
    """The paper's: four layers, no biases (they shift the phase of a whole unit)."""
    torch.manual_seed(0)
    made = [Sine(3, WIDTH, 30.0, first=True), *[Sine(WIDTH, WIDTH, OMEGA) for _ in range(3)]]
    for layer in made:
        torch.nn.init.zeros_(layer.linear.bias)
    return made


def test_what_goes_into_every_sine_is_a_standard_normal_and_what_comes_out_an_arcsine(generator):
    """Theorem 1.8, where sines of waves many turns long go in. Sines of a normal go in from the third layer on: their
    variance is (1 - exp(-2 v)) / 2, that of an arcsine 1/2, so v falls 1, 0.865, 0.823; that law is up to 0.07 off."""
    values, variance = 2 * torch.rand(POINTS, 3, generator=generator) - 1, 1.0
    for i, layer in enumerate(layers()):
        before, values = layer.omega * layer.linear(values).detach(), layer(values).detach()
        if i:
            assert kstest(before.flatten()[::7].numpy(), norm(0, variance**0.5).cdf).statistic < 0.02
            assert float(before.var()) == pytest.approx(variance, abs=0.04)
            variance = 1 - math.exp(-2 * variance)
        assert kstest(values.flatten()[::7].numpy(), arcsine(-1, 2).cdf).statistic < 0.07


@pytest.mark.parametrize(("first", "bound"), [(True, 1 / 96), (False, (6 / 96) ** 0.5 / 30)])
def test_weights_are_uniform_up_to_the_published_bound(first: bool, bound: float):
    torch.manual_seed(0)
    weights = Sine(96, 400, 30.0, first).linear.weight.detach().flatten().numpy()
    assert abs(weights).max() <= bound
    assert kstest(weights / bound, "uniform", args=(-1, 2)).statistic < 0.01
