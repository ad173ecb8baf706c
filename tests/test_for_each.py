"""A table as one test: every case is tried, and each that fails is named."""

from __future__ import annotations

import pytest

from tests.for_each import for_each


def test_every_failing_case_is_named_and_the_others_are_tried():
    tried = []

    @for_each(["a", "b"], [1, 2])
    def check(name, number):
        """What is asked."""
        tried.append((name, number))
        with pytest.raises(ValueError, match="odd"):
            int("x" if number == 1 and name == "a" else "3")
        assert name == "b"

    with pytest.raises(AssertionError) as told:
        check()
    assert tried == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert "4 cases fail" in str(told.value)
    assert "'a', 1: AssertionError" in str(told.value) and "'b', 2: Failed: DID NOT RAISE" in str(told.value)
    assert (check.__name__, check.__doc__) == ("check", "What is asked.")


def test_where_all_is_well_nothing_is_said():
    @for_each(iter([1, 2]))
    def check(number):
        assert number

    check()


def test_a_table_without_cases_is_refused():
    @for_each([])
    def check(number):
        raise AssertionError

    with pytest.raises(AssertionError, match="nothing to try"):
        check()
