"""mip-NeRF's Gaussians and means of waves, against drawn points."""

from __future__ import annotations

import math

import pytest
import torch

from backend.fields.field import Bounds, ConicalFrustums
from backend.fields.integrated_encoding import (
    Gaussians,
    IntegratedEncoding,
    cell_gaussians,
    frustum_gaussians,
    normalized_gaussians,
    random_frequencies,
)

DRAWN = 200_000


def in_a_frustum(t: float, length: float, radius: float, generator) -> torch.Tensor:
    """Points uniform in the volume of a cone's piece along +Z from the origin, by rejection from a box."""
    top = radius * (t + length / 2)
    box = torch.rand(8 * DRAWN, 3, generator=generator, dtype=torch.float64)
    points = torch.stack([(2 * box[:, 0] - 1) * top, (2 * box[:, 1] - 1) * top, t + (box[:, 2] - 0.5) * length], -1)
    return points[points[:, :2].norm(dim=-1) <= radius * points[:, 2]]


@pytest.mark.parametrize(("t", "length", "radius"), [(3.0, 2.0, 0.2), (1.0, 1.9, 0.7), (10.0, 0.1, 0.05)])
def test_the_gaussian_has_the_moments_of_the_frustum(t: float, length: float, radius: float, generator):
    points = in_a_frustum(t, length, radius, generator)
    stretch = ConicalFrustums(*(torch.tensor([value], dtype=torch.float64) for value in (t, length, radius)))
    up = torch.tensor([[0.0, 0.0, 1.0]], dtype=torch.float64)
    found = frustum_gaussians(t * up, up, stretch)
    error = 5 * points.std(dim=0) / math.sqrt(len(points))
    assert bool(((found.mean[0] - points.mean(dim=0)).abs() < error).all())
    torch.testing.assert_close(found.covariance[0].diag(), points.T.cov().diag(), rtol=0.01, atol=0)
    assert float((found.covariance[0] - found.covariance[0].diag().diag()).abs().max()) < 1e-12


def test_a_slanted_frustum_is_the_upright_one_turned(generator):
    """Along any unit direction: the eigenvector of the odd eigenvalue is the direction."""
    direction = torch.nn.functional.normalize(torch.tensor([[1.0, 2.0, -0.5]], dtype=torch.float64), dim=-1)
    values = (torch.tensor([value], dtype=torch.float64) for value in (3.0, 2.0, 0.1))
    found = frustum_gaussians(3 * direction, direction, ConicalFrustums(*values))
    up = torch.tensor([[0.0, 0.0, 1.0]], dtype=torch.float64)
    straight = frustum_gaussians(
        3 * up, up, ConicalFrustums(*(torch.tensor([v], dtype=torch.float64) for v in (3.0, 2.0, 0.1)))
    )
    eigenvalues, vectors = torch.linalg.eigh(found.covariance[0])
    torch.testing.assert_close(eigenvalues, straight.covariance[0].diag().sort().values)
    assert float((vectors[:, -1] @ direction[0]).abs()) == pytest.approx(1.0)
    assert float(found.mean[0] @ direction[0]) == pytest.approx(float(straight.mean[0, 2]))


def test_a_stretch_at_the_very_tip_is_finite():
    zero = torch.zeros(1)
    found = frustum_gaussians(torch.zeros(1, 3), torch.tensor([[0.0, 0.0, 1.0]]), ConicalFrustums(zero, zero, zero))
    assert bool(found.mean.isfinite().all()) and float(found.covariance.abs().max()) == 0


def test_the_encoding_is_the_mean_of_waves_over_the_gaussian(generator):
    encoding = IntegratedEncoding(20, 3).double()
    root = 0.2 * torch.randn(3, 3, generator=generator, dtype=torch.float64)
    mean = torch.tensor([[0.3, -0.2, 0.6]], dtype=torch.float64)
    encoded = encoding(Gaussians(mean, (root @ root.T)[None]))[0]
    points = mean + torch.randn(DRAWN, 3, generator=generator, dtype=torch.float64) @ root.T
    angles = points @ encoding.frequencies.T
    waves = torch.cat([angles.cos(), angles.sin()], dim=-1)
    assert len(encoded) == encoding.width == 2 * 23
    torch.testing.assert_close(encoded, waves.mean(dim=0), atol=5 / math.sqrt(DRAWN), rtol=0)


def test_without_width_it_is_the_wave_itself(generator):
    encoding = IntegratedEncoding(8, 4).double()
    points = torch.rand(6, 3, generator=generator, dtype=torch.float64)
    angles = points @ encoding.frequencies.T
    torch.testing.assert_close(encoding(cell_gaussians(points, 0.0)), torch.cat([angles.cos(), angles.sin()], -1))


def test_a_cell_varies_as_points_in_a_cube_do(generator):
    drawn = 0.3 * (torch.rand(DRAWN, 3, generator=generator) - 0.5)
    torch.testing.assert_close(cell_gaussians(torch.zeros(1, 3), 0.3).covariance[0], drawn.T.cov(), atol=2e-4, rtol=0)


def test_pieces_in_a_box_s_coordinates_are_drawn_points_in_them(generator):
    bounds = Bounds((0.0, -1.0, 2.0), (1.0, 1.0, 6.0))
    root = 0.1 * torch.randn(3, 3, generator=generator)
    mean = torch.tensor([[0.4, 0.1, 3.0]])
    found = normalized_gaussians(Gaussians(mean, (root @ root.T)[None]), bounds)
    drawn = bounds.normalized(mean + torch.randn(DRAWN, 3, generator=generator) @ root.T)
    torch.testing.assert_close(found.mean[0], drawn.mean(dim=0), atol=2e-3, rtol=0)
    torch.testing.assert_close(found.covariance[0], drawn.T.cov(), atol=1e-3, rtol=0.02)


def test_frequencies_are_spread_evenly_over_octaves_and_directions():
    torch.manual_seed(0)
    drawn = random_frequencies(20_000, 8)
    assert torch.equal(drawn[:3], torch.eye(3)) and torch.equal(drawn, drawn.trunc())
    lengths = drawn[3:].norm(dim=-1)
    assert float(lengths.max()) <= 256
    assert float((lengths > 16).float().mean()) == pytest.approx(0.5, abs=0.02)  # rounding only matters below
    assert float(torch.nn.functional.normalize(drawn[3:], dim=-1).mean(dim=0).abs().max()) < 0.03
