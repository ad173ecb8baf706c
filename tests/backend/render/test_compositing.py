"""Compositing against a nested loop and against integrals that are known in closed form."""

from __future__ import annotations

import math

import pytest
import torch

from backend.render import compositing


def by_loop(densities: list[float], lengths: list[float]) -> list[float]:
    """Weights by the definition: what arrives, times what is stopped."""
    weights = []
    for i, (density, length) in enumerate(zip(densities, lengths, strict=True)):
        arrives = 1.0
        for j in range(i):
            arrives *= math.exp(-densities[j] * lengths[j])
        weights.append(arrives * (1 - math.exp(-density * length)))
    return weights


def random_depths(rays: int = 5, samples: int = 17) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    density = 20 * torch.rand(rays, samples, generator=generator, dtype=torch.float64) ** 3
    return density, 0.2 * torch.rand(rays, samples, generator=generator, dtype=torch.float64)


def test_weights_equal_a_nested_loop():
    density, lengths = random_depths()
    found = compositing.weights(compositing.optical_depth(density, lengths))
    expected = [by_loop(d, s) for d, s in zip(density.tolist(), lengths.tolist(), strict=True)]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))


@pytest.mark.parametrize("density", [0.0, 0.3, 4.0, 1000.0])
def test_a_uniform_medium_stops_one_minus_exp_of_density_times_length(density: float):
    depths = torch.full((1, 64), density * 2.0 / 64, dtype=torch.float64)
    opacity = compositing.opacity(compositing.weights(depths))
    assert float(opacity) == pytest.approx(1 - math.exp(-density * 2.0), abs=1e-12)


def test_colour_of_two_layers_by_hand():
    depths = torch.tensor([[math.log(2.0), math.log(4.0)]])  # alphas 1/2 and 3/4
    weights = compositing.weights(depths)
    torch.testing.assert_close(weights, torch.tensor([[0.5, 0.375]]))
    red_then_blue = torch.tensor([[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]])
    torch.testing.assert_close(compositing.colour(weights, red_then_blue), torch.tensor([[0.5, 0.0, 0.375]]))
    torch.testing.assert_close(compositing.depth(weights, torch.tensor([[1.0, 2.0]])), torch.tensor([1.25 / 0.875]))


def test_over_lays_premultiplied_colour_before_a_background():
    seen = compositing.over(torch.tensor([[0.2, 0.0, 0.0]]), torch.tensor([0.25]), torch.tensor([[1.0, 1.0, 0.0]]))
    torch.testing.assert_close(seen, torch.tensor([[0.95, 0.75, 0.0]]))


def test_an_empty_ray_has_depth_zero_and_a_finite_gradient():
    depths = torch.zeros(1, 4, requires_grad=True)
    weights = compositing.weights(depths)
    compositing.depth(weights, torch.ones(1, 4)).sum().backward()
    assert depths.grad is not None and bool(depths.grad.isfinite().all())


def test_weights_have_the_gradient_that_finite_differences_give():
    density, lengths = random_depths(2, 6)
    density.requires_grad_()
    assert torch.autograd.gradcheck(lambda d: compositing.weights(compositing.optical_depth(d, lengths)), density)
