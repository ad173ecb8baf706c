"""Cast the views that are not there yet, with several processes.

python -m scripts.training.raycasting.render_views --shards 4 --workers 2
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import torch

from ...lib.environments import ROOT
from ..objects.subjects import Subject
from ..training_subset import training_subjects
from .view_cache import DEFAULT_SPEC, RenderSpec, shard_path, write_shard

CACHE = ROOT / ".cache" / "training"
PAIR_SHARDS = 2

Task = tuple[Subject, int, RenderSpec]


def tasks(shards: int, subset_only: bool, render_spec: RenderSpec = DEFAULT_SPEC) -> list[Task]:
    """All that training wants, first shards first."""
    wanted = [(subject, shard, render_spec) for shard in range(shards) for subject in training_subjects(subset_only)]
    return [task for task in wanted if task[1] < PAIR_SHARDS or not task[0].relation]


def render_missing_views(cache: Path, wanted: list[Task], workers: int) -> None:
    """Write them, a progress line as it goes."""
    missing = [task for task in wanted if not shard_path(cache, *task).exists()]
    with ProcessPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for done, name in enumerate(pool.map(partial(_render_shard, cache), missing), 1):
            print(f"\r{done}/{len(missing)} shards  {name:40.40}", end="", file=sys.stderr, flush=True)
    print(f"\r{len(missing)} shards cast{'':40}", file=sys.stderr)


def _render_shard(cache: Path, task: Task) -> str:
    write_shard(cache, *task)
    return task[0].name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, default=4, help="of 256 views of every thing; pairs have two at most")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--subset-only", action="store_true", help="only what a small model learns first")
    options = parser.parse_args()
    render_missing_views(options.cache, tasks(options.shards, options.subset_only), options.workers)


if __name__ == "__main__":
    main()
