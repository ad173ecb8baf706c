"""NeRF's encoding, by hand and in a slow loop."""

from __future__ import annotations

import math

import pytest
import torch

from backend.fields.positional_encoding import PositionalEncoding


def test_by_hand():
    """gamma(1/4) with two octaves: 1/4, sin(pi/4), sin(pi/2), cos(pi/4), cos(pi/2)."""
    half = math.sqrt(0.5)
    encoded = PositionalEncoding(2, dimensions=1)(torch.tensor([[0.25]], dtype=torch.float64))
    torch.testing.assert_close(encoded, torch.tensor([[0.25, half, 1.0, half, 0.0]], dtype=torch.float64))


@pytest.mark.parametrize("octaves", [0, 1, 6])
def test_against_a_loop(octaves: int, generator):
    encoding = PositionalEncoding(octaves)
    points = 2 * torch.rand(5, 3, generator=generator, dtype=torch.float64) - 1
    for point, encoded in zip(points.tolist(), encoding(points), strict=True):
        waves = [[wave(2**k * math.pi * p) for k in range(octaves) for p in point] for wave in (math.sin, math.cos)]
        expected = torch.tensor([*point, *waves[0], *waves[1]], dtype=torch.float64)
        torch.testing.assert_close(encoded, expected)
        assert len(encoded) == encoding.width
