"""VolSDF's density against scipy's Laplace distribution."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import laplace

from backend.fields.laplace_density import laplace_density


@pytest.mark.parametrize("beta", [0.001, 0.1, 2.0])
def test_it_is_the_distribution_s_cdf_over_beta(beta: float):
    distance = np.linspace(-5, 5, 101) * beta * 3
    found = laplace_density(torch.from_numpy(distance), torch.tensor(beta, dtype=torch.float64))
    np.testing.assert_allclose(found.numpy(), laplace.cdf(-distance, scale=beta) / beta, rtol=1e-12)


def test_far_from_the_surface_nothing_overflows():
    distance = torch.tensor([-1e6, 1e6], requires_grad=True)
    beta = torch.tensor(1e-3, requires_grad=True)
    density = laplace_density(distance, beta)
    density.sum().backward()
    assert density.tolist() == pytest.approx([1000.0, 0.0])
    assert bool(distance.grad.isfinite().all()) and bool(beta.grad.isfinite())


def test_slopes_are_those_of_finite_differences():
    distance = torch.tensor([-0.3, -0.01, 0.02, 0.4], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(laplace_density, (distance, torch.tensor(0.1).double().requires_grad_()))
