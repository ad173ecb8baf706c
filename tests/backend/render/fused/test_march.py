"""The fast way through a dense grid against the plain one, finite differences and rays that are worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Rays
from backend.cameras.orbit import orbit_view
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, Bounds
from backend.render.fused.march import march
from backend.render.occupancy import OccupancyGrid
from backend.render.renderer import Renderer, render
from backend.render.stratified import RaySamples, stratified_samples

PARTS = ("color", "opacity", "depth", "weights")


def random_grid(bounds: Bounds = UNIT_CUBE, resolution: int = 9, channels: int = 3) -> DenseGrid:
    """Surfaces, empty space and cells whose density is in the straight part of the softplus."""
    torch.manual_seed(0)
    grid = DenseGrid(bounds, resolution, channels)
    torch.nn.init.normal_(grid.raw_density, mean=-3.0, std=4.0)
    torch.nn.init.normal_(grid.raw_color)
    with torch.no_grad():
        grid.raw_density[4, 4, 4] = 30.0
    return grid


def some_rays(size: int = 12) -> Rays:
    """Some of them miss the box, and one starts inside it."""
    rays = orbit_view(0.5, 0.4, 3.0, 0.9, size).camera.rays().flat()
    inside = Rays(torch.tensor([[0.1, 0.2, 0.3]]), torch.nn.functional.normalize(torch.ones(1, 3), dim=-1))
    return Rays(*(torch.cat([getattr(part, name) for part in (rays, inside)]) for name in ("origins", "directions")))


def drawn(grid: DenseGrid, rays: Rays, count: int = 24) -> RaySamples:
    return stratified_samples(*grid.bounds.near_far(rays), count, torch.Generator().manual_seed(1))


def asked(samples: RaySamples, rays: Rays, occupancy: OccupancyGrid | None) -> torch.Tensor:
    hit = samples.lengths > 0
    return hit if occupancy is None else hit & occupancy.at(samples.points(rays.origins, rays.directions))


def half_empty(bounds: Bounds) -> OccupancyGrid:
    occupancy = OccupancyGrid(bounds, 6, 0.01, 0.1, 0)
    occupancy.occupied.copy_(torch.rand(6, 6, 6, generator=torch.Generator().manual_seed(2)) < 0.5)
    return occupancy


def pulled(seen, grid: DenseGrid) -> list[torch.Tensor]:
    """The slopes of a loss that every part takes part in, each ray and sample with a weight of its own."""
    draw = torch.Generator().manual_seed(3)
    loss = sum((part * torch.randn(part.shape, generator=draw).to(part)).sum() for name in PARTS
               for part in [getattr(seen, name)])  # fmt: skip
    return list(torch.autograd.grad(loss, [grid.raw_density, grid.raw_color]))


@pytest.mark.parametrize("skipping", [False, True])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("high", [(1.0, 1.0, 1.0), (0.5, 1.5, 1.0)])
def test_values_and_slopes_are_those_of_the_plain_renderer(skipping: bool, channels: int, high):
    grid, rays = random_grid(Bounds((-1.0, -1.0, -1.0), high), channels=channels), some_rays()
    samples = drawn(grid, rays)
    occupancy = half_empty(grid.bounds) if skipping else None
    fast = march(grid, rays, samples, occupancy.occupied if occupancy else None)
    plain = render(rays, samples, grid.density_and_color, asked(samples, rays, occupancy))
    for name in (*PARTS, "density"):
        torch.testing.assert_close(getattr(fast, name), getattr(plain, name), atol=2e-5, rtol=2e-4)
    for ours, theirs in zip(pulled(fast, grid), pulled(plain, grid), strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-5, rtol=1e-3)


def test_slopes_are_those_of_finite_differences():
    """Everything in double precision, on a grid of 3 x 3 x 3 where no stretch is held at opaque."""
    torch.manual_seed(0)
    grid, rays = DenseGrid(UNIT_CUBE, 3).double(), some_rays(3)
    rays = Rays(rays.origins.double(), rays.directions.double())
    samples = drawn(grid, rays, 5)

    def seen(density: torch.Tensor, color: torch.Tensor) -> tuple[torch.Tensor, ...]:
        held = DenseGrid(UNIT_CUBE, 3).double()
        del held.raw_density, held.raw_color
        held.raw_density, held.raw_color = density, color
        fast = march(held, rays, samples)
        return tuple(getattr(fast, name) for name in PARTS)

    raw = [torch.randn(3, 3, 3, n, dtype=torch.float64, requires_grad=True) for n in (1, 3)]
    with torch.no_grad():
        raw[0] -= 3
    assert torch.autograd.gradcheck(seen, raw)


def test_a_ray_through_a_uniform_box_is_stopped_as_its_chord_says():
    grid = DenseGrid(UNIT_CUBE, 4)
    torch.nn.init.constant_(grid.raw_density, -2.0)
    density = grid.scale * math.log1p(math.exp(-2.0))
    rays = Rays(torch.tensor([[0.0, 0.0, -3.0], [0.0, 0.0, 0.5]]), torch.tensor([[0.0, 0.0, 1.0]] * 2))
    seen = march(grid, rays, drawn(grid, rays))
    expected = [1 - math.exp(-density * chord) for chord in (2.0, 0.5)]
    torch.testing.assert_close(seen.opacity, torch.tensor(expected))
    torch.testing.assert_close(seen.color, 0.5 * seen.opacity[:, None].expand(2, 3))


def test_a_ray_that_misses_sees_nothing_and_pulls_on_nothing():
    grid = random_grid()
    rays = Rays(torch.tensor([[0.0, 0.0, 5.0]]), torch.tensor([[0.0, 0.0, 1.0]]))
    seen = march(grid, rays, drawn(grid, rays))
    assert all(float(getattr(seen, name).detach().abs().sum()) == 0 for name in PARTS)
    assert all(float(slope.abs().sum()) == 0 for slope in pulled(seen, grid))


def test_what_lies_behind_the_least_light_changes_nothing_by_more_than_that():
    """Opaque cells in front: the bound holds, and it is not met because nothing was cut."""
    grid, rays = random_grid(resolution=16), some_rays()
    samples = drawn(grid, rays, 96)
    whole, cut = march(grid, rays, samples), march(grid, rays, samples, None, 1e-2)
    for name in ("color", "opacity"):
        assert float((getattr(whole, name) - getattr(cut, name)).detach().abs().max()) <= 1e-2
    assert int((cut.density > 0).sum()) < int((whole.density > 0).sum())


def test_no_sample_of_an_empty_cell_is_seen_or_pulled_on():
    grid, rays = random_grid(), some_rays()
    occupancy = half_empty(UNIT_CUBE)
    samples = drawn(grid, rays)
    seen = march(grid, rays, samples, occupancy.occupied)
    empty = ~asked(samples, rays, occupancy)
    assert bool(empty.any()) and float(seen.density[empty].abs().sum()) == 0


def test_a_voxel_that_is_not_a_number_is_told_and_not_skipped():
    """By every ray that lies beside it and by no other, as the plain renderer tells it."""
    grid, rays = random_grid(), some_rays()
    with torch.no_grad():
        grid.raw_density[2, 6, 4] = math.nan
    samples = drawn(grid, rays)
    fast = march(grid, rays, samples)
    plain = render(rays, samples, grid.density_and_color, samples.lengths > 0)
    assert 0 < int(fast.opacity.isnan().sum()) < len(rays.origins)
    assert torch.equal(fast.opacity.isnan(), plain.opacity.isnan())
    assert torch.equal(fast.color.isnan(), plain.color.isnan())
    assert bool(pulled(fast, grid)[0].isnan().any())


def test_a_direction_that_is_not_a_number_reads_nothing():
    grid = random_grid()
    rays = Rays(torch.zeros(1, 3), torch.full((1, 3), math.nan))
    stretch = torch.ones(1, 4)
    assert float(march(grid, rays, RaySamples(0 * stretch, stretch, stretch)).opacity.detach()) == 0


@pytest.fixture
def threads():
    """Sets torch's number of threads, and puts it back."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_the_number_of_threads_changes_no_bit(threads):
    grid, rays = random_grid(resolution=20), some_rays(40)
    samples = drawn(grid, rays)

    def everything(count: int) -> list[torch.Tensor]:
        threads(count)
        seen = march(grid, rays, samples)
        return [getattr(seen, name) for name in PARTS] + pulled(seen, grid)

    alone = everything(1)
    for count in (2, 3, 7):
        assert all(torch.equal(ours, theirs) for ours, theirs in zip(everything(count), alone, strict=True))


def test_a_sparse_slope_is_the_dense_one_and_holds_only_what_was_touched():
    grid, rays = random_grid(resolution=20), some_rays(4)
    samples = drawn(grid, rays)
    dense = pulled(march(grid, rays, samples), grid)
    grid.sparse_gradients = True
    sparse = pulled(march(grid, rays, samples), grid)
    for ours, theirs in zip(sparse, dense, strict=True):
        assert ours.is_sparse and ours._nnz() < 20**3 / 2
        assert torch.equal(ours.to_dense(), theirs)
        again = torch.sparse_coo_tensor(ours._indices(), ours._values(), ours.shape, check_invariants=True).coalesce()
        assert torch.equal(again.indices(), ours._indices())  # each once, in rising order


def test_the_renderer_goes_the_fast_way_and_sees_the_same(caplog):
    """Jittered by the same seed; a subclass is another field as far as anybody can know, and goes the plain way."""

    class Other(DenseGrid):
        pass

    grid, rays, seen = random_grid(), some_rays(), {}
    occupancy = half_empty(UNIT_CUBE)
    for kind in (DenseGrid, Other):
        grid.__class__ = kind
        with caplog.at_level("INFO"):
            seen[kind] = Renderer(grid, 24, occupancy)(rays, torch.Generator().manual_seed(5))
    assert "Other is not a dense grid" in caplog.text
    assert "March" in type(seen[DenseGrid].color.grad_fn).__name__
    for name in (*PARTS, "t", "lengths", "t_starts", "directions", "density"):
        torch.testing.assert_close(getattr(seen[DenseGrid], name), getattr(seen[Other], name), atol=2e-5, rtol=2e-4)
