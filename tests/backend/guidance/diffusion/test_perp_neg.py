"""Perp-Neg's geometry."""

from __future__ import annotations

import torch

from backend.guidance.diffusion.perp_neg import perp_neg_direction, perpendicular


def test_what_is_left_stands_at_a_right_angle_and_the_rest_is_parallel(generator):
    vector, along = torch.randn(2, 4, 8, 8, generator=generator, dtype=torch.float64)
    across = perpendicular(vector, along)
    assert abs(float((across * along).sum())) < 1e-10
    rest = vector - across
    share = rest.flatten()[0] / along.flatten()[0]
    torch.testing.assert_close(rest, share * along)


def test_of_a_parallel_vector_nothing_is_left(generator):
    along = torch.randn(4, 8, 8, generator=generator)
    for factor in (3.0, -0.5):
        assert float(perpendicular(factor * along, along).abs().max()) < 1e-5


def test_across_nothing_is_everything_and_finite(generator):
    vector = torch.randn(4, 8, 8, generator=generator)
    torch.testing.assert_close(perpendicular(vector, torch.zeros_like(vector)), vector)


def test_by_hand_in_the_plane():
    """For (2, 0): from (1, 3) only (0, 3) is taken, half of it; from (5, -1) only (0, -1), twice."""
    wanted = torch.tensor([2.0, 0.0]).view(2, 1, 1)
    first, second = torch.tensor([1.0, 3.0]).view(2, 1, 1), torch.tensor([5.0, -1.0]).view(2, 1, 1)
    found = perp_neg_direction(wanted, [(first, 0.5), (second, 2.0)])
    assert found.flatten().tolist() == [2.0, 0.0 - 1.5 + 2.0]
    assert perp_neg_direction(wanted, []).flatten().tolist() == [2.0, 0.0]
