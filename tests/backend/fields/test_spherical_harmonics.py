"""Harmonics against their definition: an integral over the sphere, and scipy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import special

from backend.fields.spherical_harmonics import count_harmonics, harmonics


def sphere(count: int) -> torch.Tensor:
    """Evenly spread directions (Fibonacci)."""
    index = torch.arange(count, dtype=torch.float64) + 0.5
    z, turn = 1 - 2 * index / count, math.pi * (1 + 5**0.5) * index
    ring = (1 - z * z).sqrt()
    return torch.stack([ring * turn.cos(), ring * turn.sin(), z], -1)


@pytest.mark.parametrize("degree", [1, 2])
def test_they_are_orthonormal_over_the_sphere_and_have_no_mean(degree):
    values = harmonics(sphere(20_000), degree)
    assert values.shape[1] == count_harmonics(degree)
    overlaps = 4 * math.pi * values.T @ values / len(values)
    assert torch.allclose(overlaps, torch.eye(values.shape[1]).double(), atol=1e-3)
    assert values.mean(0).abs().max() < 1e-3


def test_they_span_what_scipy_calls_the_harmonics_of_a_degree():
    directions = sphere(500)
    x, y, z = directions.numpy().T
    theirs = [
        part(special.sph_harm_y(n, m, np.arccos(z), np.arctan2(y, x)))
        for n in (1, 2)
        for m in range(n + 1)
        for part in ((np.real, np.imag) if m else (np.real,))
    ]
    ours = harmonics(directions, 2).numpy()
    coefficients, *_ = np.linalg.lstsq(np.stack(theirs, -1), ours, rcond=None)
    assert np.abs(np.stack(theirs, -1) @ coefficients - ours).max() < 1e-12


def test_only_the_direction_counts_and_not_its_length():
    directions = sphere(50)
    assert torch.allclose(harmonics(directions, 2), harmonics(7 * directions, 2))


def test_none_of_degree_0_and_none_above_2():
    assert harmonics(sphere(4), 0).shape == (4, 0)
    with pytest.raises(ValueError, match="the highest is 2"):
        harmonics(sphere(4), 3)
