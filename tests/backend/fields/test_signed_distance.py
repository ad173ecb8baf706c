"""The signed distance field: a ball at first, whatever the encoding, and density by VolSDF's formula."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from every_field import SMALL, small
from scipy.stats import laplace

from backend.config import SdfConfig
from backend.config.networks import ENCODINGS
from backend.fields.encodings import ENCODINGS as BUILT
from backend.fields.field import Bounds
from backend.guidance.regularizers.field_terms import eikonal

BOX = Bounds((1.0, 1.0, 1.0), (5.0, 5.0, 5.0))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_begins_nearly_as_a_ball(encoding: str, generator):
    field = small("sdf", BOX, sdf=replace(SMALL.sdf, encoding=encoding))
    at = 1 + 4 * torch.rand(500, 3, generator=generator)
    away = ((at - 3) / 2).norm(dim=-1)
    torch.testing.assert_close(field.distance(at).detach(), away - 0.6, atol=0.1, rtol=0)


def test_every_encoding_that_a_config_may_name_can_be_built():
    assert set(SdfConfig.__dataclass_fields__["encoding"].metadata["choices"]) == set(BUILT)


def test_its_density_is_the_laplace_cdf_of_its_distance_per_meter(generator):
    """Half-widths are 2 m, so a density per half-width is half of that per meter."""
    field = small("sdf", BOX, sdf=SdfConfig(beta=0.07, layers=1, width=8)).double()
    at = 1 + 4 * torch.rand(100, 3, generator=generator, dtype=torch.float64)
    distance = field.distance(at).detach().numpy()
    expected = torch.from_numpy(laplace.cdf(-distance, scale=0.07) / 0.07 / 2)
    torch.testing.assert_close(field.density(at).detach(), expected, rtol=1e-6, atol=1e-12)


def test_beta_is_learned_and_never_reaches_nothing():
    field = small("sdf")
    field.density(torch.zeros(1, 3) + 0.58).sum().backward()
    assert float(field.learned_beta.grad.abs()) > 0
    with torch.no_grad():
        field.learned_beta.fill_(-0.05)
    assert float(field.beta.detach()) == pytest.approx(0.051)
    with torch.no_grad():
        field.learned_beta.zero_()
    assert bool(field.density(torch.rand(50, 3)).isfinite().all())


def test_the_eikonal_term_is_that_of_finite_differences(generator):
    """mean (|grad d| - 1)^2 of the distance itself, without a unit in a box of any size."""
    field = small("sdf", BOX).double()
    with torch.no_grad():
        field.trunk[-1].weight[0] *= 30
    at = 1.2 + 3.6 * torch.rand(200, 3, generator=generator, dtype=torch.float64)
    half_width, step = 2.0, 1e-6
    with torch.no_grad():
        steps = step * half_width * torch.eye(3, dtype=torch.float64)
        rises = [(field.distance(at + h) - field.distance(at - h)) / (2 * step) for h in steps]
    expected = (torch.stack(rises, -1).norm(dim=-1) - 1).square().mean()
    assert float(expected) > 1e-3
    found = eikonal(field, at, 0.03)
    assert found.requires_grad
    torch.testing.assert_close(found.detach(), expected, rtol=0.02, atol=0)  # a few points lie beside a kink
