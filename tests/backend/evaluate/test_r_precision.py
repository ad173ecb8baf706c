"""Ranks against a slow loop, by hand, and where nothing can be told apart."""

from __future__ import annotations

import math

import pytest
import torch

from backend.evaluate.r_precision import merged, r_precision, ranks, share_within


def slow_rank(row: list[float], right: int) -> int:
    """How many others are not clearly worse."""
    place = 0
    for j, value in enumerate(row):
        if j != right and (math.isnan(value) or math.isnan(row[right]) or value >= row[right]):
            place += 1
    return place


def test_ranks_are_a_slow_loop_s_with_ties_and_nan(generator):
    similarity = torch.randint(0, 6, (40, 9), generator=generator).double()
    similarity[torch.rand(40, 9, generator=generator) < 0.05] = math.nan
    right = torch.randint(0, 9, (40,), generator=generator)
    expected = [slow_rank(row, i) for row, i in zip(similarity.tolist(), right.tolist(), strict=True)]
    assert ranks(similarity, right).tolist() == expected
    for r in (1, 3, 9):
        share = sum(place < r for place in expected) / 40
        assert r_precision(similarity, right, r) == pytest.approx(share) == share_within(expected, r)


def test_by_hand():
    """First, last, and a tie, which counts against it."""
    similarity = torch.tensor([[0.9, 0.1, 0.2], [0.3, 0.2, 0.1], [0.5, 0.5, 0.1]])
    right = torch.tensor([0, 2, 1])
    assert ranks(similarity, right).tolist() == [0, 2, 1]
    assert r_precision(similarity, right) == pytest.approx(1 / 3)
    assert r_precision(similarity, right, 2) == pytest.approx(2 / 3) and r_precision(similarity, right, 3) == 1.0


def test_an_empty_field_cannot_win():
    """Equally like everything: last everywhere."""
    assert r_precision(torch.full((5, 4), 0.2), torch.tensor([0, 1, 2, 3, 0]), 3) == 0.0


def test_no_results_have_a_sentence_or_no_share():
    with pytest.raises(ValueError, match="give at least one"):
        r_precision(torch.zeros(0, 3), torch.zeros(0, dtype=torch.long))
    assert share_within([None, None]) is None and share_within([0, None, 4], 3) == 0.5


def test_a_group_speaks_with_its_likest(generator):
    similarity = torch.rand(6, 10, generator=generator)
    group = torch.tensor([0, 1, 1, 2, 0, 3, 3, 3, 1, 2])
    slow = [[max(row[j] for j in range(10) if group[j] == g) for g in range(4)] for row in similarity.tolist()]
    torch.testing.assert_close(merged(similarity, group), torch.tensor(slow))
