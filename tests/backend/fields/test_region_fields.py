"""Regions of a field: distances against drawn points, fading against its definition, and what each kind of field is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from every_field import KINDS, small

from backend.config import BoundsConfig, JobConfig, RegionConfig, cells_text
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, Bounds, DensityField, LatticeField
from backend.fields.region_shapes import Cells, TurnedBox, shape_of, signed_distances
from backend.fields.regions import RegionField, RegionGrid, Regions, cell_centers, nearest, with_regions

EYE = torch.eye(4, dtype=torch.float64)


def box(center=(0.0, 0.0, 0.0), size=(1.0, 1.0, 1.0), turn=(0.0, 0.0, 0.0), cells="") -> TurnedBox | Cells:
    return shape_of(RegionConfig("keep_out", center, size, turn, cells), EYE)


def points(count: int, generator: torch.Generator, reach: float = 1.0) -> torch.Tensor:
    return reach * (2 * torch.rand(count, 3, generator=generator) - 1)


def test_the_distance_to_a_turned_box_is_that_to_the_nearest_of_many_points_on_it(generator):
    shape = box((0.2, -0.1, 0.3), (0.4, 1.0, 0.7), (30.0, 20.0, 50.0))
    turn = np.array(BoundsConfig((0, 0, 0), (1, 1, 1), (30.0, 20.0, 50.0)).to_scene)[:3, :3]
    drawn = np.random.default_rng(0).uniform(-0.5, 0.5, (60_000, 3))
    face, side = np.arange(60_000) % 3, np.random.default_rng(1).choice([-0.5, 0.5], 60_000)
    drawn[np.arange(60_000), face] = side
    surface = drawn * (0.4, 1.0, 0.7) @ turn.T + (0.2, -0.1, 0.3)
    at = points(50, generator)
    found = shape.distance(at)
    expected = torch.cdist(at.double(), torch.from_numpy(surface)).amin(-1)
    assert torch.allclose(found.abs().double(), expected, atol=0.02)
    local = (at.double().numpy() - (0.2, -0.1, 0.3)) @ turn
    assert np.array_equal((found < 0).numpy(), (np.abs(local) < np.array((0.2, 0.5, 0.35))).all(-1))


def test_cells_are_as_far_as_the_nearest_center_less_half_a_cell(generator):
    filled = torch.rand(5, 4, 6, generator=generator) > 0.7
    sides = torch.tensor([0.1, 0.2, 0.3])
    found = signed_distances(filled, sides)
    padded = torch.zeros(7, 6, 8, dtype=torch.bool)
    padded[1:-1, 1:-1, 1:-1] = filled
    at = torch.cartesian_prod(*[torch.arange(n) for n in padded.shape]) * sides
    for mask, sign in ((padded, 1), (~padded, -1)):
        expected = torch.cdist(at, at[mask.flatten()]).amin(-1).view(padded.shape) - 0.05
        assert torch.allclose(found[~mask], sign * expected[~mask], atol=1e-5)


def test_a_ball_of_cells_is_a_ball(generator):
    at = cell_centers(UNIT_CUBE, (40,) * 3)
    ball = at.norm(dim=-1) < 0.6
    text = cells_text((40, 40, 40), np.packbits(ball.numpy()).tobytes())
    shape = box((0.5, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 90.0), text)  # half as large, and moved
    where = points(400, generator, 2.0)
    expected = (where - torch.tensor([0.5, 0.0, 0.0])).norm(dim=-1) - 0.3
    error = shape.distance(where) - expected
    assert error.min() > -0.04 and error.max() < 0.3, "a cell; far outside it is the way to the lattice and on"
    near = ((where - torch.tensor([0.5, 0.0, 0.0])).abs() < 0.5).all(-1)
    assert near.sum() > 3 and error[near].abs().max() < 0.03


def test_the_way_into_the_field_turns_moves_and_scales(generator):
    """A box of the scene in a field that is half as large and moved."""
    matrix = EYE.clone()
    matrix[:3, :3] *= 0.5
    matrix[:3, 3] = torch.tensor([1.0, 0.0, 0.0])
    shape = shape_of(RegionConfig("keep_out", (2.0, 0.0, 0.0), (1.0, 2.0, 4.0)), matrix)
    at = points(50, generator, 2.0)
    scene = (at - torch.tensor([1.0, 0.0, 0.0])) * 2
    assert torch.allclose(shape.distance(at), 0.5 * box((2.0, 0.0, 0.0), (1.0, 2.0, 4.0)).distance(scene), atol=1e-5)


@pytest.mark.parametrize("turn", [(0.0, 0.0, 0.0), (20.0, 40.0, 10.0)])
def test_drawn_points_lie_inside_and_fill_it(turn, generator):
    filled = torch.zeros(4, 4, 4, dtype=torch.bool)
    filled[0, :, 1] = True
    text = cells_text((4, 4, 4), np.packbits(filled.numpy()).tobytes())
    for shape in (box((0.1, 0.2, 0.3), (0.2, 0.4, 0.6), turn), box((0.1, 0.2, 0.3), (0.2, 0.4, 0.6), turn, text)):
        drawn = shape.sample(2000, generator)
        whole = shape if isinstance(shape, TurnedBox) else shape.box
        cells = ((whole.local(drawn) / whole.half + 1) * 2).long().clamp(0, 3)
        assert isinstance(shape, TurnedBox) or filled[tuple(cells.T)].all()
        assert (whole.local(drawn).abs() <= whole.half + 1e-5).all()
        spread = whole.local(drawn).amax(0) - whole.local(drawn).amin(0)
        share = torch.ones(3) if isinstance(shape, TurnedBox) else torch.tensor([0.25, 1.0, 0.25])
        assert torch.allclose(spread, torch.tensor([0.2, 0.4, 0.6]) * share, rtol=0.02)


def test_free_and_held_are_their_definitions(generator):
    out, frozen, redo = box((-0.5, 0, 0), (0.5, 1, 1)), box((0.5, 0, 0), (0.4, 1, 1)), box((0, 0, 0.5), (2, 2, 0.8))
    at = points(2000, generator)
    regions = Regions(keep_out=(out,), frozen=(frozen,), redo=(redo,), band=0.1)
    assert torch.equal(regions.free(at), (out.distance(at) / 0.1).clamp(0, 1))
    expected = torch.maximum((1 - frozen.distance(at) / 0.1).clamp(0, 1), (1 + redo.distance(at) / 0.1).clamp(0, 1))
    assert torch.allclose(regions.held(at), expected)
    assert (regions.free(at)[out.distance(at) <= 0] == 0).all() and (
        regions.held(at)[redo.distance(at) >= 0] == 1
    ).all()
    assert torch.equal(nearest((out, frozen), at), torch.minimum(out.distance(at), frozen.distance(at)))


@pytest.mark.parametrize("turn", [(0.0, 0.0, 0.0), (15.0, 35.0, 5.0)])
def test_no_point_that_is_held_is_a_mean_of_a_cell_that_moves(turn, generator):
    """By the gradient of a real grid: of the density at held points, by the raw values of cells that move."""
    field = DenseGrid(Bounds((-1.0, -1.0, -0.5), (1.0, 1.0, 0.5)), 24)
    ball = cell_centers(UNIT_CUBE, (20,) * 3).norm(dim=-1) < 0.9
    text = cells_text((20,) * 3, np.packbits(ball.numpy()).tobytes())
    for cells in ("", text):
        part = box((0.1, 0.0, 0.0), (1.2, 1.0, 0.9), turn, cells)
        for regions in (Regions(redo=(part,)), Regions(frozen=(part,))):
            at = points(4000, generator) * torch.tensor([1.0, 1.0, 0.5])
            held = at[(part.distance(at) >= 0) if regions.redo else (part.distance(at) <= 0)]
            field.zero_grad()
            field.density(held).sum().backward()
            moves = ~regions.held_cells(field.bounds, field.shape)
            assert 10 < moves.sum() < moves.numel() - 10
            assert (field.raw_density.grad[moves] == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_nothing_where_it_is_kept_out_and_itself_a_band_away(kind, generator):
    field = small(kind).float()
    out = box((0.5, 0.0, 0.0), (1.0, 2.0, 2.0))
    seen = with_regions(field, Regions(keep_out=(out,), band=0.1))
    at = points(500, generator)
    density, color = seen.density_and_color(at)
    own, own_color = field.density_and_color(at)
    assert (density[at[:, 0] >= 0] == 0).all() and torch.equal(seen.density(at), density)
    assert torch.equal(density[at[:, 0] < -0.1], own[at[:, 0] < -0.1]) and torch.equal(color, own_color)
    band = (at[:, 0] < 0) & (at[:, 0] > -0.1)
    assert torch.allclose(density[band], own[band] * -at[band, 0] / 0.1, rtol=1e-3)
    assert [name for name, _ in seen.named_parameters()] == [name for name, _ in field.named_parameters()]
    assert isinstance(seen, RegionGrid) == (kind == "dense_grid")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "dense_grid"])
def test_a_network_is_what_it_was_where_it_is_held(kind, generator):
    torch.manual_seed(3)
    now, before = small(kind).float(), small(kind).float()
    with torch.no_grad():
        for parameter in before.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    seen = with_regions(now, Regions(frozen=(box((0.5, 0.0, 0.0), (1.0, 2.0, 2.0)),), band=0.1), before)
    at = points(300, generator)
    right, left = at[at[:, 0] > 0], at[at[:, 0] < -0.11]
    assert not torch.equal(now.density(right), before.density(right))
    for some, whose in ((right, before), (left, now)):
        assert all(map(torch.equal, seen.density_and_color(some), whose.density_and_color(some)))
    assert torch.allclose(seen.density(at), seen.density_and_color(at)[0], rtol=1e-4)


def test_between_the_two_color_is_that_of_what_adds_more(generator):
    """Fields of one density and one color each: half way 1:3 by density gives a quarter and three quarters."""
    now, before = (Plain(density, color) for density, color in ((2.0, 0.0), (6.0, 1.0)))
    seen = RegionField(now, Regions(frozen=(box((0.5, 0, 0), (1, 2, 2)),), band=0.2), before)
    density, color = seen.density_and_color(torch.tensor([[-0.1, 0.0, 0.0], [0.3, 0.0, 0.0], [-0.3, 0.0, 0.0]]))
    assert density.tolist() == pytest.approx([4.0, 6.0, 2.0]) and color[:, 0].tolist() == pytest.approx([0.75, 1, 0])


class Plain:
    """The same everywhere."""

    bounds = UNIT_CUBE

    def __init__(self, density: float, color: float) -> None:
        self._density, self._color = density, color

    def density(self, positions: torch.Tensor) -> torch.Tensor:
        return torch.full_like(positions[:, 0], self._density)

    def density_and_color(self, positions, directions=None):
        return self.density(positions), torch.full_like(positions, self._color)

    def density_gradient(self, positions: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(positions)


@pytest.mark.parametrize("kind", ["dense_grid", "siren"])
def test_slopes_are_finite_differences(kind, generator):
    """In double precision, away from the ends of the bands, where there is no slope."""
    now, before = small(kind).double(), small("siren").double()
    regions = Regions(keep_out=(box((-0.6, 0, 0), (0.5, 2, 2)),), frozen=(box((0.6, 0, 0), (0.5, 2, 2)),), band=0.3)
    seen: DensityField = with_regions(now, regions, None if kind == "dense_grid" else before)
    at = 0.9 * points(60, generator).double()
    slope, step = seen.density_gradient(at), 1e-5
    ends = torch.tensor([-0.85, -0.35, -0.05, 0.05, 0.35, 0.85])
    away = (at[:, :1] - ends).abs().amin(-1) > 0.01
    for axis in range(3):
        shift = step * torch.eye(3, dtype=torch.float64)[axis]
        rise = (seen.density(at + shift) - seen.density(at - shift)) / (2 * step)
        error = (slope[:, axis] - rise).abs() / (1 + rise.abs())
        assert error[away].quantile(0.9) < 1e-3, "but for kinks of the lattice"


def test_the_exporters_slabs_are_what_is_asked_at_points():
    field = DenseGrid(Bounds((-1.0, -1.0, -0.5), (1.0, 1.0, 0.5)), 10)
    torch.nn.init.normal_(field.raw_density)
    seen = with_regions(field, Regions(keep_out=(box((0.3, 0.1, 0), (0.7, 1, 1), (0, 0, 30)),), band=0.2))
    assert isinstance(seen, LatticeField)
    density, _ = seen.lattice_slab((16, 16, 8), 4, 9)
    at = cell_centers(field.bounds, (16, 16, 8))[4:9]
    assert torch.allclose(density, seen.density(at.reshape(-1, 3)).view_as(density), atol=1e-4)
    assert (density == 0).any() and (density > 0).any()


def test_infinite_density_is_nothing_where_nothing_may_be():
    seen = RegionField(Plain(math.inf, 0.5), Regions(keep_out=(box(),)))
    assert seen.density(torch.zeros(1, 3)).item() == 0 and seen.density(torch.full((1, 3), 0.9)).item() == math.inf


def test_a_field_without_regions_is_itself():
    field = DenseGrid(UNIT_CUBE, 4)
    assert with_regions(field, Regions()) is field
    assert with_regions(field, Regions(frozen=(box(),))) is field, "its cells are held"
    assert JobConfig().regions.items == ()
