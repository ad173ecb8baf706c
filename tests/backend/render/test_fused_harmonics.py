"""The compiled loops with harmonics against torch's own derivative of the sum that they stand for."""

from __future__ import annotations

import pytest
import torch

from backend.cameras.camera import Rays
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.render.fused.march import march
from backend.render.stratified import stratified_samples


def composited(field, rays, samples):
    points = samples.points(rays.origins, rays.directions)
    directions = rays.directions[:, None].expand_as(points).flatten(0, 1)
    density, color = field.density_and_color(points.flatten(0, 1), directions)
    passed = torch.exp(-(density.view(samples.t.shape) * samples.lengths))
    light = torch.cumprod(torch.cat([torch.ones_like(passed[:, :1]), passed], 1), 1)[:, :-1]
    return ((light * (1 - passed))[..., None] * color.view(*samples.t.shape, 3)).sum(1)


@pytest.mark.parametrize("sparse", [False, True], ids=["dense gradients", "sparse gradients"])
def test_colors_and_gradients_are_those_of_the_plain_sum(sparse):
    torch.manual_seed(1)
    field = DenseGrid(UNIT_CUBE, 6, 3, 1).double()
    for parameter in field.parameters():
        parameter.data.normal_()
    origins = 3 * torch.nn.functional.normalize(torch.randn(7, 3).double(), dim=-1)
    rays = Rays(origins, 0.4 * torch.randn(7, 3).double() - origins)
    samples = stratified_samples(*UNIT_CUBE.near_far(rays), 12)
    field.sparse_gradients = sparse
    pull = torch.randn(7, 3).double()
    fused, plain = march(field, rays, samples).color, composited(field, rays, samples)
    assert torch.allclose(fused, plain, atol=1e-12)
    expected = torch.autograd.grad((plain * pull).sum(), list(field.parameters()))
    (fused * pull).sum().backward()
    for parameter, gradient in zip(field.parameters(), expected, strict=True):
        assert parameter.grad.is_sparse == sparse
        assert torch.allclose(parameter.grad.to_dense(), gradient, atol=1e-12)
