"""Train the encoder of pictures, or go on with it; the same command resumes.

    python -m scripts.training.picture.emoji                   once, where npm is there: pictures by other hands
    python -m scripts.training.picture --minutes 60            an hour more
    python -m scripts.training.picture --minutes 0 --finish 10 decay for ten minutes and export to <cache>/finished
    python -m scripts.training.picture --minutes 0 --evaluate  figures of the exported model, and a sheet

The first block of views is cast if there is none; `python -m scripts.training.picture.shards` casts more.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from .evaluate import evaluate
from .loop import Run, finish, train
from .shards import default_cache


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, required=True, help="of training, more than there was")
    parser.add_argument("--finish", type=float, default=0.0, metavar="MINUTES", help="then decay the rate and export")
    parser.add_argument("--evaluate", action="store_true", help="then measure on held-out instances")
    parser.add_argument("--shapes", type=int, default=200, help="that the evaluation makes and holds against the truth")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="views, checkpoint and model")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.minutes or options.finish:
        _train(options.cache, options.minutes, options.finish)
    if options.evaluate:
        evaluate(options.cache, options.shapes)


def _train(cache: Path, minutes: float, decay: float) -> None:
    run = Run(cache)
    for line in train(run, minutes) if minutes else ():
        print(line, flush=True)
    for line in finish(run, decay) if decay else ():
        print(line, flush=True)


if __name__ == "__main__":
    main()
