"""Planes against a loop that says what bilinear means."""

import torch

from backend.priors.planes import AXES, feature_count, row_width, sample_planes


def slowly(row, position, levels):
    found, start = [], 0
    for edge, channels in levels:
        for axes in AXES:
            texels = row[start : start + edge * edge * channels].reshape(edge, edge, channels)
            start += edge * edge * channels
            at = [min(max((float(position[axis]) + 1) / 2 * (edge - 1), 0.0), edge - 1.0) for axis in axes]
            low = [min(int(value), edge - 2) for value in at]
            total = torch.zeros(channels, dtype=row.dtype)
            for i in (0, 1):
                for j in (0, 1):
                    weights = [
                        abs(1 - step - (value - first)) for step, value, first in zip((i, j), at, low, strict=True)
                    ]
                    total += weights[0] * weights[1] * texels[low[0] + i, low[1] + j]
            found.append(total)
    return torch.cat(found)


def test_planes_are_bilinear_means_with_texels_at_the_corners_and_the_edge_outside(generator):
    levels = ((3, 2), (5, 4))
    row = torch.randn(row_width(levels), generator=generator, dtype=torch.float64)
    positions = 2.6 * torch.rand(50, 3, generator=generator, dtype=torch.float64) - 1.3
    sampled = sample_planes(row, positions, levels)
    assert sampled.shape == (50, feature_count(levels))
    expected = torch.stack([slowly(row, position, levels) for position in positions])
    torch.testing.assert_close(sampled, expected)


def test_what_is_read_is_differentiable_in_row_and_position(generator):
    levels = ((4, 2),)
    row = torch.randn(row_width(levels), generator=generator, dtype=torch.float64, requires_grad=True)
    positions = (1.8 * torch.rand(5, 3, generator=generator, dtype=torch.float64) - 0.9).requires_grad_()
    assert torch.autograd.gradcheck(lambda *both: sample_planes(*both, levels), (row, positions))
