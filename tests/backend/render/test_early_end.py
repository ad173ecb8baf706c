"""Rays end where their light does: what is not asked, and by how little a picture changes."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.cameras.orbit import orbit_view
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.render.field_query import BATCH
from backend.render.renderer import Renderer


class Fog:
    """Uniform, and brighter further back; keeps the heights it was asked at."""

    bounds = UNIT_CUBE

    def __init__(self, density: float) -> None:
        self.value, self.heights = density, []

    def density_and_color(self, positions, directions=None):
        self.heights.append(positions[:, 2])
        return torch.full((len(positions),), self.value), (positions[:, 2:] / 2 + 0.5).expand(-1, 3)

    def density_gradient(self, positions):
        return torch.ones_like(positions)


def straight() -> Rays:
    return Rays(torch.tensor([[0.0, 0.0, -2.0]]), torch.tensor([[0.0, 0.0, 1.0]]))


@pytest.mark.parametrize("early_stop_transmittance", [0.1, 1e-2, 1e-4])
def test_no_sample_is_asked_in_a_block_that_no_light_reaches(early_stop_transmittance: float):
    """Light falls to the share at depth -log(share) / density; the block around that point is the last one."""
    fog, samples = Fog(6.0), 8 * BATCH
    Renderer(fog, samples, early_stop_transmittance=early_stop_transmittance)(straight())
    ends = -math.log(early_stop_transmittance) / 6.0
    block = 2 / samples * BATCH
    last = float(torch.cat(fog.heights).max()) + 1
    assert math.floor(ends / block) * block < last <= math.ceil(ends / block) * block


@pytest.mark.parametrize("early_stop_transmittance", [0.05, 1e-3])
def test_a_picture_changes_by_no_more_than_the_light_that_was_left(early_stop_transmittance: float):
    field, camera = DenseGrid(UNIT_CUBE, 24), orbit_view(0.4, 0.3, 3.2, 0.7, 24).camera
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        field.raw_density.copy_(2 * torch.randn(field.raw_density.shape, generator=generator) - 3)
        field.raw_color.normal_(generator=generator)
    whole, ended = (
        Renderer(field, 96, early_stop_transmittance=share).picture(camera) for share in (0.0, early_stop_transmittance)
    )
    for name in ("color", "opacity"):
        change = (getattr(whole, name) - getattr(ended, name)).abs().max()
        assert 0 < float(change) <= early_stop_transmittance


def test_gradients_of_what_is_seen_are_those_of_the_whole_ray():
    """Beyond the share nothing has a slope; before it the slopes differ by no more than the share."""
    field = DenseGrid(UNIT_CUBE, 12)
    with torch.no_grad():
        field.raw_density.fill_(-3.0)
    rays = orbit_view(0.4, 0.3, 3.2, 0.7, 8).camera.rays().flat()
    slopes = []
    for share in (0.0, 1e-6):
        (slope,) = torch.autograd.grad(
            Renderer(field, 64, early_stop_transmittance=share)(rays).color.sum(), field.raw_density
        )
        slopes.append(slope)
    torch.testing.assert_close(*slopes, atol=1e-4, rtol=1e-3)


def test_normals_shading_and_fine_samples_come_front_to_back_too(generator):
    renderer = Renderer(Fog(3.0), 4 * BATCH, fine_samples_per_ray=8, early_stop_transmittance=0.1)
    seen = renderer(straight(), generator, normals=True)
    assert seen.normals.shape == (1, 4 * BATCH + 8, 3) and float(seen.normals[0, -1].abs().sum()) == 0
    assert float(seen.normals[0, 0].norm()) == pytest.approx(1)
