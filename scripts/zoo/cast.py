"""Cast the views that are not there yet, with several processes.

python -m scripts.zoo.cast --shards 4 --workers 2
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import torch

from .core import trained
from .shards import shard_path, write_shard
from .subjects import Subject

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "training"
PAIR_SHARDS = 1

Task = tuple[Subject, int]


def tasks(shards: int, core: bool) -> list[Task]:
    """All that training wants, first shards first."""
    wanted = [(subject, shard) for shard in range(shards) for subject in trained(core)]
    return [(subject, shard) for subject, shard in wanted if shard < PAIR_SHARDS or not subject.relation]


def cast_missing(cache: Path, shards: int, workers: int, core: bool) -> None:
    """Write them, a progress line as it goes."""
    every = tasks(shards, core)
    numbers = [k for k, (subject, shard) in enumerate(every) if not shard_path(cache, subject, shard).exists()]
    with ProcessPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for done, name in enumerate(pool.map(partial(_cast_one, cache, shards, core), numbers), 1):
            print(f"\r{done}/{len(numbers)} shards  {name:40.40}", end="", file=sys.stderr, flush=True)
    print(f"\r{len(numbers)} shards cast{'':40}", file=sys.stderr)


def _cast_one(cache: Path, shards: int, core: bool, number: int) -> str:
    """A task by its number: functions do not travel between processes."""
    subject, shard = tasks(shards, core)[number]
    write_shard(cache, subject, shard)
    return subject.name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, default=4, help="of 256 views of every thing; pairs have one")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--core", action="store_true", help="only what a small model learns first")
    options = parser.parse_args()
    cast_missing(options.cache, options.shards, options.workers, options.core)


if __name__ == "__main__":
    main()
