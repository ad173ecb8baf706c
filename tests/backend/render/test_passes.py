"""Passes of a ball, whose silhouette, depth and normals are known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from backend.cameras.lens import Lens
from backend.fields.field import UNIT_CUBE
from backend.render.passes import EMPTY_DEPTH, MIN_ALPHA, render_passes, render_passes_within
from backend.render.renderer import Renderer

RADIUS, SIZE, SAMPLES = 0.6, 48, 256


class Ball:
    """Opaque within a fiftieth of its radius; red on the right, green on the left."""

    bounds = UNIT_CUBE

    def __init__(self, density: float = 600.0) -> None:
        self.dense, self.asked = density, 0

    def density(self, positions):
        return self.dense * ((RADIUS - positions.norm(dim=-1)) / 0.003).sigmoid()

    def density_and_color(self, positions, directions=None):
        self.asked += len(positions)
        right = (positions[:, :1] > 0).float()
        return self.density(positions), torch.cat([right, 1 - right, torch.full_like(right, 0.25)], dim=-1)

    def density_gradient(self, positions):
        inside = ((RADIUS - positions.norm(dim=-1)) / 0.003).sigmoid()
        rise = self.dense * inside * (1 - inside) / 0.003
        return -rise[:, None] * torch.nn.functional.normalize(positions, dim=-1)


def from_the_front(distance: float = 4.0) -> torch.Tensor:
    """At -Y, looking along +Y with Z up."""
    return torch.tensor([[1.0, 0, 0, 0], [0, 0, -1, -distance], [0, 1, 0, 0], [0, 0, 0, 1]])


def expected(orthographic: bool, span: float, distance: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    """Depth along the axis (NaN beside the ball) and outward normals, by solving |o + z d| = r for each pixel."""
    edge = ((np.arange(SIZE) + 0.5) / SIZE - 0.5) * span
    x, z = np.meshgrid(edge, -edge)
    at_depth_1 = np.stack([x, np.ones_like(x), z], -1)
    along = np.broadcast_to([0.0, 1.0, 0.0], at_depth_1.shape) if orthographic else at_depth_1
    start = np.stack([x, 0 * x, z], -1) * orthographic + np.array([0.0, -distance, 0.0])
    a, b, c = (along**2).sum(-1), (start * along).sum(-1), (start**2).sum(-1) - RADIUS**2
    with np.errstate(invalid="ignore"):
        depth = (-b - np.sqrt(b**2 - a * c)) / a
    return depth, (start + depth[..., None] * along) / RADIUS


@pytest.mark.parametrize("orthographic", [False, True])
def test_a_ball_is_where_geometry_says(orthographic):
    span = 1.6 if orthographic else 2 * math.tan(0.2)
    lens = Lens.of(from_the_front(), SIZE, SIZE, span, orthographic=orthographic)
    seen = render_passes(Renderer(Ball(), SAMPLES), lens)
    depth, normal = expected(orthographic, span)
    hit = ~np.isnan(depth)
    core = hit & (np.nan_to_num(normal[..., 1]) < -0.4)  # not the rim, where a ray only grazes the surface
    alpha = seen.alpha.numpy()
    assert (alpha[core] > 0.99).all() and ((alpha > 0.5) == hit).mean() > 0.96  # the rest are the soft rim's
    assert np.abs(seen.depth.numpy()[core] - depth[core]).max() < 0.025
    assert (seen.depth.numpy()[alpha <= MIN_ALPHA] == EMPTY_DEPTH).all() and (alpha <= MIN_ALPHA).any()
    assert np.abs(seen.normal.numpy()[core] - normal[core]).max() < 0.05
    assert (seen.normal.numpy()[alpha <= MIN_ALPHA] == 0).all()
    right = core & (normal[..., 0] > 0.05)
    np.testing.assert_allclose(seen.color.numpy()[right], [[1, 0, 0.25]] * right.sum(), atol=1e-3)


def test_thin_stuff_has_straight_color():
    """Premultiplied, it would be dark."""
    lens = Lens.of(from_the_front(), 8, 8, 2 * math.tan(0.05))
    seen = render_passes(Renderer(Ball(density=0.5), SAMPLES), lens)
    assert (seen.alpha < 0.5).all() and (seen.alpha > 0.3).all()
    assert torch.allclose(seen.color[..., 2], torch.full((8, 8), 0.25), atol=1e-3)


@pytest.mark.parametrize("orthographic", [False, True])
@pytest.mark.parametrize(("clip", "visible"), [((0.1, 3.0), False), ((4.7, 9.0), False), ((3.0, 5.0), True)])
def test_what_lies_outside_the_clip_planes_is_not_seen(orthographic, clip, visible):
    lens = Lens.of(from_the_front(), 8, 8, 0.2, orthographic=orthographic, clip=clip)
    alpha = render_passes(Renderer(Ball(), SAMPLES), lens).alpha
    assert (alpha > 0.99).all() if visible else (alpha < MIN_ALPHA).all()


def test_a_clip_plane_through_the_ball_shows_its_cut():
    lens = Lens.of(from_the_front(), 8, 8, 0.2, orthographic=True, clip=(4.0, 9.0))
    depth = render_passes(Renderer(Ball(), SAMPLES), lens).depth
    assert torch.allclose(depth, torch.full((8, 8), 4.0), atol=0.01)


def test_rays_beside_the_box_are_not_asked_for():
    lens = Lens.of(from_the_front(), 32, 32, 8.0, orthographic=True)
    ball = Ball()
    render_passes(Renderer(ball, 16), lens)
    assert 0 < ball.asked <= 8 * 8 * 16  # the box is a quarter of the picture each way


def test_a_picture_beside_the_box_is_empty():
    pose = from_the_front()
    pose[0, 3] = 50.0
    seen = render_passes(Renderer(Ball(), 16), Lens.of(pose, 4, 3, 0.5))
    assert seen.color.shape == (3, 4, 3) and (seen.alpha == 0).all() and (seen.depth == EMPTY_DEPTH).all()
    assert (seen.normal == 0).all() and seen.normal.shape == (3, 4, 3)


def test_without_normals_none_are_made():
    ball = Ball()
    ball.density_gradient = None
    assert render_passes(Renderer(ball, 16), Lens.of(from_the_front(), 4, 4, 0.5), normals=False).normal.shape == (
        0,
        0,
        3,
    )


def test_with_less_time_there_are_fewer_pixels():
    clock = [0.0]

    class Slow(Ball):
        def density_and_color(self, positions, directions=None):
            clock[0] += len(positions) / 1000
            return super().density_and_color(positions, directions)

    lens = Lens.of(from_the_front(), SIZE, SIZE, 0.8, orthographic=True)
    render_passes(Renderer(Slow(), 16), lens)
    whole, sizes = clock[0], []
    for share in (0.0, 0.1, 0.4, 3.0):
        clock[0] = 0.0
        seen = render_passes_within(share * whole, Renderer(Slow(), 16), lens, clock=lambda: clock[0])
        assert clock[0] <= share * whole * 1.13 + whole / 64 * 1.5
        assert seen.alpha.shape == seen.depth.shape == seen.color.shape[:2] == seen.normal.shape[:2]
        sizes.append(seen.alpha.shape)
    assert sizes == sorted(sizes) and sizes[0] == (SIZE // 8,) * 2 and sizes[-1] == (SIZE, SIZE)


def test_a_rendering_without_samples_is_refused():
    from backend.render.passes import _required

    with pytest.raises(ValueError, match="need the samples"):
        _required(None, torch.tensor([0]))
