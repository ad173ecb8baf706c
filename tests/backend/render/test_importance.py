"""Fine samples against the inverse distributions of numpy and scipy, histograms, and integrals known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from backend.cameras.camera import Rays
from backend.fields.field import UNIT_CUBE
from backend.render.importance import importance_samples, inverse_cdf, merged_order, samples_around
from backend.render.renderer import Renderer
from backend.render.stratified import RaySamples, stratified_samples

EDGES = torch.tensor([[0.0, 0.5, 0.7, 1.5, 2.0], [1.0, 2.0, 3.0, 4.0, 8.0]], dtype=torch.float64)
WEIGHTS = torch.tensor([[0.1, 0.0, 0.7, 0.3], [2.0, 1.0, 0.5, 0.5]], dtype=torch.float64)


def test_the_inverse_equals_scipy_s_and_numpy_s():
    u = torch.linspace(0.001, 0.999, 57, dtype=torch.float64).expand(2, 57)
    found = inverse_cdf(EDGES, WEIGHTS, u)
    for row in range(2):
        edges, weights = EDGES[row].numpy(), WEIGHTS[row].numpy()
        density = stats.rv_histogram((weights / np.diff(edges), edges), density=True)
        np.testing.assert_allclose(found[row], density.ppf(u[row].numpy()), rtol=1e-9)
    cdf = np.concatenate([[0], np.cumsum(WEIGHTS[1].numpy())]) / WEIGHTS[1].sum().item()
    np.testing.assert_allclose(found[1], np.interp(u[1].numpy(), cdf, EDGES[1].numpy()), rtol=1e-9)


def test_the_cumulative_distribution_undoes_it():
    u = torch.rand(2, 200, dtype=torch.float64, generator=torch.Generator().manual_seed(3)).sort().values
    t = inverse_cdf(EDGES, WEIGHTS, u)
    for row in range(2):
        cdf = np.concatenate([[0], np.cumsum(WEIGHTS[row].numpy())]) / WEIGHTS[row].sum().item()
        np.testing.assert_allclose(np.interp(t[row].numpy(), EDGES[row].numpy(), cdf), u[row].numpy(), atol=1e-12)


def test_samples_fall_as_the_weights_say(generator):
    """A histogram of 64 000 draws against the weights: chi-square over the stretches."""
    coarse = stratified_samples(torch.zeros(1000), torch.ones(1000), 4)
    weights = torch.tensor([0.05, 0.6, 0.0, 0.35])
    drawn = importance_samples(coarse, weights.expand(1000, 4), 64, generator)
    fine = drawn.samples.t.gather(-1, drawn.fine)
    counts = torch.histc(fine, 4, 0.0, 1.0)
    assert float(counts[2]) <= 64_000 * 1e-4
    kept = [0, 1, 3]
    assert stats.chisquare(counts[kept], 64_000 * weights[kept] * float(counts[kept].sum()) / 64_000).pvalue > 1e-3
    inside = fine[(fine > 0.25) & (fine < 0.5)]  # uniform within a stretch
    assert stats.kstest(inside[::40].numpy(), stats.uniform(0.25, 0.25).cdf).pvalue > 1e-3


def test_one_sample_stands_in_each_equal_share_of_the_weight(generator):
    """Stratified: no two of eight fall into one eighth of the distribution."""
    coarse = RaySamples(EDGES[:, :-1], EDGES[:, 1:], (EDGES[:, :-1] + EDGES[:, 1:]) / 2)
    drawn = importance_samples(coarse, WEIGHTS + 0.2, 8, generator)
    fine = drawn.samples.t.gather(-1, drawn.fine)
    for row in range(2):
        weights = WEIGHTS[row].numpy() + 0.2 + 1e-5
        cdf = np.concatenate([[0], np.cumsum(weights)]) / weights.sum()
        shares = np.interp(fine[row].numpy(), EDGES[row].numpy(), cdf)
        assert [int(share * 8) for share in shares] == list(range(8))


def test_the_order_of_two_sorted_rows_is_that_of_a_sort(generator):
    first = torch.randint(0, 30, (50, 7), generator=generator).float().sort().values
    second = torch.randint(0, 30, (50, 5), generator=generator).float().sort().values  # with values that are alike
    a, b = merged_order(first, second)
    both = torch.empty(50, 12).scatter(-1, a, first).scatter(-1, b, second)
    assert torch.equal(both, torch.cat([first, second], -1).sort().values)
    assert torch.equal(torch.cat([a, b], -1).sort().values, torch.arange(12).expand(50, 12))


def test_stretches_around_samples_fill_the_ray():
    samples = samples_around(torch.tensor([[1.2, 1.6, 2.4]]), torch.tensor([1.0]), torch.tensor([3.0]))
    torch.testing.assert_close(samples.t_starts, torch.tensor([[1.0, 1.4, 2.0]]))
    torch.testing.assert_close(samples.t_ends, torch.tensor([[1.4, 2.0, 3.0]]))


@pytest.mark.parametrize("value", [0.0, math.nan])
def test_weights_that_say_nothing_give_even_samples(value: float):
    coarse = stratified_samples(torch.zeros(1), torch.ones(1), 4)
    drawn = importance_samples(coarse, torch.full((1, 4), value), 5)
    expected = torch.tensor([[0.1, 0.3, 0.5, 0.7, 0.9]])
    torch.testing.assert_close(drawn.samples.t.gather(-1, drawn.fine), expected)


class Walls:
    """Dense between two planes; each asked point is counted."""

    bounds = UNIT_CUBE

    def __init__(self, density: float = 8.0, width: float = 0.2) -> None:
        self.value, self.width, self.asked = density, width, 0

    def density_and_color(self, positions, directions=None):
        self.asked += len(positions)
        inside = (positions[:, 2] - 0.11).abs() < self.width / 2
        return self.value * inside.float(), torch.full((len(positions), 3), 0.5)


def straight(count: int) -> Rays:
    return Rays(torch.tensor([[0.0, 0.0, -2.0]]).expand(count, 3), torch.tensor([[0.0, 0.0, 1.0]]).expand(count, 3))


def test_fine_samples_find_the_thickness_that_coarse_ones_blur(generator):
    """A wall of one or two coarse samples stops 1 - exp(-density width); fine ones take most of the error away."""
    expected = 1 - math.exp(-8 * 0.2)
    seen = Renderer(Walls(), 16, fine_samples_per_ray=32)(straight(2000), generator)
    fine, coarse = (float((part.opacity - expected).square().mean().sqrt()) for part in (seen, seen.coarse))
    assert fine < 0.3 * coarse and coarse > 0.05


def test_coarse_answers_are_not_asked_for_again(generator):
    walls = Walls()
    seen = Renderer(walls, 16, fine_samples_per_ray=32)(straight(10), generator)
    assert walls.asked == 10 * (16 + 32) and seen.weights.shape == (10, 48) and seen.coarse.weights.shape == (10, 16)


def test_a_uniform_medium_is_composited_exactly_by_both_kinds_together(generator):
    """1 - exp(-density L) whatever was drawn: the stretches fill the ray."""
    fog = Walls(0.8, 9.0)
    seen = Renderer(fog, 8, fine_samples_per_ray=24)(straight(20), generator)
    torch.testing.assert_close(seen.opacity, torch.full((20,), 1 - math.exp(-1.6)))
    torch.testing.assert_close(seen.lengths.sum(-1), torch.full((20,), 2.0))
    assert bool((seen.t.diff(dim=-1) >= 0).all())


def test_the_coarse_picture_is_that_of_a_renderer_without_fine_samples():
    coarse = Renderer(Walls(), 16)(straight(3), torch.Generator().manual_seed(5))
    both = Renderer(Walls(), 16, fine_samples_per_ray=8)(straight(3), torch.Generator().manual_seed(5))
    assert torch.equal(both.coarse.color, coarse.color) and torch.equal(both.coarse.weights, coarse.weights)


def test_a_ray_that_misses_asks_for_no_fine_samples_either(generator):
    walls = Walls()
    away = Rays(torch.tensor([[0.0, 0.0, 5.0]]), torch.tensor([[0.0, 0.0, 1.0]]))
    seen = Renderer(walls, 8, fine_samples_per_ray=8)(away, generator)
    assert walls.asked == 0 and float(seen.opacity) == 0 and bool(seen.weights.isfinite().all())


def test_both_levels_take_another_shape_together(generator):
    seen = Renderer(Walls(), 8, fine_samples_per_ray=4)(straight(6), generator).reshaped(2, 3)
    assert seen.color.shape == (2, 3, 3) and seen.coarse.weights.shape == (2, 3, 8)
