"""Terms at points of the box, of fields that are known by formula."""

from __future__ import annotations

import math

import pytest
import torch

from backend.fields.field import UNIT_CUBE, Bounds
from backend.guidance.regularizers.field_terms import (
    asymmetry,
    depth_below,
    depth_outside,
    eikonal,
    random_positions,
    smoothness,
)
from backend.guidance.regularizers.shapes import SHAPES

WIDE = Bounds((0.0, 0.0, 0.0), (4.0, 4.0, 4.0))
HALF_OPAQUE = math.log(2) / 0.02
"""The density in the unit cube at which a stretch of 2 / 100 stops half of the light."""


class ByFormula:
    """Density and color as functions of position; the gradient by autograd."""

    def __init__(self, density, color=lambda p: torch.full_like(p, 0.5), bounds: Bounds = UNIT_CUBE) -> None:
        self.density, self.color, self.bounds = density, color, bounds

    def density_and_color(self, positions, directions=None):
        return self.density(positions), self.color(positions)

    def density_gradient(self, positions):
        at = positions.detach().requires_grad_()
        return torch.autograd.grad(self.density(at).sum(), at, create_graph=True)[0]


def fog(positions: torch.Tensor) -> torch.Tensor:
    return torch.full_like(positions[:, 0], 2.0)


@pytest.fixture
def points(generator) -> torch.Tensor:
    return random_positions(UNIT_CUBE, 4000, generator)


def test_points_fill_the_box(generator):
    """Their mean and spread are those of the uniform distribution in the box."""
    drawn = random_positions(Bounds((0.0, -1.0, 2.0), (1.0, 3.0, 2.5)), 20_000, generator)
    torch.testing.assert_close(drawn.mean(0), torch.tensor([0.5, 1.0, 2.25]), atol=0.03, rtol=0)
    torch.testing.assert_close(drawn.std(0), torch.tensor([1.0, 4.0, 0.5]) / math.sqrt(12), atol=0.02, rtol=0)


@pytest.mark.parametrize(("fall", "expected"), [(0.1, 0.0), (0.05, 1.0), (0.2, 0.25)])
def test_eikonal_is_zero_where_density_falls_by_e_within_the_width(fall: float, expected: float, points):
    """VolSDF's ball, density = 90 exp(-d / fall): width |grad log density| = 0.1 / fall, so (0.1 / fall - 1)^2."""
    ball = ByFormula(lambda p: 90 * torch.exp(-(p.norm(dim=-1) - 0.5) / fall))
    outside_it = points[points.norm(dim=-1) > 0.3]
    assert float(eikonal(ball, outside_it, 0.1)) == pytest.approx(expected, abs=1e-3)


def test_eikonal_counts_points_by_how_near_to_a_surface_they_are():
    """Three points: empty, half opaque with the right slope, solid. The flat ones weigh nothing: the term is 0."""
    points = torch.tensor([[-0.9, 0.0, 0.0], [0.0, 0.0, 0.0], [0.9, 0.0, 0.0]])
    edge = ByFormula(lambda p: HALF_OPAQUE * torch.exp(p[:, 0].clamp(-0.5, 0.5) / 0.05))
    assert float(eikonal(edge, points, 0.05)) == pytest.approx(0, abs=1e-3)
    flat = ByFormula(lambda p: HALF_OPAQUE + 0 * p[:, 0])
    assert float(eikonal(flat, points, 0.05)) == pytest.approx(1)


def test_eikonal_cannot_be_lowered_by_moving_where_it_looks(points):
    """A factor on density changes no slope of its logarithm, only which points are near a surface: no slope by it."""
    factor = torch.tensor(1.0, requires_grad=True)
    hill = ByFormula(lambda p: factor * HALF_OPAQUE * torch.exp(-8 * p.square().sum(-1)))
    term = eikonal(hill, points, 0.05)
    term.backward()
    assert float(factor.grad) == pytest.approx(0, abs=1e-6) and float(term.detach()) > 0.1


def test_eikonal_measures_in_half_widths_of_the_box(generator):
    ball = ByFormula(lambda p: 90 * torch.exp(-((p - 2).norm(dim=-1) - 1) / 0.2), bounds=WIDE)
    points = random_positions(WIDE, 500, generator)
    points = points[(points - 2).norm(dim=-1) > 0.6]
    assert float(eikonal(ball, points, 0.1)) == pytest.approx(0, abs=1e-6)


def test_a_flat_side_is_smooth_and_a_ball_as_its_curvature_says(points, generator):
    """On a ball n = p / |p|, so |n(p) - n(p + e)| is the part of e along the surface, over the radius.

    Two thirds of |e|^2 lie along the surface on average.
    """
    side = ByFormula(lambda p: 30 * torch.exp(-p[:, 0]))
    assert float(smoothness(side, points, 0.1, generator)) == pytest.approx(0, abs=1e-10)
    ball = ByFormula(lambda p: 30 * torch.exp(-5 * (p.norm(dim=-1) - 0.5)))
    near = points[(points.norm(dim=-1) > 0.58) & (points.norm(dim=-1) < 0.62)]
    assert float(smoothness(ball, near, 0.01, generator)) == pytest.approx(2 / 3 * 0.01**2 / 0.6**2, rel=0.1)


def test_a_fog_has_no_normals_that_could_differ(points, generator):
    assert float(smoothness(ByFormula(lambda p: 2 + 0 * p.sum(-1)), points, 0.1, generator)) == 0


def test_a_field_like_its_mirror_image_is_symmetric(points):
    even = ByFormula(
        lambda p: 40 * p[:, 0] ** 2 + 3 * (p[:, 1] + 1), lambda p: (p[:, :1].abs() + p[:, 1:2].exp()).expand(-1, 3) / 4
    )
    assert float(asymmetry(even, points, 0)) == pytest.approx(0, abs=1e-12)
    assert float(asymmetry(even, points, 1)) > 1e-4


def test_asymmetry_by_hand(points):
    """Gray, one side half opaque and the other empty: (0.5)^2 + 3 (0.5 x 0.5)^2 = 0.4375 for every pair."""
    half = ByFormula(lambda p: torch.where(p[:, 1] > 0, HALF_OPAQUE, 0.0))
    assert float(asymmetry(half, points, 1)) == pytest.approx(0.4375)


def test_color_counts_where_something_is(points):
    """The same density on both sides, black against white: only the colors differ, by what is seen of them."""
    painted = ByFormula(lambda p: HALF_OPAQUE + 0 * p[:, 0], lambda p: (p[:, :1] > 0).float().expand(-1, 3))
    assert float(asymmetry(painted, points, 0)) == pytest.approx(3 * 0.25)
    unseen = ByFormula(lambda p: 0 * p[:, 0], painted.color)
    assert float(asymmetry(unseen, points, 0)) == 0


def test_the_mirror_goes_through_the_middle_of_the_box(generator):
    off = ByFormula(lambda p: 20 * (p[:, 0] - 2).abs(), bounds=WIDE)
    assert float(asymmetry(off, random_positions(WIDE, 500, generator), 0)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("height", [-0.5, 0.0, 0.7])
def test_below_the_ground_is_the_mean_depth_there(height: float, points):
    """Density rises as z + 1, so its mean below h is (h + 1) / 2; a stretch is 2 / 100 meters."""
    rising = ByFormula(lambda p: p[:, 2] + 1)
    assert float(depth_below(rising, points, height)) == pytest.approx(0.02 * (height + 1) / 2, rel=0.05)


def test_a_ground_at_the_floor_of_the_box_has_nothing_below(points):
    assert float(depth_below(ByFormula(fog), points, -1.0)) == 0


@pytest.mark.parametrize("shape", list(SHAPES))
def test_outside_a_shape_is_the_mean_depth_there(shape: str, points):
    assert float(depth_outside(ByFormula(fog), points, shape, 0.5)) == pytest.approx(0.02 * 2.0)
    inside_only = ByFormula(lambda p: fog(p) * SHAPES[shape](p, 0.5))
    assert float(depth_outside(inside_only, points, shape, 0.5)) == 0


@pytest.mark.parametrize(
    ("shape", "volume"),
    [("ball", 4 / 3 * math.pi * 0.8**3), ("box", 1.6**3), ("cylinder", math.pi * 0.8**2 * 1.6)],
)
def test_shapes_fill_their_volume(shape: str, volume: float, generator):
    places = random_positions(UNIT_CUBE, 100_000, generator)
    assert float(SHAPES[shape](places, 0.8).float().mean()) * 8 == pytest.approx(volume, rel=0.02)


def test_a_cylinder_stands_upright():
    places = torch.tensor([[0.55, 0.55, 0.7], [0.0, 0.55, 0.9], [0.7, 0.7, 0.0]])
    assert SHAPES["cylinder"](places, 0.8).tolist() == [True, False, False]
