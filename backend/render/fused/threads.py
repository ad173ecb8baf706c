"""As many threads as torch has, or as few as a job is allowed, over ranges of rays or planes.

The compiled loops let go of the interpreter's lock, so Python's own threads do: none spins while it waits, no second
library makes a team of its own, and two processes that were given two threads each run on four.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar

import torch

Part = TypeVar("Part")
_limit: ContextVar[int | None] = ContextVar("thread_limit", default=None)


def ranges(count: int, parts: int) -> list[tuple[int, int]]:
    """`count` things in consecutive ranges of nearly equal length, none of them empty."""
    edges = [count * part // parts for part in range(parts + 1)]
    return [(begin, end) for begin, end in zip(edges[:-1], edges[1:], strict=True) if begin < end]


def thread_ranges(count: int) -> list[tuple[int, int]]:
    """One range for each of torch's threads, or for each that is allowed."""
    allowed = _limit.get()
    threads = torch.get_num_threads()
    return ranges(count, threads if allowed is None else max(1, min(threads, allowed)))


@contextlib.contextmanager
def at_most(threads: int) -> Iterator[None]:
    """The loops inside take no more threads than that; what they compute is the same, to the bit."""
    before = _limit.set(threads)
    try:
        yield
    finally:
        _limit.reset(before)


def run_parallel(do: Callable[..., Part], parts: Sequence[tuple[Any, ...]]) -> list[Part]:
    """`do(*part)` for each part, in the parts' order; a single part stays in this thread."""
    if len(parts) < 2:
        return [do(*part) for part in parts]
    return list(_pool(os.getpid(), len(parts)).map(lambda part: do(*part), parts))


@functools.lru_cache(maxsize=4)
def _pool(process: int, threads: int) -> ThreadPoolExecutor:
    """Kept, for starting threads costs more than a small picture; a forked process has none of its parent's."""
    return ThreadPoolExecutor(threads, thread_name_prefix="rays")
