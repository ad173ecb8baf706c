"""sRGB by the standard's own numbers."""

from __future__ import annotations

import pytest
import torch

from backend.color import srgb_bytes, srgb_decoded, srgb_encoded


@pytest.mark.parametrize(("linear", "encoded"), [(0.0, 0.0), (1.0, 1.0), (0.0031308, 0.04045), (0.214041, 0.5)])
def test_known_pairs(linear: float, encoded: float):
    assert float(srgb_encoded(torch.tensor(linear))) == pytest.approx(encoded, abs=1e-5)
    assert float(srgb_decoded(torch.tensor(encoded))) == pytest.approx(linear, abs=1e-5)


def test_the_two_are_inverse():
    values = torch.linspace(0, 1, 500, dtype=torch.float64)
    torch.testing.assert_close(srgb_decoded(srgb_encoded(values)), values, atol=1e-6, rtol=0)


def test_the_slope_at_black_is_finite():
    black = torch.zeros(3, requires_grad=True)
    srgb_encoded(black).sum().backward()
    torch.testing.assert_close(black.grad, torch.full((3,), 12.92))


def test_steps_of_a_picture_are_those_of_the_curve():
    """Not one step off the curve in the same precision; and in double precision only where two steps meet."""
    linear = torch.cat([torch.linspace(-0.1, 1.1, 1_000_003), torch.logspace(-8, 0, 300_001)])
    steps = srgb_bytes(linear)
    assert torch.equal(steps, (srgb_encoded(linear) * 255).round().clamp(0, 255).byte())
    exact = 255 * srgb_encoded(linear.double()).clamp(max=1)
    assert float((steps - exact).abs().max()) < 0.5 + 1e-4
