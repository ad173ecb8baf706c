"""What waits for a slow client: the newest of each kind, in the order in which it happened, and never too much."""

from __future__ import annotations

import random

import pytest

from backend.server.outbox import LIMIT, Outbox, OutboxFullError


def emptied(outbox: Outbox) -> list:
    return [outbox.take() for _ in range(len(outbox))]


def test_items_leave_in_the_order_in_which_they_came():
    outbox = Outbox()
    for item in range(5):
        outbox.put(item)
    assert emptied(outbox) == [0, 1, 2, 3, 4]


def test_a_newer_item_replaces_the_unsent_one_of_its_key_and_goes_last():
    outbox = Outbox()
    outbox.put("progress 1", "progress")
    outbox.put("state")
    outbox.put("progress 2", "progress")
    assert emptied(outbox) == ["state", "progress 2"]


def test_equal_items_without_keys_are_all_sent():
    outbox = Outbox()
    for _ in range(3):
        outbox.put("same")
    assert emptied(outbox) == ["same"] * 3


def test_an_endless_stream_with_keys_stays_as_small_as_its_keys():
    outbox = Outbox()
    for step in range(10 * LIMIT):
        outbox.put(step, ("job", step % 3))
    assert emptied(outbox) == [10 * LIMIT - 3, 10 * LIMIT - 2, 10 * LIMIT - 1]


def test_lines_of_log_go_first_when_it_is_full():
    outbox = Outbox(limit=3)
    outbox.put("line 1", expendable=True)
    outbox.put("state")
    outbox.put("line 2", expendable=True)
    outbox.put("answer")
    assert emptied(outbox) == ["state", "line 2", "answer"]


def test_when_all_that_is_left_matters_it_says_that_the_client_has_gone():
    outbox = Outbox(limit=2)
    outbox.put("a")
    outbox.put("b", "key")
    outbox.put("c", "key")  # replaces, so there is room
    with pytest.raises(OutboxFullError, match="2 messages wait for a client that does not read them"):
        outbox.put("d")
    assert emptied(outbox) == ["a", "c"]


def test_nothing_can_be_taken_from_an_empty_one():
    with pytest.raises(IndexError):
        Outbox().take()


def test_random_use_never_passes_the_limit_and_never_loses_what_matters():
    choice, outbox, waiting = random.Random(0), Outbox(limit=8), []
    for item in range(5000):
        if choice.random() < 0.5 and len(outbox):
            taken = outbox.take()
            if taken in waiting:
                assert waiting.pop(0) == taken
        elif choice.random() < 0.5:
            try:
                outbox.put(item, expendable=True)
            except OutboxFullError:
                assert len(waiting) == 8
        else:
            try:
                outbox.put(item)
                waiting.append(item)
            except OutboxFullError:
                assert len(waiting) == 8
        assert len(outbox) <= 8
    assert [item for item in emptied(outbox) if item in waiting] == waiting
