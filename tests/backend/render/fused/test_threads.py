"""As many parts as threads, in their order."""

from __future__ import annotations

import threading

import pytest

from backend.render.fused.threads import ranges, run_parallel
from tests.patience import PATIENCE


@pytest.mark.parametrize(("count", "parts"), [(10, 3), (2, 5), (0, 2), (7, 1)])
def test_ranges_cover_everything_once(count: int, parts: int):
    found = ranges(count, parts)
    assert [i for begin, end in found for i in range(begin, end)] == list(range(count))
    assert len(found) <= parts and all(begin < end for begin, end in found)


def test_parts_come_back_in_their_order_and_run_at_the_same_time():
    meeting = threading.Barrier(3, timeout=PATIENCE)  # nobody passes before all three are there

    def meet(number: int) -> int:
        meeting.wait()
        return number

    assert run_parallel(meet, [(1,), (2,), (3,)]) == [1, 2, 3]


def test_a_single_part_stays_in_this_thread():
    assert run_parallel(threading.get_ident, [()]) == [threading.get_ident()]


def test_an_error_in_a_part_is_raised():
    with pytest.raises(ZeroDivisionError):
        run_parallel(lambda number: 1 // number, [(1,), (0,)])
