"""The network of Dream Fields, and a field that tells a stretch from a point."""

from __future__ import annotations

import pytest
import torch
from every_field import small

from backend.config import FieldConfig, recipe
from backend.fields.density_noise import DensityNoise
from backend.fields.field import UNIT_CUBE, ConicalFrustums, query_field
from backend.fields.mip_nerf import MipNerf


def test_its_size_is_that_of_the_published_code():
    """262 waves -> 128; 4 x (norm 128, 128 -> 256 -> 128); 128; then 1 + 3 values: counted by hand."""
    block = 2 * 128 + (128 * 256 + 256) + (256 * 128 + 128)
    expected = (262 * 128 + 128) + 4 * block + (128 * 128 + 128) + (128 * 4 + 4)
    field = MipNerf(UNIT_CUBE, FieldConfig(), "none")
    assert sum(p.numel() for p in field.parameters()) == expected == 315_396


def frustums(t: float, length: float, radius: float, count: int) -> ConicalFrustums:
    return ConicalFrustums(*(torch.full((count,), value, dtype=torch.float64) for value in (t, length, radius)))


def test_a_thin_short_stretch_is_a_point(generator):
    field = small("mip_nerf").double()
    field.point_width = 0.0
    at = torch.rand(20, 3, generator=generator, dtype=torch.float64) - 0.5
    along = torch.nn.functional.normalize(torch.randn(20, 3, generator=generator, dtype=torch.float64), dim=-1)
    point, piece = field.density(at), field.density_and_color(at, along, frustums(3.0, 1e-6, 1e-7, 20))[0]
    torch.testing.assert_close(piece, point)
    wide = field.density_and_color(at, along, frustums(3.0, 0.5, 0.1, 20))[0]
    assert float((wide - point).abs().max().detach()) > 1e-4


def test_stretches_are_named_only_to_those_who_want_them(generator):
    at, along = torch.zeros(2, 3), torch.eye(3)[:2]
    given = ConicalFrustums(torch.ones(2), torch.ones(2), torch.ones(2))
    grid, mip = small("dense_grid"), small("mip_nerf")
    assert torch.equal(query_field(grid, at, along, given)[0], grid.density(at))
    assert torch.equal(query_field(mip, at, along, given)[0], mip.density_and_color(at, along, given)[0])
    shaken = DensityNoise(mip, 0.0, generator)
    assert shaken.integrates_frustums and not DensityNoise(grid, 0.0, generator).integrates_frustums
    torch.testing.assert_close(shaken.density_and_color(at, along, given)[0], query_field(mip, at, along, given)[0])


@pytest.mark.parametrize("name", ["dream-fields-lq", "dream-fields-mq", "dream-fields-hq"])
def test_the_recipes_of_dream_fields_name_it(name: str):
    """Density softplus(raw) in the cube of side 2, no view direction, rate 1e-4 (published config)."""
    field = recipe(name).field
    assert (field.kind, field.density_init, field.view_dependent_color, field.mip_nerf.learning_rate) == (
        "mip_nerf", "none", False, 1e-4,
    )  # fmt: skip
    assert field.density_scale / 2 == 1.0 and field.mip_nerf.degree == 8 and field.mip_nerf.blocks == 4
