"""What keeps space empty, by hand-worked numbers."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.orbit import orbit_view
from backend.config import DreamFieldsConfig, recipe
from backend.guidance.dream_fields.sparsity import (
    LOSSES,
    size_on_picture,
    target_transmittance,
    total_loss,
)

OPACITY = torch.tensor([0.0, 0.5, 0.9, 1.0])  # transmittance 1, 0.5, 0.1, 0: its mean is 0.4
SIMILARITY = torch.tensor(0.3)


def loss(kind: str, tau: float = 0.88, **changes) -> float:
    return float(total_loss(DreamFieldsConfig(sparsity=kind, **changes), SIMILARITY, OPACITY, tau))


@pytest.mark.parametrize(
    ("kind", "tau", "expected"),
    [
        ("none", 0.88, -0.3),
        ("perturbed_density", 0.88, -0.3),
        ("clipped_additive", 0.88, -0.3 - 0.5 * 0.4),
        ("clipped_additive", 0.25, -0.3 - 0.5 * 0.25),
        ("clipped_gated", 0.88, -0.4 * 0.3),
        ("clipped_gated", 0.25, -0.25 * 0.3),
        ("gated", 0.88, -0.4 * 0.3),
        ("gated", 0.25, -0.4 * 0.3),  # knows no target
    ],
)
def test_each_loss_by_hand(kind: str, tau: float, expected: float):
    assert loss(kind, tau) == pytest.approx(expected, abs=1e-6)


def test_the_beta_prior_by_hand():
    """log T + log(1 - T) of 0.5 is -2 ln 2, of 0.1 is ln 0.09; 1 and 0 are cut at 1e-6."""
    cut = math.log(1e-6)
    mean = (cut - 2 * math.log(2) + math.log(0.09) + cut) / 4
    assert loss("beta_prior") == pytest.approx(-0.3 + 1e-3 * mean, abs=1e-5)
    assert loss("beta_prior", beta_weight=0.1) == pytest.approx(-0.3 + 0.1 * mean, abs=1e-3)


def test_the_beta_prior_likes_a_ray_that_hits_or_misses():
    config = DreamFieldsConfig(sparsity="beta_prior")
    losses = [float(total_loss(config, SIMILARITY, torch.tensor([o]), 0.5)) for o in (0.0, 0.2, 0.5, 0.8, 1.0)]
    assert max(losses) == losses[2] and losses[0] == pytest.approx(losses[4], abs=1e-5)


def test_every_setting_has_its_loss():
    from backend.config.guidance import SPARSITIES

    assert set(LOSSES) == set(SPARSITIES)


@pytest.mark.parametrize(
    ("step", "tau"),
    [
        (0, 0.40),
        (250, 1 - math.sqrt(0.6 * 0.12)),  # half way, the geometric mean of the two opacities: 0.7317
        (125, 1 - 0.6 * 0.2**0.25),
        (500, 0.88),
        (9000, 0.88),
    ],
)
def test_the_target_of_dream_fields_by_hand(step: int, tau: float):
    assert target_transmittance(step, 0.40, 0.88, 500) == pytest.approx(tau, abs=1e-12)


def test_the_target_is_that_of_the_published_code():
    """There: opacity from 0.5 to 0.1 by equal ratios, times focal^2 / (radius / 4)^2 / 1.2 with focal 1.2, radius 4."""
    for step in (0, 100, 333, 500):
        done = min(step / 500, 1.0)
        published = math.exp(math.log(0.5) * (1 - done) + math.log(0.1) * done) * 1.2**2 / 1.2
        assert 1 - target_transmittance(step, 0.40, 0.88, 500) == pytest.approx(published, abs=1e-9)


def test_a_target_of_nothing_but_space_is_taken():
    assert target_transmittance(500, 0.4, 1.0, 500) == pytest.approx(1.0, abs=1e-5)


def test_the_object_seen_twice_as_large_may_hide_four_times_as_much():
    assert target_transmittance(500, 0.40, 0.88, 500, size=4.0) == pytest.approx(1 - 0.48)
    assert target_transmittance(0, 0.40, 0.88, 500, size=4.0) == 0.0  # it may hide everything, and no more


def test_the_size_on_the_picture_is_one_for_the_published_camera():
    fov = math.radians(recipe("dream-fields-lq").orbit.fov_degrees)
    published = orbit_view(1.0, math.radians(30), 4.0, fov, 88)
    assert size_on_picture([published]) == pytest.approx(1.0, abs=1e-6)
    near = orbit_view(1.0, 0.3, 2.0, fov, 88)
    wide = orbit_view(1.0, 0.3, 4.0, 2 * math.atan(2 * math.tan(fov / 2)), 64)
    assert size_on_picture([near]) == pytest.approx(4.0, abs=1e-6)
    assert size_on_picture([wide]) == pytest.approx(0.25, abs=1e-6)
    assert size_on_picture([near, wide]) == pytest.approx(2.125, abs=1e-6)


def test_beyond_the_target_emptiness_has_no_slope():
    clear = torch.tensor([0.0, 0.1], requires_grad=True)
    total_loss(DreamFieldsConfig(), SIMILARITY, clear, 0.88).backward()
    assert float(clear.grad.abs().sum()) == 0
    dense = torch.tensor([0.5, 0.9], requires_grad=True)
    total_loss(DreamFieldsConfig(), SIMILARITY, dense, 0.88).backward()
    torch.testing.assert_close(dense.grad, torch.full((2,), 0.5 / 2))
