"""One test over a table: it tries every case and names all that fail, where a test for each would be hundreds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def for_each(*tables: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Decorates a check of one case, an argument a table: cases are all combinations, with the first table outermost.

    For checks that take no fixture and milliseconds; the assertion's own message is told beside each case.
    """

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            failed = [told for case in combinations(tables) if (told := _failure(check, case))]
            assert not failed, f"{len(failed)} cases fail:\n" + "\n".join(failed)

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return decorate


def combinations(tables: tuple[Iterable[Any], ...]) -> list[tuple[Any, ...]]:
    """Their product; an empty one would be a test that asserts nothing."""
    cases: list[tuple[Any, ...]] = [()]
    for table in tables:
        cases = [(*case, each) for case in cases for each in table]
    assert cases, "there is nothing to try"
    return cases


def _failure(check: Callable[..., None], case: tuple[Any, ...]) -> str | None:
    """Which case it was and what was said, or None where all is well."""
    try:
        check(*case)
    except (Exception, pytest.fail.Exception) as error:
        return f"{', '.join(map(repr, case))}: {type(error).__name__}: {error}"
    return None
