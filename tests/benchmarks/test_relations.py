"""The judge of relations, on blocks whose relation is plain to see."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.benchmarks.relations import HOLDS, VoxelBody, crossed_share, holds

STEP = 0.04


def block(low, high):
    axes = [np.arange(a + STEP / 2, b, STEP) for a, b in zip(low, high, strict=True)]
    return VoxelBody(np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3), STEP)


TARGET = block((-0.4, -0.4, 0), (0.4, 0.4, 0.8))
CASES = {
    "on": block((-0.2, -0.2, 0.8), (0.2, 0.2, 1.2)),
    "above": block((-0.2, -0.2, 1.2), (0.2, 0.2, 1.6)),
    "left of": block((-1.0, -0.2, 0), (-0.6, 0.2, 0.4)),
    "right of": block((0.6, -0.2, 0), (1.0, 0.2, 0.4)),
    "in front of": block((-0.2, -1.0, 0), (0.2, -0.6, 0.4)),
    "behind": block((-0.2, 0.6, 0), (0.2, 1.0, 0.4)),
    "leaning on": block((0.4, -0.2, 0), (0.8, 0.2, 0.4)),
}
ALSO = {("above", "on"), ("leaning on", "right of")}
"""What touches a side is beside it as well; what rests on something is not above it in the air."""


@pytest.mark.parametrize("asked", list(CASES))
@pytest.mark.parametrize("shown", list(CASES))
def test_each_relation_holds_where_it_is_shown_and_not_elsewhere(asked, shown):
    found = holds(asked, CASES[shown], [TARGET])
    if asked == shown:
        assert found
    elif not {(asked, shown), (shown, asked)} & ALSO:
        assert not found


def test_under_in_and_between():
    top = block((-0.6, -0.6, 0.8), (0.6, 0.6, 0.9))
    assert holds("under", VoxelBody(CASES["on"].points - (0, 0, 0.8), STEP), [top])
    assert not holds("under", CASES["right of"], [top])
    parts = [block((-0.4, -0.4, 0), (0.4, 0.4, 0.1)), block((-0.4, -0.4, 0.1), (-0.3, 0.4, 0.6))]
    pot = VoxelBody(np.concatenate([each.points for each in parts]), STEP)
    assert holds("in", block((-0.2, -0.2, 0.1), (0.2, 0.2, 0.5)), [pot])
    assert not holds("in", block((-0.2, -0.2, 0.8), (0.2, 0.2, 1.2)), [pot])
    sides = [CASES["left of"], CASES["right of"]]
    assert holds("between", block((-0.2, -0.2, 0), (0.2, 0.2, 0.4)), sides)
    assert not holds("between", block((1.2, -0.2, 0), (1.6, 0.2, 0.4)), sides)


def test_what_passes_through_stands_in_no_relation():
    through = block((-0.2, -0.2, 0.4), (0.2, 0.2, 1.2))
    assert crossed_share(through, TARGET) > 0.3
    assert not any(holds(kind, through, [TARGET, TARGET]) for kind in HOLDS)
