"""mip-NeRF 360's contraction, against its definition one point at a time, its inverse and finite differences."""

from __future__ import annotations

import pytest
import torch

from backend.fields.contraction import contracted, contracted_pieces, contraction_jacobian, expanded
from backend.fields.integrated_encoding import Gaussians


@pytest.fixture
def points(generator) -> torch.Tensor:
    """Near and far, in double precision."""
    directions = torch.nn.functional.normalize(torch.randn(60, 3, generator=generator, dtype=torch.float64), dim=-1)
    return directions * torch.logspace(-1, 4, 60, dtype=torch.float64)[:, None]


def test_by_the_formula(points):
    for point, found in zip(points, contracted(points), strict=True):
        radius = float(point.norm())
        expected = point if radius <= 1 else (2 - 1 / radius) * point / radius
        torch.testing.assert_close(found, expected)


def test_all_of_space_is_inside_two_and_comes_back(points):
    found = contracted(points)
    assert float(found.norm(dim=-1).max()) < 2
    torch.testing.assert_close(expanded(found), points, rtol=1e-8, atol=0)


def test_the_jacobian_is_that_of_finite_differences(points):
    some = points[::7]
    torch.autograd.gradcheck(contracted, some.clone().requires_grad_())
    steps = 1e-6 * torch.eye(3, dtype=torch.float64)
    columns = [(contracted(some + step) - contracted(some - step)) / 2e-6 for step in steps]
    torch.testing.assert_close(contraction_jacobian(some), torch.stack(columns, -1), atol=1e-8, rtol=1e-4)


def test_a_small_gaussian_is_that_of_contracted_points(generator):
    root = 0.005 * torch.randn(3, 3, generator=generator, dtype=torch.float64)
    mean = torch.tensor([[2.0, -1.0, 0.5]], dtype=torch.float64)
    found = contracted_pieces(Gaussians(mean, (root @ root.T)[None]))
    drawn = contracted(mean + torch.randn(200_000, 3, generator=generator, dtype=torch.float64) @ root.T)
    torch.testing.assert_close(found.mean[0], drawn.mean(dim=0), atol=1e-4, rtol=0)
    torch.testing.assert_close(found.covariance[0], drawn.T.cov(), atol=1e-7, rtol=0.03)


def test_the_middle_itself_has_a_jacobian():
    torch.testing.assert_close(contraction_jacobian(torch.zeros(1, 3))[0], torch.eye(3))
