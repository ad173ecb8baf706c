"""Instant-NGP's encoding against plain Python with unsigned 32-bit numbers, as its kernels compute."""

from __future__ import annotations

import math

import pytest
import torch

from backend.fields.hash_encoding import HashEncoding, resolutions, table_rows


def row(corner: tuple[int, int, int], cells: int, rows: int) -> int:
    """Eq. 4, with the wrap-around of uint32 multiplication; in order where all corners fit."""
    if (cells + 1) ** 3 <= rows:
        return corner[0] * (cells + 1) ** 2 + corner[1] * (cells + 1) + corner[2]
    hashed = 0
    for c, prime in zip(corner, (1, 2654435761, 805459861), strict=True):
        hashed ^= (c * prime) & 0xFFFFFFFF
    return hashed % rows


def slowly(encoding: HashEncoding, place: list[float]) -> list[float]:
    """One position, one corner and one feature after another."""
    found = []
    for table, cells, rows in zip(encoding.tables, encoding.resolutions, encoding.rows, strict=True):
        u = [(p + 1) / 2 * cells for p in place]
        first = [min(math.floor(c), cells - 1) for c in u]
        for feature in range(table.shape[1]):
            value = 0.0
            for k in range(8):
                bits = [k >> 2 & 1, k >> 1 & 1, k & 1]
                share = math.prod(c - f if b else 1 - (c - f) for c, f, b in zip(u, first, bits, strict=True))
                corner = tuple(f + b for f, b in zip(first, bits, strict=True))
                value += share * float(table[row(corner, cells, rows), feature])
            found.append(value)
    return found


@pytest.fixture
def encoding() -> HashEncoding:
    torch.manual_seed(0)
    encoding = HashEncoding(levels=5, features=3, log2_table=8, coarsest=4, finest=700).double()
    for table in encoding.tables:
        torch.nn.init.normal_(table)
    return encoding


def test_rows_are_those_of_the_paper(generator):
    corners = torch.randint(0, 2048, (200, 3), generator=generator)
    found = table_rows(corners, 2048, 2**14)
    assert found.tolist() == [row(tuple(corner), 2048, 2**14) for corner in corners.tolist()]
    assert table_rows(torch.tensor([[1, 2, 3]]), 4, 2**14).tolist() == [1 * 25 + 2 * 5 + 3]


def test_interpolation_is_that_of_a_slow_loop(encoding, generator):
    places = 2 * torch.rand(40, 3, generator=generator, dtype=torch.float64) - 1
    places[0], places[1] = -1.0, 1.0
    expected = torch.tensor([slowly(encoding, place) for place in places.tolist()], dtype=torch.float64)
    torch.testing.assert_close(encoding(places), expected)
    assert encoding.width == expected.shape[1] == 15


def test_levels_grow_by_equal_ratios():
    """Table 1 with N_max 2048: b = exp((ln 2048 - ln 16) / 15) = 1.3819."""
    found = resolutions(16, 16, 2048)
    assert (found[0], found[-1]) == (16, 2048) and found[5] == int(16 * 1.38191288**5)
    assert resolutions(1, 16, 512) == [16]


def test_coarse_levels_are_whole_and_fine_ones_as_long_as_the_table(encoding):
    assert encoding.rows == [125, 256, 256, 256, 256] and [len(t) for t in encoding.tables] == encoding.rows


def test_slopes_by_the_tables_and_by_the_position_are_finite_differences(generator):
    torch.manual_seed(0)
    encoding = HashEncoding(levels=2, features=2, log2_table=5, coarsest=2, finest=9).double()
    places = (1.8 * torch.rand(6, 3, generator=generator, dtype=torch.float64) - 0.9).requires_grad_()
    tables = [t.detach().clone().requires_grad_() for t in encoding.tables]
    names = ["tables.0", "tables.1"]

    def encoded(at, *values):
        return torch.func.functional_call(encoding, dict(zip(names, values, strict=True)), (at,))

    assert torch.autograd.gradcheck(encoded, (places, *tables))
    assert torch.autograd.gradcheck(encoded, (places.detach(), *tables))  # the fast way, where only tables are learned
