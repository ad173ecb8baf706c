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


def test_color_of_two_layers_by_hand():
    depths = torch.tensor([[math.log(2.0), math.log(4.0)]])  # alphas 1/2 and 3/4
    weights = compositing.weights(depths)
    torch.testing.assert_close(weights, torch.tensor([[0.5, 0.375]]))
    red_then_blue = torch.tensor([[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]])
    torch.testing.assert_close(compositing.color(weights, red_then_blue), torch.tensor([[0.5, 0.0, 0.375]]))
    torch.testing.assert_close(compositing.depth(weights, torch.tensor([[1.0, 2.0]])), torch.tensor([1.25 / 0.875]))


def test_over_lays_premultiplied_color_before_a_background():
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


def median_by_loop(densities: list[float], lengths: list[float], first: float) -> float:
    """March in small steps until half of what the whole ray stops has been stopped."""
    stops = 1 - math.exp(-sum(density * length for density, length in zip(densities, lengths, strict=True)))
    depth, t, parts = 0.0, first, 5000
    for density, length in zip(densities, lengths, strict=True):
        for _ in range(parts):
            depth += density * length / parts
            t += length / parts
            if 1 - math.exp(-depth) >= stops / 2:
                return t
    return 0.0


def test_the_median_depth_equals_a_slow_march():
    density, lengths = random_depths(6, 7)
    density[:, 2] = 0.0
    starts = 2.0 + lengths.cumsum(-1) - lengths
    found = compositing.median_depth(compositing.weights(compositing.optical_depth(density, lengths)), starts, lengths)
    expected = [median_by_loop(d, s, 2.0) for d, s in zip(density.tolist(), lengths.tolist(), strict=True)]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64), atol=2e-4, rtol=0)


@pytest.mark.parametrize("count", [1, 16, 64])
@pytest.mark.parametrize("density", [0.01, 1.0, 5.0])
def test_the_median_depth_of_a_uniform_medium_is_known_whatever_the_samples(density: float, count: int):
    """1 - exp(-density x) = (1 - exp(-density L)) / 2."""
    lengths = torch.full((1, count), 2.0 / count)
    depths = compositing.optical_depth(torch.full((1, count), density), lengths)
    found = compositing.median_depth(compositing.weights(depths), 3.0 + lengths.cumsum(-1) - lengths, lengths)
    expected = 3.0 - math.log1p(-(1 - math.exp(-density * 2.0)) / 2) / density
    assert float(found) == pytest.approx(expected, abs=1e-3)


def test_between_two_surfaces_the_mean_depth_hangs_in_the_air_and_the_median_does_not():
    lengths, starts = torch.full((1, 4), 0.1), torch.tensor([[1.0, 1.1, 4.9, 5.0]])
    weights = compositing.weights(torch.tensor([[0.9, 0.0, 0.0, 20.0]]))
    mean, median = compositing.depth(weights, starts + 0.05), compositing.median_depth(weights, starts, lengths)
    assert 2 < float(mean) < 4 and 1.0 <= float(median) <= 1.1


def test_an_empty_ray_has_no_median_depth():
    assert float(compositing.median_depth(torch.zeros(1, 4), torch.ones(1, 4), torch.ones(1, 4))) == 0


def test_what_is_infinitely_dense_stops_all_light_that_reaches_it():
    density = torch.tensor([[0.5, math.inf, 3.0, math.inf]], requires_grad=True)
    weights = compositing.weights(compositing.optical_depth(density, torch.ones(1, 4)))
    torch.testing.assert_close(weights, torch.tensor([[1 - math.exp(-0.5), math.exp(-0.5), 0.0, 0.0]]))
    weights[0, 1].backward()
    assert bool(density.grad.isfinite().all())
    median = compositing.median_depth(weights.detach(), torch.arange(4.0)[None], torch.ones(1, 4))
    assert float(median) == pytest.approx(1.0)  # the face of the second stretch


def test_in_front_of_the_opaque_nothing_is_lost_to_rounding():
    """A faint fog before a wall of density 1e6: weights in float32 against the loop in double precision."""
    densities, lengths = [0.3, 0.2, 1e6, 1e6], [0.5, 0.5, 0.5, 0.5]
    found = compositing.weights(compositing.optical_depth(torch.tensor([densities]), torch.tensor([lengths])))
    torch.testing.assert_close(found, torch.tensor([by_loop(densities, lengths)]), atol=1e-6, rtol=1e-5)
