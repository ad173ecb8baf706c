"""Interpolation against scipy, the fast twin against the plain one, gradients against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.interpolate import RegularGridInterpolator

from backend.fields.trilinear import corners, gather, interpolate, resampled, value_and_slope

SHAPE = (5, 7, 4)


@pytest.fixture
def volume(generator) -> torch.Tensor:
    return torch.randn(*SHAPE, 3, generator=generator, dtype=torch.float64)


@pytest.fixture
def positions(generator) -> torch.Tensor:
    """Inside, on the faces, and a little outside."""
    inside = 2 * torch.rand(200, 3, generator=generator, dtype=torch.float64) - 1
    return torch.cat([inside, 1.2 * inside[:50], torch.tensor([[-1.0, 0, 1], [1, 1, 1], [-1, -1, -1]]).double()])


def by_scipy(volume: torch.Tensor, positions: torch.Tensor) -> np.ndarray:
    """Linear between cell centers; beyond the outermost centers the edge value."""
    centers = [(np.arange(n) + 0.5) / n * 2 - 1 for n in volume.shape[:3]]
    clamped = np.stack([np.clip(positions[:, i], c[0], c[-1]) for i, c in enumerate(centers)], -1)
    return RegularGridInterpolator(centers, volume.numpy())(clamped)


def test_the_plain_form_equals_scipy(volume, positions):
    np.testing.assert_allclose(interpolate(volume, positions).numpy(), by_scipy(volume, positions), atol=1e-12)


def test_the_fast_twin_equals_scipy(volume, positions):
    found = gather(volume, *corners(positions, SHAPE))
    np.testing.assert_allclose(found.numpy(), by_scipy(volume, positions), atol=1e-12)


def test_the_twins_have_the_same_gradient(volume, positions):
    weights = torch.randn(len(positions), 3, dtype=torch.float64)
    gradients = []
    for form in (interpolate, lambda v, p: gather(v, *corners(p, SHAPE))):
        leaf = volume.clone().requires_grad_()
        (form(leaf, positions) * weights).sum().backward()
        gradients.append(leaf.grad)
    torch.testing.assert_close(*gradients)


def test_the_gradient_equals_finite_differences(volume, positions):
    index, shares = corners(positions[:20], SHAPE)
    assert torch.autograd.gradcheck(lambda v: gather(v, index, shares), volume.requires_grad_())


def test_shares_are_a_partition_of_one(positions):
    index, shares = corners(positions, SHAPE)
    torch.testing.assert_close(shares.sum(-1), torch.ones(len(positions), dtype=torch.float64))
    assert int(index.min()) >= 0 and int(index.max()) < 5 * 7 * 4 and float(shares.min()) >= 0


def test_a_linear_function_survives_resampling_in_the_interior():
    """p -> (x, y, z) at cell centers, resampled, is still the position wherever no edge value is near."""
    axes = [(torch.arange(n) + 0.5) / n * 2 - 1 for n in (8, 8, 8)]
    volume = torch.stack(torch.meshgrid(*axes, indexing="ij"), dim=-1)
    finer = resampled(volume, (16, 16, 16))
    axis = (torch.arange(16) + 0.5) / 16 * 2 - 1
    torch.testing.assert_close(finer[1:-1, 5, 5, 0], axis[1:-1])
    torch.testing.assert_close(finer[5, 5, 1:-1, 2], axis[1:-1])


def test_value_and_slope_are_those_of_the_interpolation(volume, positions):
    """The slope against autograd through torch's grid_sample, everywhere, also where the edge value holds."""
    one, places = volume[..., :1], positions.clone().requires_grad_()
    plain = interpolate(one, places)[:, 0]
    (expected,) = torch.autograd.grad(plain.sum(), places)
    value, slope = value_and_slope(one, positions)
    torch.testing.assert_close(value, plain.detach())
    torch.testing.assert_close(slope, expected)


def test_the_slope_is_differentiable_in_the_volume(volume, positions):
    one = volume[..., :1].clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda v: value_and_slope(v, positions[:20]), one)


def test_a_constant_volume_has_a_slope_of_exactly_zero(positions):
    _, slope = value_and_slope(torch.full((*SHAPE, 1), -7.3), positions.float())
    assert float(slope.abs().max()) == 0
