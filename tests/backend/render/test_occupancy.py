"""Empty space: what is skipped must not show, and what is solid must not be skipped."""

from __future__ import annotations

import torch

from backend.cameras.orbit import orbit_view
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.render.occupancy import DECAY, OccupancyGrid
from backend.render.renderer import Renderer


def ball(positions: torch.Tensor) -> torch.Tensor:
    return 50.0 * (positions.norm(dim=-1) < 0.5)


def grid(threshold: float = 0.01, warmup: int = 0) -> OccupancyGrid:
    return OccupancyGrid(UNIT_CUBE, 16, threshold, 2 / 64, warmup)


def blob_field() -> DenseGrid:
    field = DenseGrid(UNIT_CUBE, 24)
    field.initialize_density("fog")
    with torch.no_grad():
        field.raw_density.mul_(2)
    return field


def test_during_the_warm_up_everything_is_asked(generator):
    occupancy = grid(warmup=32)
    occupancy.update(ball, 0, generator)
    occupancy.update(ball, 16, generator)
    assert bool(occupancy.occupied.all())
    occupancy.update(ball, 32, generator)
    assert not bool(occupancy.occupied.all())


def test_the_ball_is_kept_and_the_corners_are_not(generator):
    occupancy = grid()
    occupancy.update(ball, 0, generator)
    directions = torch.nn.functional.normalize(torch.randn(500, 3, generator=generator), dim=-1)
    assert bool(occupancy.at(0.49 * directions).all())
    assert not bool(occupancy.at(torch.tensor([[0.95, 0.95, 0.95], [-0.95, 0.9, -0.9]])).any())


def test_between_two_updates_nothing_is_asked(generator):
    grid().update(lambda positions: 1 / 0, 7, generator)


def test_memory_fades_by_the_decay_and_rises_at_once(generator):
    occupancy = grid()
    occupancy.update(lambda positions: torch.full((len(positions),), 8.0), 0, generator)
    occupancy.update(lambda positions: torch.zeros(len(positions)), 16, generator)
    torch.testing.assert_close(occupancy.density_grid, torch.full((16, 16, 16), 8.0 * DECAY))


def test_the_published_decay_can_be_had(generator):
    """0.95 an update (Instant-NGP): half is forgotten after 14."""
    occupancy = OccupancyGrid(UNIT_CUBE, 4, 0.01, 2 / 64, 0, decay=0.95)
    occupancy.update(lambda positions: torch.full((len(positions),), 8.0), 0, generator)
    for _ in range(14):
        occupancy.update(lambda positions: torch.zeros(len(positions)), 16, generator)
    torch.testing.assert_close(occupancy.density_grid, torch.full((4, 4, 4), 8.0 * 0.95**14))
    assert 3.8 < float(occupancy.density_grid[0, 0, 0]) < 4


def test_what_is_not_a_number_leaves_no_trace_and_the_infinite_is_forgotten_at_last(generator):
    occupancy = grid()
    occupancy.update(ball, 0, generator)
    before = occupancy.density_grid.clone()
    occupancy.update(lambda positions: torch.full((len(positions),), float("nan")), 16, generator)
    torch.testing.assert_close(occupancy.density_grid, DECAY * before)
    occupancy.update(lambda positions: torch.full((len(positions),), float("inf")), 32, generator)
    assert bool(occupancy.density_grid.isfinite().all()) and bool(occupancy.occupied.all())
    for step in range(40):
        occupancy.update(lambda positions: torch.zeros(len(positions)), 16 * step, generator)
    assert not bool(occupancy.occupied.any())


def test_a_point_on_the_far_face_belongs_to_the_last_cell():
    assert bool(grid().at(torch.tensor([[1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]])).all())


def test_skipping_changes_a_picture_by_less_than_the_threshold_allows(generator):
    """A ray of 64 samples can lose no more than 64 thresholds."""
    field, camera = blob_field(), orbit_view(0.4, 0.3, 3.2, 0.7, 24).camera
    occupancy = grid(threshold=1e-3)
    for _ in range(3):
        occupancy.update(field.density, 0, generator)
    plain, skipping = Renderer(field, 64).picture(camera), Renderer(field, 64, occupancy).picture(camera)
    assert 0.05 < float(occupancy.occupied.float().mean()) < 0.9
    assert float((plain.color - skipping.color).abs().max()) < 64e-3
    assert float((plain.opacity - skipping.opacity).abs().max()) < 64e-3


def test_what_is_skipped_is_really_not_asked(generator):
    occupancy, asked = grid(), []
    occupancy.update(ball, 0, generator)

    class Counting:
        bounds = UNIT_CUBE

        def density_and_color(self, positions, directions):
            asked.append(len(positions))
            return ball(positions), torch.ones_like(positions)

    camera = orbit_view(0.0, 0.0, 3.2, 0.7, 16).camera
    Renderer(Counting(), 64).picture(camera)
    Renderer(Counting(), 64, occupancy).picture(camera)
    assert asked[1] < 0.5 * asked[0]
