"""Bodies of known form, and where they come to rest."""

from __future__ import annotations

import numpy as np
import pytest

from backend.scenes.bodies import CELL, Body, PosedBody
from backend.scenes.layout import laid_out
from backend.scenes.placing import crosses, filled, shared_cells
from backend.words.scenes import Relation, ScenePrompt

STEP = CELL * 0.9


def block(low, high):
    axes = [np.arange(a + STEP / 2, b, STEP) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)


CUBE = Body(block((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5)))
SMALL = Body(block((-0.2, -0.2, -0.2), (0.2, 0.2, 0.2)))
LEGS = [block((x, y, -0.6), (x + 0.1, y + 0.1, 0.5)) for x in (-0.9, 0.8) for y in (-0.6, 0.5)]
TABLE = Body(np.concatenate([block((-0.9, -0.6, 0.5), (0.9, 0.6, 0.6)), *LEGS]))
CHAIR = Body(np.concatenate([block((-0.5, -0.5, -0.9), (0.5, 0.5, 0.0)), block((-0.5, 0.35, 0.0), (0.5, 0.5, 0.9))]))
POT = Body(
    np.concatenate(
        [block((-0.6, -0.6, -0.5), (0.6, 0.6, -0.4))]
        + [block(*each) for each in (
            ((-0.6, -0.6, -0.4), (-0.5, 0.6, 0.5)), ((0.5, -0.6, -0.4), (0.6, 0.6, 0.5)),
            ((-0.5, -0.6, -0.4), (0.5, -0.5, 0.5)), ((-0.5, 0.5, -0.4), (0.5, 0.6, 0.5)),
        )]
    )
)  # fmt: skip


def stand(kind, *bodies, targets=(1,), count=1):
    """The subjects, of which there are `count`, and what they stand by."""
    targets = tuple(number + count - 1 for number in targets)
    relations = tuple(Relation(kind, number, targets) for number in range(count))
    scene = ScenePrompt(tuple("x" for _ in bodies), relations)
    found, notes = laid_out(scene, bodies, [1.0] * len(bodies))
    assert all(shared_cells(a, b) == 0 for i, a in enumerate(found) for b in found[:i])
    return found, notes


def test_on_a_table_it_rests_on_the_middle_of_the_top():
    (subject, table), _ = stand("on", SMALL, TABLE)
    assert subject.low[2] == pytest.approx(table.high[2], abs=2 * CELL)
    assert np.abs(subject.middle[:2] - table.middle[:2]).max() < 0.25 and table.low[2] == pytest.approx(0, abs=1e-9)


def test_on_a_chair_it_sits_on_the_seat_and_not_on_the_back():
    (subject, chair), _ = stand("on", CUBE, CHAIR)
    assert subject.low[2] == pytest.approx(0.9, abs=2.5 * CELL) and subject.scale < 1
    assert subject.high[1] < chair.high[1]


def test_two_on_a_sofa_lie_beside_each_other():
    (first, second, _), _ = stand("on", SMALL, SMALL, TABLE, count=2)
    assert abs(first.low[2] - second.low[2]) < CELL
    assert (np.abs(first.middle - second.middle)[:2] > 0.3).any()


def test_in_a_pot_it_lies_on_the_bottom_below_the_rim():
    (subject, pot), notes = stand("in", SMALL, POT)
    assert 0.1 <= subject.low[2] < 0.1 + 3 * CELL and subject.low[2] < pot.high[2] and not notes
    assert np.abs(subject.middle[:2]).max() < 0.5


def test_three_in_a_pot_lie_beside_each_other():
    found, _ = stand("in", SMALL, SMALL, SMALL, POT, count=3)
    assert all(each.low[2] < 0.1 + 3 * CELL and np.abs(each.middle[:2]).max() < 0.5 for each in found[:3])


def test_in_what_has_no_opening_it_lies_on_top_and_that_is_said():
    (subject, cube), notes = stand("in", SMALL, CUBE)
    assert subject.low[2] == pytest.approx(cube.high[2], abs=2 * CELL)
    assert notes == ["'x' has no opening, so 'x' is on it."]


def test_under_a_table_there_is_room_and_a_block_is_lifted():
    (subject, table), _ = stand("under", CUBE, TABLE)
    assert subject.high[2] < 1.1 and table.low[2] == pytest.approx(0, abs=1e-9)
    (subject, cube), _ = stand("under", SMALL, CUBE)
    assert subject.low[2] == pytest.approx(0, abs=1e-9) and cube.low[2] == pytest.approx(subject.high[2], abs=2 * CELL)


@pytest.mark.parametrize(
    ("kind", "axis", "side"), [("left of", 0, -1), ("right of", 0, 1), ("in front of", 1, -1), ("behind", 1, 1)]
)
def test_sides_are_those_of_who_looks_from_the_front(kind, axis, side):
    (subject, cube), _ = stand(kind, SMALL, CUBE)
    away = subject.middle - cube.middle
    assert side * away[axis] > 0.7 and abs(away[1 - axis]) < 1e-6 and subject.low[2] == pytest.approx(0, abs=1e-9)


def test_between_stands_in_the_middle_of_two():
    (subject, left, right), _ = stand("between", SMALL, CUBE, CUBE, targets=(1, 2))
    assert left.high[0] < subject.low[0] and subject.high[0] < right.low[0]
    assert subject.middle[0] == pytest.approx((left.middle[0] + right.middle[0]) / 2, abs=1e-6)


def test_above_hangs_in_the_air_and_around_is_a_ring():
    (subject, cube), _ = stand("above", SMALL, CUBE)
    assert subject.low[2] > cube.high[2] + 0.2
    found, _ = stand("around", *[SMALL] * 6, CUBE, count=6)
    away = np.array([each.middle[:2] for each in found[:6]]) - found[6].middle[:2]
    assert np.ptp(np.linalg.norm(away, axis=1)) < 1e-6 and np.abs(away.sum(axis=0)).max() < 1e-6


def test_leaning_touches_without_passing_through():
    (subject, cube), _ = stand("leaning on", SMALL, CUBE)
    assert not crosses(subject, cube) and crosses(subject.moved(np.array([-2 * CELL, 0, 0])), cube)


def test_next_to_makes_way_for_what_is_there():
    scene = ScenePrompt(
        ("x",) * 4, (Relation("next to", 0, (3,)), Relation("next to", 1, (3,)), Relation("next to", 2, (3,)))
    )
    found, _ = laid_out(scene, [CUBE] * 4, [1.0] * 4)
    assert all(shared_cells(a, b) == 0 for i, a in enumerate(found) for b in found[:i])


def test_water_stands_below_the_rim_and_runs_off_the_ground():
    relief = np.array([[np.nan] * 5, [2, 2, 2, 2, 2], [2, 0, 1, 0, 2], [2, 2, 2, 2, 1.5], [np.nan, 1, 1, 1, 1]])
    assert filled(relief)[2, 1:4].tolist() == [2, 2, 2] and filled(relief)[4, 1] == 1
    relief[2, 4] = 1.2  # a notch in the rim
    assert filled(relief)[2, 1:4].tolist() == [1.2, 1.2, 1.2]


def test_a_body_that_is_scaled_and_moved_is_where_it_says():
    posed = PosedBody(CUBE, 2.0, np.array([1.0, 2.0, 3.0]))
    assert posed.points.min(axis=0) == pytest.approx(posed.low) and posed.size == pytest.approx(
        2 * (CUBE.high - CUBE.low)
    )
