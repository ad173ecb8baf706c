"""What is kept out, in the compiled loops and in the plain renderer."""

from __future__ import annotations

import pytest
import torch

from backend.cameras.camera import Camera
from backend.cameras.orbit import look_at
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.fields.region_shapes import TurnedBox
from backend.fields.regions import RegionField, RegionGrid, Regions
from backend.render.fused.availability import why_not_fused
from backend.render.fused.jit import has_numba
from backend.render.renderer import Renderer

OUT = TurnedBox(torch.eye(3), torch.tensor([0.3, 0.0, 0.2]), torch.tensor([0.3, 0.5, 0.4]))


@pytest.fixture
def field():
    made = DenseGrid(UNIT_CUBE, 12).double()
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        made.raw_density.copy_(torch.randn(made.raw_density.shape, generator=generator) - 3)
        made.raw_color.copy_(torch.randn(made.raw_color.shape, generator=generator))
    return made


def rays():
    return Camera.from_fov(look_at(torch.tensor([1.2, -3.0, 0.8]), torch.zeros(3)), 24, 24, 0.8).rays().flat()


def shown(field, kind, names):
    field.zero_grad()
    through = rays()
    through = type(through)(through.origins.double(), through.directions.double())
    rendering = Renderer(kind(field, Regions(keep_out=(OUT,), band=0.15)), 48)(through)
    (rendering.color.square().sum() + rendering.opacity.sum() + rendering.depth.sum()).backward()
    seen = [getattr(rendering, name).detach() for name in names]
    return [*seen, field.raw_density.grad.to_dense().clone(), field.raw_color.grad.to_dense().clone()]


@pytest.mark.skipif(not has_numba(), reason="numba is not installed")
def test_the_loops_see_what_the_plain_renderer_sees_and_learn_the_same(field):
    names = ("color", "opacity", "depth", "weights", "density")
    assert why_not_fused(RegionGrid(field, Regions(keep_out=(OUT,))), rays()) != "RegionGrid is not a dense grid"
    fused, plain = shown(field, RegionGrid, names), shown(field, RegionField, names)
    for one, other in zip(fused, plain, strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=1e-9)
    assert fused[1].max() > 0.1


def test_nothing_of_what_is_kept_out_is_learned(field):
    slope = shown(field, RegionField, ())[0]
    centers = (torch.arange(12) + 0.5) / 6 - 1
    x, y, z = torch.meshgrid(centers, centers, centers, indexing="ij")
    deep = ((x - 0.3).abs() < 0.13) & (y.abs() < 0.33) & ((z - 0.2).abs() < 0.23)
    assert deep.any() and (slope[deep] == 0).all() and (slope != 0).any()


def test_what_wraps_a_grid_otherwise_is_not_taken_for_one(field):
    assert why_not_fused(RegionField(field, Regions()), rays()) == "RegionField is not a dense grid"
