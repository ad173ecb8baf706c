"""`jobs list | remove`: what lies in the cache folder, how large it is, and out with what nobody needs."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from backend.cache import CACHE_VARIABLE, default_cache
from backend.errors import ConfigError

from .models.arguments import Add

DAY = 86400.0
ALL = 1 << 30


def add_jobs(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add) -> None:
    """`add(commands, name, function, about)` makes the parser of one command."""
    about = "Jobs in the cache folder: how large they are, and removing old ones."
    parser = commands.add_parser("jobs", help=about, description=about, allow_abbrev=False)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_which(add(verbs, "list", _list, "Show every job, newest first, with its size; broken ones say why."))
    removing = add(verbs, "remove", _remove, "Delete jobs for good; the backend of that folder must not be running.")
    removing.add_argument("jobs", metavar="JOB", nargs="*", help="as `jobs list` shows it")
    removing.add_argument("--yes", action="store_true", help="delete; without it they are only shown")
    _add_which(removing)


def _add_which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--older-than", type=float, metavar="DAYS", help="only jobs that were last changed before that")
    parser.add_argument("--cache", type=Path, default=default_cache(), help=f"default ${CACHE_VARIABLE} or %(default)s")


def _list(arguments: argparse.Namespace) -> int:
    store, found = _found(arguments.cache, arguments.older_than)
    sys.stdout.write(_table(store, found))
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from backend.jobs.cache_lock import CacheLock

    if not arguments.jobs and arguments.older_than is None:
        raise ConfigError("Which jobs? Name them as 'jobs list' shows them, or give --older-than DAYS.")
    lock = CacheLock(arguments.cache)  # a backend that runs has them in its memory
    try:
        store, found = _found(arguments.cache, arguments.older_than)
        if arguments.jobs:
            unknown = set(arguments.jobs) - {each.job for each in found}
            if unknown:
                raise ConfigError(f"There is no such job: {', '.join(sorted(unknown))[:200]}. See 'jobs list'.")
            found = [each for each in found if each.job in arguments.jobs]
        sys.stdout.write(_table(store, found))
        if not arguments.yes:
            sys.stdout.write("Nothing was deleted: add --yes to delete these.\n" if found else "")
            return 0
        for each in found:
            store.delete(each.job)
    finally:
        lock.release()
    return 0


def _found(cache: Path, days: float | None) -> tuple[Any, list[Any]]:
    from backend.jobs.store import JobStore

    store = JobStore(cache)
    found, _ = store.summaries(0, ALL, lambda client: True)
    before = time.time() - (days or 0.0) * DAY
    return store, [each for each in found if days is None or each.updated < before]


def _table(store: Any, found: list[Any]) -> str:
    sizes = [store.bytes_of(each.job) for each in found]
    lines = [
        f"{each.job}  {each.state:9}  {size / 1e6:8.1f} MB  {_day(each.updated)}  {_as_line(each)}"
        for each, size in zip(found, sizes, strict=True)
    ]
    return "\n".join([*lines, f"{len(found)} jobs, {sum(sizes) / 1e6:.1f} MB"]) + "\n"


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


def _as_line(each: Any) -> str:
    from backend.errors import one_line

    return one_line(each.prompt or each.error or "", 200)
