"""Where rays meet a box, against marching along them in small steps."""

from __future__ import annotations

import pytest
import torch

from backend.cameras.camera import Rays
from backend.fields.field import Bounds

BOX = Bounds((-1.0, -0.5, 0.0), (2.0, 0.5, 1.0))


def march(origin: torch.Tensor, direction: torch.Tensor) -> tuple[float, float] | None:
    t = torch.linspace(0, 20, 200_001, dtype=torch.float64)
    points = origin + t[:, None] * direction
    inside = ((points >= torch.tensor(BOX.low)) & (points <= torch.tensor(BOX.high))).all(dim=-1)
    return (float(t[inside].min()), float(t[inside].max())) if inside.any() else None


def test_near_and_far_agree_with_marching():
    generator = torch.Generator().manual_seed(0)
    origins = 4 * torch.randn(200, 3, generator=generator, dtype=torch.float64)
    targets = torch.randn(200, 3, generator=generator, dtype=torch.float64)
    rays = Rays(origins, torch.nn.functional.normalize(targets - origins, dim=-1))
    near, far = BOX.near_far(rays)
    hits = 0
    for i in range(200):
        expected = march(origins[i], rays.directions[i])
        if expected is None:
            assert float(far[i] - near[i]) < 2e-4
        else:
            hits += 1
            assert (float(near[i]), float(far[i])) == pytest.approx(expected, abs=3e-4)
    assert hits > 20


def test_a_ray_from_inside_enters_at_zero():
    near, far = BOX.near_far(Rays(torch.tensor([[0.0, 0.0, 0.5]]), torch.tensor([[1.0, 0.0, 0.0]])))
    assert near.item() == 0.0 and far.item() == pytest.approx(2.0)


@pytest.mark.parametrize("origin", [[-1.0, 0.0, 0.5], [2.0, 0.0, 0.5], [0.0, 0.5, 0.5]])
def test_a_ray_along_a_face_stays_finite(origin):
    near, far = BOX.near_far(Rays(torch.tensor([origin]), torch.tensor([[0.0, 0.0, 1.0]])))
    assert torch.isfinite(near).all() and torch.isfinite(far).all()


def test_normalized_maps_the_corners():
    corners = BOX.normalized(torch.tensor([BOX.low, BOX.high]))
    torch.testing.assert_close(corners, torch.tensor([[-1.0] * 3, [1.0] * 3]))


def test_a_box_without_space_is_refused():
    with pytest.raises(ValueError, match="hold no space"):
        Bounds((0.0, 0.0, 0.0), (1.0, 0.0, 1.0))
