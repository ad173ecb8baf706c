"""Terms along rays by hand-worked numbers, double loops and finite differences."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.guidance.regularizers.ray_terms import clipped_transmittance, distortion, opacity_entropy, orientation
from backend.render.renderer import Renderer


def test_transmittance_is_rewarded_up_to_its_target_only():
    assert float(clipped_transmittance(torch.tensor([0.5, 0.9]), 0.88)) == pytest.approx(-0.3)
    clear = torch.tensor([0.0, 0.1], requires_grad=True)
    reward = clipped_transmittance(clear, 0.88)
    reward.backward()
    assert float(reward.detach()) == pytest.approx(-0.88) and float(clear.grad.abs().sum()) == 0


def test_entropy_is_largest_at_one_half_and_has_finite_slopes_at_the_ends():
    assert float(opacity_entropy(torch.tensor([0.5]))) == pytest.approx(math.log(2))
    ends = torch.tensor([0.0, 1.0], requires_grad=True)
    entropy = opacity_entropy(ends)
    entropy.backward()
    assert float(entropy.detach()) < 2e-3 and bool(ends.grad.isfinite().all())


def test_distortion_by_hand():
    """Half a weight in the first and last of four equal stretches: 2 (1/4) (3/4) + 1/3 (1/4 + 1/4) (1/4) = 5/12."""
    weights, lengths = torch.tensor([[0.5, 0.0, 0.0, 0.5]]), torch.full((1, 4), 2.5)
    assert float(distortion(weights, lengths)) == pytest.approx(5 / 12)


def by_double_sum(weights: torch.Tensor, lengths: torch.Tensor) -> float:
    """Equation 15 of mip-NeRF 360 as it is printed, ray after ray."""
    rays = []
    for w, stretches in zip(weights.tolist(), lengths.tolist(), strict=True):
        ends = [0.0]
        for stretch in stretches:
            ends.append(ends[-1] + stretch / sum(stretches))
        middles = [(a + b) / 2 for a, b in zip(ends, ends[1:], strict=False)]
        pairs = sum(w[i] * w[j] * abs(middles[i] - middles[j]) for i in range(len(w)) for j in range(len(w)))
        rays.append(pairs + sum(w[i] ** 2 * (ends[i + 1] - ends[i]) for i in range(len(w))) / 3)
    return sum(rays) / len(rays)


def test_distortion_in_one_pass_equals_the_double_sum(generator):
    """Stretches of unequal lengths."""
    weights, lengths = torch.rand(2, 5, 20, generator=generator, dtype=torch.float64)
    assert float(distortion(weights / 20, lengths)) == pytest.approx(by_double_sum(weights / 20, lengths), rel=1e-12)


def test_distortion_does_not_ask_how_long_the_box_is(generator):
    weights, lengths = torch.rand(2, 5, 20, generator=generator)
    torch.testing.assert_close(distortion(weights, lengths), distortion(weights, 100 * lengths))


def test_a_ray_that_misses_the_box_is_not_distorted():
    weights = torch.zeros(1, 4, requires_grad=True)
    distortion(weights, torch.zeros(1, 4)).backward()
    assert bool(weights.grad.isfinite().all())


def test_the_slope_of_distortion_is_that_of_finite_differences(generator):
    weights, lengths = torch.rand(2, 3, 8, generator=generator, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda w: distortion(w, lengths), weights.requires_grad_())


def test_orientation_by_hand():
    """Along z: a normal away counts in full, one at 60 degrees a quarter, one towards the camera nothing."""
    normals = torch.tensor([[[0, 0, 1.0], [math.sin(math.pi / 3), 0, 0.5], [0, 0, -1]]])
    weights = torch.tensor([[0.2, 0.4, 0.4]])
    along_z = torch.tensor([[0.0, 0, 1]])
    assert float(orientation(weights, normals, along_z)) == pytest.approx(0.2 + 0.4 / 4)


def test_orientation_turns_normals_and_leaves_weights_alone(generator):
    normals = torch.nn.functional.normalize(torch.randn(2, 4, 3, generator=generator, dtype=torch.float64), dim=-1)
    weights = torch.rand(2, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    directions = torch.tensor([[0.0, 0, 1], [0.6, 0.8, 0]], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda n: orientation(weights.detach(), n, directions), normals.requires_grad_())
    orientation(weights, normals, directions).backward()
    assert weights.grad is None


def test_orientation_reaches_the_grid_through_its_normals(generator):
    """The slope of the whole way, grid to normals to term, against finite differences in the cell that matters most.

    The weights are constants to the term, so they are held while the grid is changed.
    """
    grid = DenseGrid(UNIT_CUBE, 5).double()
    torch.nn.init.normal_(grid.raw_density, mean=-4, generator=generator)
    rays = Rays(torch.tensor([[0.1, -3.0, 0.2]]).double(), torch.tensor([[0.0, 1.0, 0.0]]).double())
    held = Renderer(grid, 16)(rays, normals=True).weights.detach()

    def term() -> torch.Tensor:
        seen = Renderer(grid, 16)(rays, normals=True)
        return orientation(held, seen.normals, seen.directions)

    term().backward()
    raw, place, step = grid.raw_density.detach().view(-1), int(grid.raw_density.grad.abs().argmax()), 1e-6
    with torch.no_grad():
        raw[place] += step
        above = float(term())
        raw[place] -= 2 * step
        rise = (above - float(term())) / (2 * step)
    assert float(grid.raw_density.grad.flatten()[place]) == pytest.approx(rise, rel=1e-5) and abs(rise) > 1e-4
