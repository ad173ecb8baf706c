"""Coarse to fine against all cells, for lattices of any shape."""

import pytest
import torch

from backend.priors.query import coarse_to_fine, dense, lattice, near_surface


def ball(positions):
    return 60 * (0.6 - positions.norm(dim=-1))


def shell(positions):
    return 200 * (0.02 - (positions.norm(dim=-1) - 0.6).abs())


@pytest.mark.parametrize(
    ("shape", "query"),
    [
        ((64,) * 3, ball),
        ((64,) * 3, shell),
        ((96,) * 3, shell),
        ((100, 61, 70), ball),
        ((128, 40, 9), ball),
        ((8,) * 3, ball),
    ],
)
def test_signs_are_those_of_all_cells(shape, query):
    fine, everywhere = coarse_to_fine(query, shape), dense(query, shape)
    assert fine.shape == shape and torch.equal(fine > 0, everywhere > 0)
    near = everywhere.abs() < 1
    assert torch.equal(fine[near], everywhere[near])


def test_little_is_asked():
    count = 0

    def counted(positions):
        nonlocal count
        count += len(positions)
        return ball(positions)

    coarse_to_fine(counted, (128, 128, 128))
    assert count < 0.2 * 128**3


def test_nothing_is_asked_where_nothing_is_near():
    assert bool((coarse_to_fine(lambda positions: positions[:, 0] * 0 - 9, (64, 64, 64)) == -9).all())


def test_a_lattice_holds_the_centers_of_its_cells():
    cells = lattice((2, 4, 1))
    assert cells.shape == (2, 4, 1, 3)
    assert cells[0, 0, 0].tolist() == [-0.5, -0.75, 0] and cells[1, 3, 0].tolist() == [0.5, 0.75, 0]


def test_near_a_surface_is_inside_and_outside_within_reach():
    inside = torch.zeros(7, 7, 7, dtype=torch.bool)
    inside[3, 3, 3] = True
    assert int(near_surface(inside).sum()) == 27 and int(near_surface(inside, 2).sum()) == 125
    assert not near_surface(torch.ones(4, 4, 4, dtype=torch.bool)).any(), "beyond the lattice is nothing"
